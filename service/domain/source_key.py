"""A source's key: a secret with which it signs what it sends, one of several while it is being replaced."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from service.domain.errors import BusinessConflictError, InvalidError, NotFoundError
from service.domain.key import LAST_USED_STEP

KEY_ID_BYTES = 8
"""64 bits name a key; they are not secret."""

MOST_ACTIVE = 4
"""Keys of a source that are good at the same time: the old, the new, and two more of somebody careful."""

MOST_WAITING = 4
"""Keys that were made and never activated; more are mistakes."""


class UnknownSourceKeyError(NotFoundError):
    """A key that its source does not have."""

    code = "unknown_source_key"

    def __init__(self, source_id: str, key_id: str) -> None:
        super().__init__(f'Source {source_id[:64]} has no key "{key_id[:40]}". `stimul sources keys list` shows them.')


class InvalidSecretError(InvalidError):
    """A secret that a signature cannot be checked with."""

    code = "invalid_secret"

    def __init__(self) -> None:
        super().__init__("A secret is whsec_ and 24 to 64 bytes in base64; leave it out to have one made.")


class TooManySourceKeysError(BusinessConflictError):
    """One key more than a source may have."""

    code = "too_many_source_keys"

    def __init__(self, source_id: str) -> None:
        super().__init__(
            f"Source {source_id} has {MOST_ACTIVE} active keys, or {MOST_WAITING} that wait to be activated. "
            "Retire one of them first."
        )


class SourceKeyRetiredError(BusinessConflictError):
    """A retired key was to be activated."""

    code = "source_key_retired"

    def __init__(self, key_id: str) -> None:
        super().__init__(f"Key {key_id} was retired, for ever. Make a new one.")


@dataclass(frozen=True, slots=True)
class SourceKey:
    """One key as it is kept; `sealed` is its secret, encrypted."""

    key_id: str
    source_id: str
    sealed: str
    created_at: datetime
    activated_at: datetime | None = None
    last_used_at: datetime | None = None
    retired_at: datetime | None = None

    @property
    def is_active(self) -> bool:
        """Whether what it signed is taken."""
        return self.activated_at is not None and self.retired_at is None

    @property
    def state(self) -> str:
        """In a word: waiting, active or retired."""
        if self.retired_at is not None:
            return "retired"
        return "waiting" if self.activated_at is None else "active"

    def use_is_news(self, now: datetime) -> bool:
        """Whether its last use is long enough ago to be written again."""
        return self.last_used_at is None or now - self.last_used_at >= LAST_USED_STEP


def new_source_key(source_id: str, sealed: str, *, now: datetime) -> SourceKey:
    """A key that waits to be activated."""
    return SourceKey(secrets.token_hex(KEY_ID_BYTES), source_id, sealed, now)
