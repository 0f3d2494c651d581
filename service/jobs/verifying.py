"""Verifying a bundle: its month is worked out again with nothing but what is in the file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing as closed_after
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from service.config import Settings
from service.domain.bundle import (
    EARLIER,
    EVENTS,
    KNOWN_FILES,
    LEAVES,
    PLANS,
    STATEMENTS,
    BundledClosing,
    InvalidBundleError,
    event_of,
    known_of,
    leaf_of,
    plan_of,
    statement_of,
)
from service.domain.chain import Leaf, RowKind, told_by
from service.domain.errors import StimulError
from service.domain.event import JsonValue
from service.domain.known import KnownStatement, Knows, Records
from service.domain.period import Period
from service.domain.replay import Difference, Differences, Replayed
from service.domain.signing import Keyring, is_signed, key_id_of
from service.jobs.replaying import work_out_again
from service.reports.replay import Entries, Said, compare
from service.runtime import open_scratch
from service.sources.bundle import Bundle, open_bundle

RECORDS_AT_ONCE = 500
"""Records in memory at once."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed the closing: the name of the key (empty: nobody), and whether it is one that we trust."""

    key_id: str = ""
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class Verified:
    """What checking a bundle came to."""

    replayed: Replayed
    signature: Signature

    @property
    def is_right(self) -> bool:
        """Whether everything came out the same, and nothing in the file was changed."""
        return self.replayed.is_equal

    def as_json(self) -> dict[str, JsonValue]:
        """For machines."""
        return self.replayed.as_json() | {"signed_by": self.signature.key_id, "trusted": self.signature.trusted}


def verify_bundle(path: Path, settings: Settings, keyring: Keyring) -> Verified:
    """Check a bundle without any database; `InvalidBundleError` for a file that is none."""
    with closed_after(open_bundle(path)) as archive:
        bundle = Bundle(archive)
        found = Differences()
        found.add([Difference("", "file", name, "", listed, now) for name, listed, now in bundle.altered])
        signature = _signature(bundle.closing, keyring, found)
        try:
            with open_scratch(settings) as scratch:
                work_out_again(scratch, _Bundled(bundle), found)
                with scratch.reading() as again:
                    replayed = compare(_said(bundle, found), again, found)
        except InvalidBundleError:
            raise
        except Exception as error:
            # Whatever somebody wrote into the file: it is no month that can be worked out, and that is the answer.
            reason = error.detail if isinstance(error, StimulError) else type(error).__name__
            raise InvalidBundleError("The month in it", f"cannot be worked out ({reason})") from error
    return Verified(replayed, signature)


