"""A backtest: what a draft plan would have paid for past months, beside what was posted or is drafted for them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from service.domain.errors import InvalidError, NotFoundError
from service.domain.event import JsonValue
from service.domain.money import format_minor, parse_minor
from service.domain.period import Period, months_between

MAX_MONTHS = 24
"""Two years hold every season twice; more would only compare with a company that is no longer there."""

ID_BYTES = 12
"""96 random bits: an id that nobody meets twice and nobody guesses."""


class InvalidBacktestError(InvalidError):
    """A backtest over months that cannot be tried."""

    code = "invalid_backtest"


class UnknownBacktestError(NotFoundError):
    """A backtest id that was never given out."""

    code = "unknown_backtest"

    def __init__(self, backtest_id: str) -> None:
        super().__init__(f'There is no backtest "{backtest_id[:40]}". POST /v1/plans/backtests starts one.')


@dataclass(frozen=True, slots=True)
class Backtest:
    """A backtest as it was asked for: the draft's document, and the months to try it on, both included."""

    backtest_id: str
    plan_id: str
    plan_hash: str
    document: str
    effective_from: date | None
    first: Period
    last: Period
    asked_at: datetime
    asked_by: str

    @property
    def months(self) -> list[Period]:
        """The months, in order."""
        return months_between(self.first, self.last)


@dataclass(frozen=True, slots=True)
class PersonTried:
    """One person's month in minor units: posted and still drafted, and what the draft gives.

    `after_minor` is None where the draft needs inputs that nobody has given: `missing` names them.
    """

    person_id: str
    name: str
    posted_minor: int
    drafted_minor: int
    after_minor: int | None
    missing: tuple[str, ...] = ()

    @property
    def before_minor(self) -> int:
        """What the month is worth under the plan that was in force, on all facts known now."""
        return self.posted_minor + self.drafted_minor


@dataclass(frozen=True, slots=True)
class MonthTried:
    """A month under the draft; `counted_otherwise` are the metrics whose facts were counted by another definition."""

    period: Period
    closed: bool
    people: tuple[PersonTried, ...]
    counted_otherwise: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a backtest is; `failure` is why it ended early, if it did."""

    backtest: Backtest
    months: tuple[MonthTried, ...]
    ended_at: datetime | None
    failure: str

    @property
    def state(self) -> str:
        """Waiting, running, done or failed."""
        if self.failure:
            return "failed"
        if self.ended_at is not None:
            return "done"
        return "running" if self.months else "waiting"


def new_backtest_id() -> str:
    """An id for a new backtest."""
    return f"bt_{secrets.token_hex(ID_BYTES)}"


def demand_past(first: Period, last: Period, today: date) -> None:
    """Refuse months in the wrong order, months that have not begun, and too many of them."""
    if last < first:
        raise InvalidBacktestError(f"The backtest ends in {last}, before it begins in {first}. Give the earlier first.")
    if last > Period.of(today):
        raise InvalidBacktestError(f"{last} has not begun, so it has no facts. Choose months up to {Period.of(today)}.")
    asked = len(months_between(first, last))
    if asked > MAX_MONTHS:
        raise InvalidBacktestError(f"{first} to {last} are {asked} months; try at most {MAX_MONTHS} at once.")


def month_document(month: MonthTried) -> dict[str, JsonValue]:
    """A month as JSON; `month_from_document` reads it back."""
    return {
        "period": str(month.period),
        "closed": month.closed,
        "counted_otherwise": list(month.counted_otherwise),
        "people": [
            {
                "person_id": item.person_id,
                "name": item.name,
                "posted": format_minor(item.posted_minor),
                "drafted": format_minor(item.drafted_minor),
                "after": None if item.after_minor is None else format_minor(item.after_minor),
                "missing": list(item.missing),
            }
            for item in month.people
        ],
    }


def month_from_document(document: Mapping[str, Any]) -> MonthTried:
    """The month that a document was made from."""
    people = tuple(
        PersonTried(
            row["person_id"],
            row["name"],
            parse_minor(row["posted"]),
            parse_minor(row["drafted"]),
            None if row["after"] is None else parse_minor(row["after"]),
            tuple(row["missing"]),
        )
        for row in document["people"]
    )
    otherwise = tuple(document["counted_otherwise"])
    return MonthTried(Period.parse(document["period"]), document["closed"], people, otherwise)


def result_document(months: Sequence[MonthTried]) -> dict[str, JsonValue]:
    """Before, after and the difference: in all, by month and by person; those the draft cannot pay are left out."""
    rows = [(month, item) for month in months for item in month.people]
    people = _by_person(rows)
    gains = [sum(_difference(item) for _, item in own) for own in people.values() if _tried(own)]
    return {
        **_sums(item for _, item in rows),
        "winners": sum(gain > 0 for gain in gains),
        "losers": sum(gain < 0 for gain in gains),
        "unchanged": sum(gain == 0 for gain in gains),
        "counted_otherwise": [*sorted({name for month in months for name in month.counted_otherwise})],
        "left_out": [
            {"person_id": item.person_id, "period": str(month.period), "missing": list(item.missing)}
            for month, item in rows
            if item.after_minor is None
        ],
        "months": [
            {"period": str(month.period), "closed": month.closed, "people": len(month.people), **_sums(month.people)}
            for month in months
        ],
        "people": [
            {
                "person_id": person_id,
                "name": own[-1][1].name,
                **_sums(item for _, item in own),
                "months": [
                    {"period": str(month.period), **_sums([item])} for month, item in own if _tried([(month, item)])
                ],
            }
            for person_id, own in people.items()
        ],
    }


_Row = tuple[MonthTried, PersonTried]


def _by_person(rows: Sequence[_Row]) -> dict[str, list[_Row]]:
    found: dict[str, list[_Row]] = {}
    for row in rows:
        found.setdefault(row[1].person_id, []).append(row)
    return dict(sorted(found.items()))


def _tried(rows: Sequence[_Row]) -> bool:
    return any(item.after_minor is not None for _, item in rows)


def _difference(item: PersonTried) -> int:
    return 0 if item.after_minor is None else item.after_minor - item.before_minor


def _sums(people: Iterable[PersonTried]) -> dict[str, JsonValue]:
    counted = [item for item in people if item.after_minor is not None]
    before = sum(item.before_minor for item in counted)
    difference = sum(_difference(item) for item in counted)
    return {
        "before": format_minor(before),
        "after": format_minor(before + difference),
        "difference": format_minor(difference),
    }
