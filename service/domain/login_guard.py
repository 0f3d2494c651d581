"""The guard of the login: how long somebody who guessed wrong waits for the next try."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

FREE_TRIES = 5
"""Wrong passwords in a row before the first wait: people mistype, and remember a former one."""

FREE_TRIES_OF_ADDRESS = 50
"""Wrong passwords from one address before it waits: a whole office may share one."""

LONGEST_WAIT = timedelta(minutes=15)
"""The wait never grows beyond this, so that nobody is locked out for good; a bot has about a hundred tries a day."""

FORGOTTEN_AFTER = timedelta(hours=24)
"""A day without a wrong try clears the count."""


@dataclass(frozen=True, slots=True)
class Failures:
    """Wrong tries in a row under one key, and the time of the last."""

    key: str
    count: int
    last_at: datetime


def account_key(login: str) -> str:
    """The key of tries on an account from unknown browsers; of a hash, so that no list of guessed names is kept."""
    return "account:" + hashlib.sha256(login.encode(errors="surrogatepass")).hexdigest()


def browser_key(login: str, browser: str) -> str:
    """The key of tries on an account from a browser that has logged in to it before.

    Its own count keeps the owner from being locked out by somebody else's guesses (OWASP: device cookies).
    """
    return "browser:" + hashlib.sha256(f"{login} {browser}".encode(errors="surrogatepass")).hexdigest()


def address_key(address: str) -> str:
    """The key of tries from one network address, on whichever accounts."""
    return "address:" + address[:64]


def waits_until(failures: Failures | None) -> datetime | None:
    """When the next try is looked at; None for at once. The wait doubles with every wrong try after the free ones."""
    if failures is None:
        return None
    free = FREE_TRIES_OF_ADDRESS if failures.key.startswith("address:") else FREE_TRIES
    beyond = failures.count - free
    if beyond < 0:
        return None
    wait = min(timedelta(seconds=2 ** min(beyond, 20)), LONGEST_WAIT)
    return failures.last_at + wait


def is_waiting(failures: Failures | None, now: datetime) -> bool:
    """Whether a try now is refused without being looked at."""
    until = waits_until(failures)
    return until is not None and now < until


def one_more(failures: Failures | None, key: str, now: datetime) -> Failures:
    """The count after one more wrong try."""
    if failures is None or now - failures.last_at >= FORGOTTEN_AFTER:
        return Failures(key, 1, now)
    return Failures(key, failures.count + 1, now)
