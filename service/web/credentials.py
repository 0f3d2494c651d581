"""Credentials: passwords under a slow hash, one-time codes, and the mark of a browser that has logged in before."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from functools import cache

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from itsdangerous import BadSignature, URLSafeTimedSerializer

from service.runtime import current

CODE_STEP_S = 30
"""Seconds that a one-time code holds (RFC 6238)."""

CODE_WINDOW = 1
"""Steps before and after the present one that are taken too: clocks of telephones differ."""

BROWSER_KNOWN = timedelta(days=180)
"""How long a browser that logged in keeps its own count of wrong tries."""

_HASHER = PasswordHasher()


def password_hash(password: str) -> str:
    """A password as it is kept: argon2id with a salt of its own (RFC 9106, the library's second recommended option)."""
    return _HASHER.hash(password)


def is_password(password: str, kept_hash: str) -> bool:
    """Whether a password is the one behind a hash; without a hash the same work is done, and it is not."""
    try:
        _HASHER.verify(kept_hash or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(kept_hash)


def new_code_secret() -> str:
    """A secret for one-time codes."""
    return pyotp.random_base32()


def code_address(secret: str, login: str) -> str:
    """What an authenticator reads as a picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="Stimul")


def code_step(secret: str, code: str, now: datetime) -> int | None:
    """The step whose one-time code this is, near the present one; None if it is of none."""
    present = int(now.timestamp()) // CODE_STEP_S
    plain = code.replace(" ", "")
    found = None
    for step in range(present - CODE_WINDOW, present + CODE_WINDOW + 1):
        # All are compared, so that the time of the answer does not tell which one it was.
        if secrets.compare_digest(pyotp.HOTP(secret).at(step).encode(), plain.encode()):
            found = step
    return found


def browser_mark(login: str) -> str:
    """The mark for the cookie of a browser that logged in."""
    return str(_marks().dumps([login, secrets.token_hex(16)]))


def known_browser(mark: str, login: str) -> str | None:
    """The name of a browser that logged in to this account before."""
    try:
        owner, name = _marks().loads(mark, max_age=int(BROWSER_KNOWN.total_seconds()))
    except (BadSignature, ValueError, TypeError):
        return None
    return str(name) if owner == login else None


def _marks() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current().settings.secret_key, "known browser")


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash(secrets.token_hex())
