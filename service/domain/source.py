"""A source: one configured sender of events."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from service.domain.errors import BusinessConflictError, GoneError, InvalidError, NotFoundError

MAX_AGE_DAYS = 400
"""Events older than this are held for clarification: a year and a month covers what a CRM corrects by itself."""

REQUESTS_PER_S = 50
"""What one sender may ask of us: ten times a busy CRM, a tenth of what a small machine can do."""

EVENTS_PER_S = 5_000
"""Five full batches a second: a history of a million events is in within minutes."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


class UnknownSourceError(NotFoundError):
    """A source that was never added."""

    code = "unknown_source"

    def __init__(self, source_id: str) -> None:
        super().__init__(f'There is no source "{source_id[:64]}". Add it with: stimul sources add NAME --kind KIND')


class SourceExistsError(BusinessConflictError):
    """A name that is taken."""

    code = "source_exists"

    def __init__(self, source_id: str) -> None:
        super().__init__(
            f"Source {source_id} exists already; its events are keyed by that name for ever. Choose another."
        )


class SourceRetiredError(GoneError):
    """A sender that was switched off on purpose."""

    code = "source_retired"

    def __init__(self, source_id: str) -> None:
        super().__init__(f"Source {source_id} was retired and takes no more events. Stop sending, or add a new source.")


class InvalidSourceError(InvalidError):
    """A source that cannot be added as asked."""

    code = "invalid_source"


class SourceKind(StrEnum):
    """What a source sends, and so which adapter reads it."""

    NATIVE = "native"
    BITRIX24 = "bitrix24"
    AMOCRM = "amocrm"
    HUBSPOT = "hubspot"
    PIPEDRIVE = "pipedrive"
    SALESFORCE = "salesforce"
    ZOHO = "zoho"
    DYNAMICS365 = "dynamics365"
    AIRCALL = "aircall"
    TWILIO = "twilio"
    ZADARMA = "zadarma"
    ASTERISK = "asterisk"
    STRIPE = "stripe"

    @property
    def has_token(self) -> bool:
        """Whether its messages prove themselves in the vendor's way instead of being sent with one of our keys."""
        return self is not SourceKind.NATIVE


@dataclass(frozen=True, slots=True)
class Source:
    """One configured sender; `token_hash` is the sha256 of the shared token of a vendor's messages."""

    source_id: str
    kind: SourceKind
    created_at: datetime
    token_hash: str | None = None
    max_age_days: int = MAX_AGE_DAYS
    record_url: str = ""
    retired_at: datetime | None = None
    requests_per_s: int = REQUESTS_PER_S
    events_per_s: int = EVENTS_PER_S
    versioned: bool = False


def new_source(source_id: str, kind: SourceKind, token: str, *, now: datetime) -> Source:
    """A source to be added; a name that could not stand in an address, or a token too many or missing, is an error."""
    if not _NAME.fullmatch(source_id):
        raise InvalidSourceError(
            "A source is named with 1 to 63 small letters, digits, hyphens or underscores, beginning with a letter or "
            "digit, such as crm-main."
        )
    if kind.has_token and not token:
        raise InvalidSourceError(
            f"A source of kind {kind} needs the application token of its messages: give it with --token-file FILE, "
            "or --token-file - to type it."
        )
    if token and not kind.has_token:
        raise InvalidSourceError(f"A source of kind {kind} has no token; give it a key with: stimul keys create")
    return Source(source_id, kind, now, token_hash=secret_hash(token) if token else None)


def secret_hash(secret: str) -> str:
    """sha256 of a secret of high entropy, as it is kept: such a secret needs no slow hash."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def is_secret(secret: str, kept_hash: str) -> bool:
    """Whether a secret is the one whose hash is kept, in a time that tells nothing about it."""
    return hmac.compare_digest(secret_hash(secret), kept_hash)