class _Bundled:
    """What a closing knew, read from its bundle."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self.period, self.version = bundle.closing.period, bundle.closing.version
        self.corrected: Sequence[tuple[str, Period]] = bundle.closing.corrected

    def beginning(self) -> Iterator[Records]:
        """The company with its plans, everybody in it, what was posted before, and all events."""
        for plans in self._read(PLANS, plan_of):
            yield Records(plans=plans)
        for name, kind in KNOWN_FILES.items():
            if kind not in {Knows.MONTH, Knows.DEAL}:
                for known in self._read(name, partial(known_of, kind)):
                    yield Records(known=known)
        for statements in self._read(EARLIER, statement_of):
            yield Records(statements=statements)
        numbers = iter(range(1, 2**62))
        for events in self._read(EVENTS, lambda record: event_of(next(numbers), record)):
            yield Records(events=events)

    def months(self, needed: Mapping[Period, set[str] | None]) -> Iterator[Records]:
        """The months and the deals of the bundle: it has what is needed and no more."""
        del needed
        for name, kind in KNOWN_FILES.items():
            if kind in {Knows.MONTH, Knows.DEAL}:
                for known in self._read(name, partial(known_of, kind)):
                    yield Records(known=known)

    def _read(self, name: str, read: Callable[[Mapping[str, Any]], Item]) -> Iterator[Sequence[Item]]:
        return _in_batches(_items(self._bundle, name, read))


def _items(bundle: Bundle, name: str, read: Callable[[Mapping[str, Any]], Item]) -> Iterator[Item]:
    for number, record in enumerate(bundle.records(name), 1):
        try:
            yield read(record)
        except (LookupError, TypeError, ValueError, StimulError) as error:
            raise InvalidBundleError(f"{name}, line {number},", f"is no record of its file ({error})") from error


def _in_batches(items: Iterator[Item]) -> Iterator[Sequence[Item]]:
    while batch := list(islice(items, RECORDS_AT_ONCE)):
        yield batch


def _signature(closing: BundledClosing, keyring: Keyring, found: Differences) -> Signature:
    """Who signed the closing; a signature that is not of this document is a difference."""
    link = closing.link
    if link is None:
        return Signature()
    month = str(closing.period)
    try:
        told, key_id = told_by(link.content), key_id_of(link.public_key)
        says = str(told.facts["document_hash"])
    except (LookupError, TypeError, ValueError, StimulError):
        found.add([Difference("", "signature", "content", month, "", "")])
        return Signature()
    if not is_signed(link.public_key, link.signature, link.content):
        found.add([Difference("", "signature", key_id, month, "", "")])
    if (told.key.period, told.key.version, says) != (closing.period, closing.version, closing.document_hash):
        found.add([Difference("", "signature", "document_hash", month, says, closing.document_hash)])
    return Signature(key_id, key_id in keyring.trusted())


def _said(bundle: Bundle, found: Differences) -> Said:
    closing = bundle.closing
    return Said(closing.period, closing.version, closing.document, closing.document_hash, _statements(bundle, found))


def _statements(bundle: Bundle, found: Differences) -> Iterator[tuple[Sequence[KnownStatement], Entries | None]]:
    """The statements in batches with what was posted for them, as it was signed; at the end the hash of it all."""
    leaves = _Leaves(bundle, found)
    for batch in _in_batches(_items(bundle, STATEMENTS, statement_of)):
        yield batch, leaves.entries_of(batch)
    leaves.demand_end()


class _Leaves:
    """The rows that the closing posted, as they were signed: read beside the statements, in the same order."""

    def __init__(self, bundle: Bundle, found: Differences) -> None:
        self._closing, self._found = bundle.closing, found
        self._leaves = _items(bundle, LEAVES, leaf_of)
        self._hashed, self._count = hashlib.sha256(), 0

    def entries_of(self, batch: Sequence[KnownStatement]) -> Entries | None:
        """What was posted for these people; None where the books were not signed."""
        if self._closing.link is None:
            return None
        entries: dict[tuple[str, str, str], int] = {}
        for statement in batch:
            leaf = next(self._leaves, None)
            if leaf is None or leaf.person_id != statement.person_id:
                self._tell(statement.person_id, "signed rows", statement.person_id, leaf.person_id if leaf else "")
                return None
            self._take(leaf, statement, entries)
        return entries

    def demand_end(self) -> None:
        """See that there are no more, and that their hash is the one that was signed."""
        link = self._closing.link
        if link is None:
            return
        left = sum(1 for _ in self._leaves)
        told = told_by(link.content)
        if left or told.rows_hash != self._hashed.hexdigest() or told.leaves != self._count:
            self._tell("", "signed rows", told.rows_hash, self._hashed.hexdigest())

    def _take(self, leaf: Leaf, statement: KnownStatement, entries: dict[tuple[str, str, str], int]) -> None:
        self._hashed.update(leaf.hash.encode())
        self._count += 1
        rows = leaf.read()
        if rows is None:
            self._tell(leaf.person_id, "signed rows", leaf.hash, "")
            return
        for row in rows:
            if row.kind is RowKind.POSTING:
                entries[leaf.person_id, row.key[0], row.key[1]] = int(row.value[0] or 0)
            if row.kind is RowKind.STATEMENT and row.value[0] != statement.document_hash:
                self._tell(leaf.person_id, "statement hash", str(row.value[0]), statement.document_hash)

    def _tell(self, person_id: str, name: str, stored: str, now: str) -> None:
        self._found.add([Difference(person_id, "signature", name, str(self._closing.period), stored, now)])
