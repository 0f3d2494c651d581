"""An account: who may log in, with which roles, and how its one-time secrets are made."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from service.domain.errors import BusinessConflictError, InvalidError, NotFoundError

LOGIN_CHARACTERS = 120
"""Longest name to log in with: an e-mail address of everyday length."""

PASSWORD_CHARACTERS = 12
"""Shortest password (ASVS 2.1.1): with the slow hash, twelve characters outlast any guessing that is let through."""

SHORT_LOGIN = 4
"""A login shorter than this is found in most words, so a password may contain it."""

MAX_PASSWORD_CHARACTERS = 256
"""Longest password: long pass phrases are welcome, a megabyte to be hashed is an attack."""

TOKEN_BYTES = 32
"""256 random bits for a session or a link: nobody guesses it, and sha256 is enough to keep it."""

LINK_LIFETIME = timedelta(hours=48)
"""A one-time link is used the day it is given or the day after; an old mail opens nothing."""

SESSION_IDLE = timedelta(hours=12)
"""A session nobody used for half a day ends: a working day at one desk is not interrupted."""

SESSION_LIFETIME = timedelta(days=7)
"""A session ends after a week, used or not (ASVS 3.3.2)."""

SEEN_STEP = timedelta(minutes=5)
"""`seen_at` of a session is written at most this often, so that reading pages does not write a row each time."""

_LOGIN = re.compile(r"[a-z0-9][a-z0-9@._+-]*")


class Role(StrEnum):
    """What an account may do beyond its own affairs; whoever leads people has them below without any role."""

    HEAD = "head"
    FINANCE = "finance"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Account:
    """One account; `password_hash` is empty before its first one-time link, `totp_sealed` without a second factor."""

    login: str
    person_id: str | None
    roles: frozenset[Role]
    created_at: datetime
    password_hash: str = ""
    totp_sealed: str = ""
    oidc_subject: str = ""
    disabled_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it may be logged in to."""
        return self.disabled_at is None


@dataclass(frozen=True, slots=True)
class LoginSession:
    """One browser that is logged in; the browser holds the token, we hold its hash."""

    token_hash: str
    login: str
    started_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it still opens pages."""
        used, begun = now - self.seen_at, now - self.started_at
        return self.ended_at is None and used < SESSION_IDLE and begun < SESSION_LIFETIME


@dataclass(frozen=True, slots=True)
class ResetLink:
    """A one-time link that sets a password; made by an administrator, the newest of an account alone holds."""

    token_hash: str
    login: str
    made_at: datetime
    made_by: str
    used_at: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it still opens."""
        return self.used_at is None and now - self.made_at < LINK_LIFETIME


class UnknownAccountError(NotFoundError):
    """A name nobody logs in with."""

    code = "unknown_account"

    def __init__(self, login: str) -> None:
        super().__init__(f'There is no account "{login[:LOGIN_CHARACTERS]}". `stimul users list` shows all of them.')


class AccountExistsError(BusinessConflictError):
    """A login, or a person, that has an account already."""

    code = "account_exists"

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} has an account already. `stimul users list` shows it.")


class InvalidAccountError(InvalidError):
    """An account that cannot be made as asked."""

    code = "invalid_account"


class WeakPasswordError(InvalidError):
    """A password that would be guessed."""

    code = "weak_password"


class LinkUsedError(NotFoundError):
    """A one-time link that was used, replaced or is too old."""

    code = "link_used"

    def __init__(self) -> None:
        super().__init__("This link was used already or is too old. Ask an administrator for a new one.")


def new_account(login: str, person_id: str | None, roles: Iterable[Role], *, now: datetime) -> Account:
    """An account to be added; it opens when its one-time link has been used."""
    name = login.strip().lower()
    if len(name) > LOGIN_CHARACTERS or not _LOGIN.fullmatch(name):
        raise InvalidAccountError(
            f"A login is 1 to {LOGIN_CHARACTERS} small letters, digits and @ . _ + -, such as an e-mail address."
        )
    wanted = frozenset(roles)
    if person_id is None and not wanted:
        raise InvalidAccountError("An account belongs to a person or has a role: name --person, --role or both.")
    return Account(name, person_id, wanted, now)


def demand_strong(password: str, login: str) -> None:
    """Raise `WeakPasswordError` for a password that is too short, too long, too simple or the login itself."""
    if len(password) < PASSWORD_CHARACTERS:
        raise WeakPasswordError(
            f"A password has at least {PASSWORD_CHARACTERS} characters. Several words are easy to keep."
        )
    if len(password) > MAX_PASSWORD_CHARACTERS:
        raise WeakPasswordError(f"A password has at most {MAX_PASSWORD_CHARACTERS} characters.")
    plain = password.lower()
    own = login.partition("@")[0]
    named = len(own) >= SHORT_LOGIN and own in plain
    if named or len(set(plain)) < PASSWORD_CHARACTERS // 2 or any(word in plain for word in _COMMON):
        raise WeakPasswordError(
            "This password is among the first to be tried: too regular, a common word or the login."
        )


_COMMON = ("password", "123456", "qwerty", "stimul", "парола", "letmein", "welcome", "abcdef")
"""Parts of the passwords most often found in leaked lists, and our own name."""


def new_token() -> str:
    """A secret for a session or a link, as text that fits into an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """The form in which such a secret is kept."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
