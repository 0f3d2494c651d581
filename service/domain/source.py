"""A source: one configured sender of events."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
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

NUMBER_KEY_BYTES = 32
"""256 random bits, which nobody guesses to compute telephone numbers back from their hashes."""

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


class MappingKindError(InvalidError):
    """A mapping of another vendor."""

    code = "mapping_kind"

    def __init__(self, source_id: str, kind: str, told: str) -> None:
        super().__init__(f"Source {source_id} sends messages of {kind}, and the mapping is one for {told or 'nobody'}.")


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
    """One configured sender; `token_hash` is the sha256 of the shared token of a vendor's messages.

    `number_key` is what telephone numbers are hashed with; the rest of a vendor's source is as in `Terms`.
    """

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
    scheme: str = ""
    timezone: str = ""
    account: str = ""
    number_key: str = ""


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source as it is kept, the ids of its active keys, and when the mapping that holds was given (None: shipped)."""

    source: Source
    active_keys: frozenset[str]
    mapped_at: datetime | None


@dataclass(frozen=True, slots=True)
class Terms:
    """How a vendor's source is set up: the scheme that proves its messages, and whether that is a signature.

    `timezone` is the zone of times without an offset, `account` the vendor's word for the company's account, which
    stands in links to its records; `record_url` is one template for all its records, in the place of the mapping's.
    """

    scheme: str = ""
    signs: bool = False
    timezone: str = ""
    account: str = ""
    record_url: str = ""


def new_source(source_id: str, kind: SourceKind, token: str, *, now: datetime, terms: Terms | None = None) -> Source:
    """A source to be added; a name that could not stand in an address, or a token too many or missing, is an error.

    Of a token that messages show only its hash is kept; the secret of a signature is kept elsewhere, encrypted.
    """
    if not _NAME.fullmatch(source_id):
        raise InvalidSourceError(
            "A source is named with 1 to 63 small letters, digits, hyphens or underscores, beginning with a letter or "
            "digit, such as crm-main."
        )
    if kind.has_token and not token:
        raise InvalidSourceError(
            f"A source of kind {kind} needs the secret that proves its messages: give it with --token-file FILE, "
            "or --token-file - to type it."
        )
    if token and not kind.has_token:
        raise InvalidSourceError(f"A source of kind {kind} has no token; give it a key with: stimul keys create")
    agreed = terms or Terms()
    return Source(
        source_id,
        kind,
        now,
        token_hash=secret_hash(token) if token and not agreed.signs else None,
        scheme=agreed.scheme,
        timezone=agreed.timezone,
        account=agreed.account,
        record_url=agreed.record_url,
        number_key=secrets.token_hex(NUMBER_KEY_BYTES) if kind.has_token else "",
    )


def secret_hash(secret: str) -> str:
    """sha256 of a secret of high entropy, as it is kept: such a secret needs no slow hash."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def is_secret(secret: str, kept_hash: str) -> bool:
    """Whether a secret is the one whose hash is kept, in a time that tells nothing about it."""
    return hmac.compare_digest(secret_hash(secret), kept_hash)
