"""The senders that a process knows: what it read of a source to prove one message serves for the next ones.

Nobody is let in by what no longer holds: whoever stores a message compares, in the same transaction, the state of the
source that proved it with the state that holds (`demand_unchanged`). Nobody is turned away by it either: a message that
does not prove itself is tried again on what is read for it alone. Only rates may be older, by `KEPT_S`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from service.domain.errors import BusyError
from service.domain.source import Source, SourceState
from service.domain.source_key import SourceKey
from service.flows.note_source_key_use import note_source_key_use
from service.reports.source_keys import source_keys
from service.reports.sources import mapping_in_force, source_state, vendor_of
from service.runtime import EXTENSION as RUNTIME
from service.runtime import Runtime, current
from service.sources.adapter import Vendor

LOG = logging.getLogger(__name__)

EXTENSION = "stimul-known-senders"
"""Where a Flask application keeps the senders it knows."""

KEPT_S = 1.0
"""How long what was read of a source is used for further messages."""


class SenderChangedError(BusyError):
    """What proved a message no longer holds: its sender must be looked at again."""

    code = "sender_changed"

    def __init__(self) -> None:
        super().__init__("The keys or settings of this source are being changed just now. Send it again.")


@dataclass(slots=True, eq=False)
class KnownSender:
    """A source and its active keys as they were read at a moment; secrets are opened when they are first asked for."""

    state: SourceState
    keys: Sequence[SourceKey]
    vendor: Vendor | None
    read_at: float
    _opened: dict[str, str] = field(default_factory=dict)
    _noted: set[str] = field(default_factory=set)

    @property
    def source(self) -> Source:
        """The source as it is kept."""
        return self.state.source

    def is_due(self) -> bool:
        """Whether it should be read again; of several who ask at once one is told so, and the others go on with it."""
        now = time.monotonic()
        if now - self.read_at < KEPT_S:
            return False
        self.read_at = now
        return True

    def secrets(self) -> Iterator[tuple[SourceKey, str]]:
        """Each active key with its secret, the oldest first."""
        for key in self.keys:
            if key.key_id not in self._opened:
                self._opened[key.key_id] = current().vault.open(key.sealed)
            yield key, self._opened[key.key_id]

    def note_use(self, key: SourceKey) -> None:
        """Write that a key was used, the first time in the audit log; that must never cost a message."""
        now = current().now()
        if key.key_id in self._noted or not key.use_is_news(now):
            return
        self._noted.add(key.key_id)
        try:
            with current().transaction() as session:
                note_source_key_use(session, key, now=now)
        except BusyError:
            LOG.warning("the last use of key %s of a source could not be noted", key.key_id)


class KnownSenders:
    """The senders of a process, by the names of their sources."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._known: dict[str, KnownSender] = {}

    def tries(self, source_id: str, *, afresh: bool = False) -> Iterator[KnownSender]:
        """The sender as it is known, where it is; then, for whoever asks on, or `afresh` at once, as it stands now."""
        known = None if afresh else self._known.get(source_id)
        if known is not None and not known.is_due():
            yield known
        read = self._read(source_id)
        if read is None:
            self._known.pop(source_id, None)
            return
        self._known[source_id] = read
        yield read

    def forget(self, source_id: str) -> None:
        """Read the sender anew for the next message."""
        self._known.pop(source_id, None)

    def _read(self, source_id: str) -> KnownSender | None:
        began = time.monotonic()
        with self._runtime.reading() as session:
            state = source_state(session, source_id)
            if state is None:
                return None
            keys = [key for key in source_keys(session, source_id) if key.is_active]
            kept = mapping_in_force(session, source_id)
        vendor = (
            vendor_of(state.source, kept, self._runtime.settings.rules_dir) if state.source.kind.has_token else None
        )
        return KnownSender(state, keys, vendor, began)


def demand_unchanged(session: Session, source_id: str, proved_by: Iterable[SourceState | None]) -> Source | None:
    """`SenderChangedError` unless the states of a source that proved messages are the one that holds; the source.

    None stands for a message that was proved by what was read for it alone; where all were, nothing is read.
    """
    states = [state for state in proved_by if state is not None]
    if not states:
        return None
    holds = source_state(session, source_id)
    if any(state != holds for state in states):
        raise SenderChangedError
    return states[0].source


def register_known_senders(app_extensions: dict[str, Any]) -> None:
    """Let an application know senders."""
    app_extensions[EXTENSION] = KnownSenders(app_extensions[RUNTIME])


def known_senders() -> KnownSenders:
    """The senders that this process knows."""
    found = current_app.extensions[EXTENSION]
    assert isinstance(found, KnownSenders)
    return found
