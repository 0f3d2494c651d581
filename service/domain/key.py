"""An API key: what it opens, for which source, and how its secret is made and checked."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from service.domain.errors import InvalidError, NotFoundError
from service.domain.source import is_secret, secret_hash

KEY_PREFIX = "sk_"
"""Lets a secret scanner find a key that was committed by mistake."""

KEY_ID_BYTES = 8
"""64 bits name a key; they are not secret."""

SECRET_BYTES = 32
"""256 random bits: nobody guesses it, and sha256 is enough to keep it."""

LAST_USED_STEP = timedelta(minutes=1)
"""`last_used_at` is written at most this often, so that a busy key does not write its row with every request."""

NAME_CHARACTERS = 120
"""Longest name of a key: a line of a list."""

_KEY = re.compile(r"sk_(?P<key_id>[0-9a-f]{16})_(?P<secret>[A-Za-z0-9_-]{43})")


class UnknownKeyError(NotFoundError):
    """A key id that was never given out."""

    code = "unknown_key"

    def __init__(self, key_id: str) -> None:
        super().__init__(f'There is no key "{key_id[:40]}". `stimul keys list` shows all of them.')


class InvalidKeyError(InvalidError):
    """A key that cannot be made as asked."""

    code = "invalid_key"


class Scope(StrEnum):
    """What a key allows; `admin` allows everything."""

    EVENTS_WRITE = "events:write"
    EVENTS_READ = "events:read"
    PEOPLE_WRITE = "people:write"
    PEOPLE_READ = "people:read"
    TARGETS_WRITE = "targets:write"
    PERIODS_WRITE = "periods:write"
    PERIODS_APPROVE = "periods:approve"
    PAYOUTS_READ = "payouts:read"
    STATEMENTS_READ = "statements:read"
    SALARIES_READ = "salaries:read"
    ACTIVITY_READ = "activity:read"
    BOARDS_READ = "boards:read"
    QUESTIONS_ASK = "questions:ask"
    QUESTIONS_READ = "questions:read"
    QUESTIONS_ANSWER = "questions:answer"
    PLANS_WRITE = "plans:write"
    PLANS_READ = "plans:read"
    PLANS_CONFIRM = "plans:confirm"
    SOURCES_WRITE = "sources:write"
    QUARANTINE_WRITE = "quarantine:write"
    FLAGS_WRITE = "flags:write"
    PROPOSALS_CONFIRM = "proposals:confirm"
    AUDIT_READ = "audit:read"
    ACCOUNTS_WRITE = "accounts:write"
    PRIVACY_WRITE = "privacy:write"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Key:
    """One key as it is kept: the hash of its secret, never the secret; `person_id` is who signs with it."""

    key_id: str
    name: str
    scopes: frozenset[Scope]
    secret_hash: str
    created_at: datetime
    source_id: str | None = None
    last_used_at: datetime | None = None
    retired_at: datetime | None = None
    person_id: str | None = None

    def allows(self, scope: Scope) -> bool:
        """Whether it opens what asks for this scope."""
        return scope in self.scopes or Scope.ADMIN in self.scopes

    def opens_with(self, secret: str) -> bool:
        """Whether it is in use and this is its secret."""
        return is_secret(secret, self.secret_hash) and self.retired_at is None

    def use_is_news(self, now: datetime) -> bool:
        """Whether its last use is long enough ago to be written again."""
        return self.last_used_at is None or now - self.last_used_at >= LAST_USED_STEP


def new_key(
    name: str, scopes: Sequence[Scope], source_id: str | None, *, now: datetime, person_id: str | None = None
) -> tuple[Key, str]:
    """A key and its text, which is shown once and kept nowhere."""
    if not 1 <= len(name) <= NAME_CHARACTERS or not name.isprintable():
        raise InvalidKeyError(
            f"Name the key in 1 to {NAME_CHARACTERS} printable characters, after the system that will use it."
        )
    if not scopes:
        raise InvalidKeyError("A key without a scope opens nothing. Name one: " + ", ".join(Scope))
    if Scope.EVENTS_WRITE in scopes and source_id is None:
        raise InvalidKeyError("A key that sends events needs its source: add --source NAME.")
    key_id = secrets.token_hex(KEY_ID_BYTES)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    key = Key(key_id, name, frozenset(scopes), secret_hash(secret), now, source_id, person_id=person_id)
    return key, f"{KEY_PREFIX}{key_id}_{secret}"


def parse_key(text: str) -> tuple[str, str] | None:
    """The key id and the secret in a key's text; None where it is no key of ours."""
    match = _KEY.fullmatch(text)
    return (match["key_id"], match["secret"]) if match else None
