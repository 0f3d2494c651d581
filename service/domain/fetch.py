"""Fetching: asking a vendor for the fields of an object of which a message told the id alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, urlsplit

from service.domain.errors import InvalidError
from service.domain.event import JsonValue
from service.domain.vendor_object import ObjectKey

FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)
MOST_TRIES = 12
"""Tries in about four hours, in which a vendor that is down usually comes back; then a person must look."""

LEASE = timedelta(minutes=5)
"""A fetch whose worker was killed is tried again after this long: ten times what one may take."""

PER_MINUTE = 60
"""Requests of a source unless told otherwise: half of what Bitrix24, the strictest vendor, allows."""

MOST_PER_MINUTE = 600

SECRET = "{secret}"  # noqa: S105 - the place of a secret
"""Where the secret stands in an address; without it, the secret is sent as a bearer token."""


class FetchAddressError(InvalidError):
    """An address that nothing may be fetched from."""

    code = "fetch_address"

    def __init__(self) -> None:
        super().__init__(
            "Fields are fetched from an address such as https://company.bitrix24.bg/rest/1/{secret}/ : https, a host "
            "and no user or password. Only an address inside your own network may be http, with --private."
        )


@dataclass(frozen=True, slots=True)
class FetchTerms:
    """How the fields of a source's objects are fetched: the only address that is asked, its secret encrypted."""

    source_id: str
    address: str
    sealed: str
    per_minute: int = PER_MINUTE
    private: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """An object whose fields are wanted; `tries` counts the present one, `seen` is its last change so far."""

    source_id: str
    key: ObjectKey
    asked_at: datetime
    tries: int
    seen: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of a fetch: the fields, or in a sentence why there are none and whether another try may help."""

    fields: Mapping[str, JsonValue] | None = None
    failure: str = ""
    final: bool = False


def demand_address(terms: FetchTerms) -> None:
    """Refuse an address that could lead anywhere but to the host in it."""
    try:
        parts = urlsplit(terms.address)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise FetchAddressError from None
    schemes = ("https", "http") if terms.private else ("https",)
    clean = "@" not in parts.netloc and SECRET not in parts.netloc and not parts.fragment
    if not (named and clean and parts.scheme in schemes):
        raise FetchAddressError


def pause(tries: int) -> timedelta | None:
    """How long to wait after so many tries; None after the last one."""
    if tries >= MOST_TRIES:
        return None
    doubled: int = 2 ** (tries - 1)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)


def url_of(terms: FetchTerms, path: str, object_id: str, secret: str) -> tuple[str, dict[str, str]]:
    """The address of an object and the headers to ask with; the id can change neither host nor path."""
    joined = f"{terms.address.rstrip('/')}/{path.lstrip('/')}"
    headers = {} if SECRET in joined else {"Authorization": f"Bearer {secret}"}
    return joined.replace(SECRET, quote(secret, safe="/")).replace("{id}", quote(object_id, safe="")), headers
