"""Privacy: what of a person is taken out of a text, how long things are kept, and what may not be erased yet."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

from service.domain.errors import BusinessConflictError, InvalidError
from service.domain.event import CreditClaim, Event, JsonValue
from service.domain.period import Period

ERASED = "[erased]"
"""Stands where a name, a login or a number stood."""

SHORTEST_SOUGHT = 3
"""Shorter texts are looked for only where they are a user id of the person: as words they are in every text."""

DIGITS_SOUGHT = 6
"""A number of fewer digits is looked for only where it is a user id of the person: amounts look alike."""

REASON_CHARACTERS = 500
"""Longest reason of an erasure: a sentence or two."""


class StillEmployedError(BusinessConflictError):
    """Somebody who works here was to be erased."""

    code = "still_employed"

    def __init__(self, person_id: str) -> None:
        super().__init__(
            f"{person_id} still works here. Import the last day of work (left_on) first; nothing was changed."
        )


class MoneyStillOpenError(BusinessConflictError):
    """Somebody was to be erased who is still owed something: payroll would not know whom to pay."""

    code = "money_still_open"

    def __init__(self, person_id: str, periods: Collection[str]) -> None:
        super().__init__(
            f"{person_id} has money that is not posted yet ({', '.join(sorted(periods))}). Close these months first; "
            "nothing was changed."
        )


class InvalidReasonError(InvalidError):
    """An erasure of which nobody says why."""

    code = "invalid_reason"

    def __init__(self) -> None:
        super().__init__(f"Say why in 1 to {REASON_CHARACTERS} printable characters, without the name of the person.")


@dataclass(frozen=True, slots=True)
class Terms:
    """How long things are kept: raw deliveries in months, the others in years after the year of payment."""

    raw_months: int
    event_years: int
    statement_years: int


@dataclass(frozen=True, slots=True)
class Traces:
    """By what a person can be known: texts with what stands in their place, and the user ids of each source."""

    texts: Mapping[str, str]
    subjects: Mapping[tuple[str, str], str]

    @property
    def sought(self) -> dict[str, str]:
        """Those that are looked for in every text, with what stands in their place; the longest first."""
        plain = {subject: stand_in for (_, subject), stand_in in self.subjects.items()} | dict(self.texts)
        kept = [text for text in plain if _is_telling(text)]
        return {text: plain[text] for text in sorted(kept, key=lambda text: (-len(text), text))}


def new_stand_in() -> str:
    """What stands in the place of a user id: it says nothing, and no two are alike."""
    return f"erased-{secrets.token_hex(8)}"


def demand_reason(reason: str) -> None:
    """Raise `InvalidReasonError` for no reason at all, and for one that no log can show."""
    if not reason.strip() or len(reason) > REASON_CHARACTERS or not reason.isprintable():
        raise InvalidReasonError


def without_traces(text: str, sought: Mapping[str, str]) -> str:
    """A text in which nothing of this stands any more, in whichever case it was written."""
    for trace, stand_in in sought.items():
        for written in {trace, *_escaped(trace)}:
            # A whole word: "Ann" is not looked for in "Annual". A number only as a text of its own.
            bounds = ('"', '"') if trace.isdigit() else (r"(?<!\w)", r"(?!\w)")
            pattern = bounds[0] + re.escape(written) + bounds[1]
            put = f'"{stand_in}"' if trace.isdigit() else stand_in
            text = re.sub(pattern, put, text, flags=re.IGNORECASE)
    return text


def bytes_of(trace: str) -> set[bytes]:
    """How a text can stand in the bytes of a message: as it is, and as JSON, XML and forms write it."""
    spelled = {trace, trace.lower(), trace.upper()}
    told = {form for text in spelled for form in (text, *_escaped(text), escape(text), quote(text), quote_plus(text))}
    return {text.encode(errors="surrogatepass") for text in told}


def event_without(event: Event, own: Mapping[str, str], sought: Mapping[str, str]) -> Event:
    """An event in which the person's user ids (`own`) and other traces have given way to what stands for them."""
    subject = own.get(event.subject, event.subject) if event.subject is not None else None
    credit = tuple(
        CreditClaim(own.get(claim.subject, claim.subject), claim.part, claim.share_percent) for claim in event.credit
    )
    return replace(
        event, subject=subject, credit=credit, data={key: _cleared(value, sought) for key, value in event.data.items()}
    )


def raw_before(now: datetime, months: int) -> datetime:
    """Deliveries that came before this moment are gone: the first day of the month so many months back."""
    first = Period(now.year, now.month)
    for _ in range(months):
        first = first.preceding
    return now.replace(year=first.year, month=first.month, day=1, hour=0, minute=0, second=0, microsecond=0)


def last_unkept(now: datetime, years: int) -> Period:
    """The last month whose year of payment, if it was closed in time, ended more than so many years ago.

    A month is paid in the next one: what was earned in December belongs to the following year.
    """
    return Period(now.year - years - 1, 11)


def _is_telling(text: str) -> bool:
    return len(text) >= (DIGITS_SOUGHT if text.isdigit() else SHORTEST_SOUGHT)


def _escaped(text: str) -> set[str]:
    return {json.dumps(text, ensure_ascii=plain)[1:-1] for plain in (False, True)}


def _cleared(value: JsonValue, sought: Mapping[str, str]) -> JsonValue:
    match value:
        case str():
            return sought.get(value) or without_traces(value, sought)
        case list():
            return [_cleared(item, sought) for item in value]
        case dict():
            return {key: _cleared(item, sought) for key, item in value.items()}
        case _:
            return value
