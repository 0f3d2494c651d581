"""A link to one statement on paper: signed, for a few days, so that a message needs no amount and no file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

from service.domain.errors import BusinessConflictError, NotFoundError
from service.domain.figures import Language
from service.domain.period import Period

LONGEST = timedelta(days=30)
"""A link opens without a login, so it does not outlive the month in which somebody reads it."""

USUAL = timedelta(days=7)

SIGNED_FOR = "stimul statement link v1"
"""What the signature is for: no other thing signed with the same secret is ever a link."""

TOKEN_LENGTH = 1_000
"""Characters of a token at most: a person's code has 64, so a longer one is none of ours and is not looked at."""


@dataclass(frozen=True, slots=True)
class StatementLink:
    """Which statement a link opens, in which language, and until when."""

    person_id: str
    period: Period
    version: int
    language: Language
    expires_at: datetime


class LinkError(NotFoundError):
    """A link that was changed, is past its time, or never was."""

    code = "link_unknown"

    def __init__(self) -> None:
        super().__init__("This link does not open anything, or no longer: log in, or ask for a new one.")


class LinksClosedError(BusinessConflictError):
    """A link was asked for where none could be signed."""

    code = "links_closed"

    def __init__(self) -> None:
        super().__init__("Links are signed with STIMUL_SECRET_KEY, which is not set; set it and ask again.")


def token_of(link: StatementLink, secret: str) -> str:
    """The end of the link's address; raises `LinksClosedError` without a secret."""
    if not secret:
        raise LinksClosedError
    expires = int(link.expires_at.timestamp())
    return str(_signer(secret).dumps([link.person_id, str(link.period), link.version, link.language.value, expires]))


def link_of(token: str, secret: str, now: datetime) -> StatementLink:
    """What a token opens; raises `LinkError` for any that was not made here, or is past its time."""
    if not secret or len(token) > TOKEN_LENGTH:
        raise LinkError
    try:
        person_id, period, version, language, expires = _signer(secret).loads(token)
    except BadData as error:
        raise LinkError from error
    expires_at = datetime.fromtimestamp(expires, now.tzinfo)
    if expires_at <= now:
        raise LinkError
    return StatementLink(person_id, Period.parse(period), version, Language(language), expires_at)


def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        secret, salt=SIGNED_FOR, signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256}
    )
