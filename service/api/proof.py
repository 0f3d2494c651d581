"""The proof of a vendor's message: which of the secrets of its source it shows or was signed with."""

from __future__ import annotations

from dataclasses import dataclass

from service.api.known_senders import KnownSender
from service.domain.delivery import Trust
from service.domain.errors import StimulError, UnauthorizedError
from service.domain.source import Source, UnknownSourceError, is_secret
from service.domain.source_key import SourceKey
from service.sources.adapter import Adapter, Message, Scheme, Token
from service.sources.signature import PATH_SECRET, same

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


def proof_of(known: KnownSender, adapter: Adapter, message: Message) -> Proof | None:
    """The proof of a message by any active secret of its source, whose use is noted; None for one without."""
    scheme = adapter.scheme(known.source.scheme)
    credential = _shown(known, scheme, message) if isinstance(scheme, Token) else _signed(known, scheme, message)
    return None if credential is None else Proof(Trust(scheme.trust), credential)


def unproved(source: Source, adapter: Adapter) -> StimulError:
    """What a message without a proof is told; where its address holds the secret, that there is no such source."""
    is_in_address = adapter.scheme(source.scheme).name == PATH_SECRET.name
    return UnknownSourceError(source.source_id) if is_in_address else WrongTokenError()


def _shown(known: KnownSender, scheme: Token, message: Message) -> str | None:
    shown = scheme.shown(message)
    if shown and known.source.token_hash is not None and is_secret(shown, known.source.token_hash):
        return TOKEN
    return next((_used(known, key) for key, secret in known.secrets() if same(shown, secret)), None)


def _signed(known: KnownSender, scheme: Scheme, message: Message) -> str | None:
    now = message.received_at
    return next((_used(known, key) for key, secret in known.secrets() if scheme.proves(message, secret, now)), None)


def _used(known: KnownSender, key: SourceKey) -> str:
    known.note_use(key)
    return key.key_id
