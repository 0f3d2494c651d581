"""A period: one calendar month of the company, and what may be done with it."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from service.domain.errors import BusinessConflictError, InvalidError

EASTERNMOST = timedelta(hours=14)
"""The zone in which a month begins first; no company's month begins before it does there."""

DAYS_KEPT = 1_024
"""Days whose month is kept in a process: every event asks for it, and they come in the order of days."""

_PERIOD = re.compile(r"(?P<year>[12][0-9]{3})-(?P<month>0[1-9]|1[0-2])")


class InvalidPeriodError(InvalidError):
    """A text that names no month."""

    code = "invalid_period"

    def __init__(self, text: str) -> None:
        super().__init__(f'"{text[:20]}" is not a period; write a month like 2026-10.')


class PeriodNotOverError(BusinessConflictError):
    """A month was to be closed before its last day had passed."""

    code = "period_not_over"

    def __init__(self, period: Period, today: date) -> None:
        super().__init__(
            f"Period {period} cannot be closed on {today}: its last day is {period.last_day}. "
            f"Close it from {period.following.first_day} on."
        )


class PeriodClosedError(BusinessConflictError):
    """A version of a plan was to start in a closed month."""

    code = "period_closed"

    def __init__(self, period: Period) -> None:
        super().__init__(
            f"A version cannot start in {period}: that month or a later one is closed, and what it paid stands. Set "
            "effective.from to the first day of an open month."
        )


class PeriodState(StrEnum):
    """The life of a period; from `approved` on nothing in it is ever edited."""

    OPEN = "open"
    SETTLING = "settling"
    CLOSED = "closed"
    APPROVED = "approved"
    PAID = "paid"

    @property
    def status(self) -> str:
        """How firm the money of the month is, as people are told: estimated, confirmed, approved or paid."""
        match self:
            case PeriodState.OPEN | PeriodState.SETTLING:
                return "estimated"
            case PeriodState.CLOSED:
                return "confirmed"
            case _:
                return self.value

    @property
    def is_closed(self) -> bool:
        """Whether the numbers are frozen: late facts become adjustments elsewhere."""
        return self in {PeriodState.CLOSED, PeriodState.APPROVED, PeriodState.PAID}

    def on(self, today: date, last_day: date) -> PeriodState:
        """As people see it: a period that is over and was not closed is settling."""
        return PeriodState.SETTLING if self is PeriodState.OPEN and today > last_day else self


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A calendar month; sorts by time and prints as 2026-10."""

    year: int
    month: int

    @staticmethod
    def parse(text: str) -> Period:
        """Read "2026-10"; anything else is an `InvalidPeriodError`."""
        match = _PERIOD.fullmatch(text)
        if match is None:
            raise InvalidPeriodError(text)
        return Period(int(match["year"]), int(match["month"]))

    @staticmethod
    @lru_cache(DAYS_KEPT)
    def of(day: date) -> Period:
        """The period that a day belongs to."""
        return Period(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """Its last day."""
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    @property
    def days(self) -> list[date]:
        """All its days, in order."""
        return [self.first_day + timedelta(days=n) for n in range(self.last_day.day)]

    @property
    def following(self) -> Period:
        """The month after."""
        return Period.of(self.last_day + timedelta(days=1))

    @property
    def preceding(self) -> Period:
        """The month before."""
        return Period.of(self.first_day - timedelta(days=1))


def months_between(first: Period, last: Period) -> list[Period]:
    """All periods from one to another, both included; none if the last is before the first."""
    found = []
    while first <= last:
        found.append(first)
        first = first.following
    return found


def latest_begun(now: datetime) -> Period:
    """The latest period that has begun somewhere: a change of what nobody has worked yet needs no new scores."""
    return Period.of((now.astimezone(UTC) + EASTERNMOST).date())
