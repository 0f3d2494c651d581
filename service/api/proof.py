"""The proof of a vendor's message: which of the secrets of its source it shows or was signed with."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from service.domain.delivery import Trust
from service.domain.errors import BusyError, UnauthorizedError
from service.domain.source import Source, UnknownSourceError, is_secret
from service.domain.source_key import SourceKey
from service.flows.note_source_key_use import note_source_key_use
from service.runtime import current
from service.sources.adapter import Adapter, Message, Scheme, Token
from service.sources.signature import PATH_SECRET, same

LOG = logging.getLogger(__name__)

TOKEN = "token"  # noqa: S105 - the name of a credential
"""The credential of a message that shows the secret its source was added with."""


class WrongTokenError(UnauthorizedError):
    """A message that does not prove where it comes from."""

    code = "wrong_token"

    def __init__(self) -> None:
        super().__init__("The message does not carry the secret or signature that this source was added with.")


@dataclass(frozen=True, slots=True)
class Proof:
    """How far a message can be trusted, and which secret proved it."""

    trust: Trust
    credential: str


def proof_of(source: Source, adapter: Adapter, message: Message, keys: list[SourceKey]) -> Proof:
    """The proof of a message by any active secret of its source; `WrongTokenError` for one without.

    A message whose address holds the secret is answered as if there were no such source.
    """
    scheme = adapter.scheme(source.scheme)
    credential = _shown(source, scheme, message, keys) if isinstance(scheme, Token) else _signed(scheme, message, keys)
    if credential is None:
        raise UnknownSourceError(source.source_id) if scheme.name == PATH_SECRET.name else WrongTokenError
    return Proof(Trust(scheme.trust), credential)


def _shown(source: Source, scheme: Token, message: Message, keys: list[SourceKey]) -> str | None:
    shown = scheme.shown(message)
    if shown and source.token_hash is not None and is_secret(shown, source.token_hash):
        return TOKEN
    return next((_used(key) for key, secret in _opened(keys) if same(shown, secret)), None)


def _signed(scheme: Scheme, message: Message, keys: list[SourceKey]) -> str | None:
    now = message.received_at
    return next((_used(key) for key, secret in _opened(keys) if scheme.proves(message, secret, now)), None)


def _opened(keys: list[SourceKey]) -> Iterator[tuple[SourceKey, str]]:
    return ((key, current().vault.open(key.sealed)) for key in keys if key.is_active)


def _used(key: SourceKey) -> str:
    """Note the use of a key, the first time in the audit log; that must never cost a message."""
    now = current().now()
    if key.use_is_news(now):
        try:
            with current().transaction() as session:
                note_source_key_use(session, key, now=now)
        except BusyError:
            LOG.warning("the last use of key %s of a source could not be noted", key.key_id)
    return key.key_id
