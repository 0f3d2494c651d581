"""A person who earns, and the dated assignments, absences and aliases that say as what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from service.domain.errors import NotFoundError

FULL_TIME_BP = 10_000
"""Full time in hundredths of a percent; part time is agreed to two places at most."""


class UnknownPersonError(NotFoundError):
    """A person id that nobody has."""

    code = "unknown_person"

    def __init__(self, person_id: str) -> None:
        super().__init__(f'Nobody has the person id "{person_id[:64]}". Import the person first, or correct the id.')


class PayChannel(StrEnum):
    """How a person is paid; only `payroll` and `invoice` appear in payouts."""

    PAYROLL = "payroll"
    INVOICE = "invoice"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who earns. National identity numbers are never kept."""

    person_id: str
    name: str
    hired_on: date
    left_on: date | None = None

    def is_employed(self, day: date) -> bool:
        """Whether the day lies between hire and leave, both included."""
        return self.hired_on <= day and (self.left_on is None or day <= self.left_on)

    def tenure_months(self, day: date) -> int:
        """Calendar months since the month of hire, which is 0."""
        return (day.year - self.hired_on.year) * 12 + day.month - self.hired_on.month


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a person is from one day to another (both included; no end: until further notice)."""

    person_id: str
    starts_on: date
    ends_on: date | None
    role: str
    grade: str
    team: str
    manager_id: str | None
    fte_bp: int
    fixed_salary_minor: int
    soft_salary_minor: int
    territory: str = ""
    product: str = ""
    channel: str = ""
    audience: str = ""
    personnel_number: str = ""
    legal_entity: str = ""
    cost_centre: str = ""
    pay_channel: PayChannel = PayChannel.PAYROLL

    @property
    def fte(self) -> Fraction:
        """Part time as an exact share of full time."""
        return Fraction(self.fte_bp, FULL_TIME_BP)

    def covers(self, day: date) -> bool:
        """Whether it holds on that day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True)
class Absence:
    """Days away, first and last included: paid or not, never why."""

    person_id: str
    starts_on: date
    ends_on: date
    paid: bool


@dataclass(frozen=True, slots=True)
class Alias:
    """The user id under which a source knows a person, from one day to another (both included)."""

    source_id: str
    subject: str
    person_id: str
    starts_on: date
    ends_on: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the source meant this person on that day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


def assignment_on(assignments: Sequence[Assignment], day: date) -> Assignment | None:
    """The assignment that holds on a day, if any; assignments of one person never overlap."""
    return next((item for item in assignments if item.covers(day)), None)


def person_known_as(aliases: Sequence[Alias], subject: str, day: date) -> str | None:
    """Whose user id it was on a day, given the aliases of one source; None if nobody's."""
    return next((item.person_id for item in aliases if item.subject == subject and item.covers(day)), None)


class Aliases:
    """Who each sender's user ids belong to, ready to be asked about thousands of events."""

    def __init__(self, aliases: Iterable[Alias]) -> None:
        self._known: dict[tuple[str, str], list[Alias]] = {}
        for alias in aliases:
            self._known.setdefault((alias.source_id, alias.subject), []).append(alias)
        self._answers: dict[tuple[str, str, date], str | None] = {}

    def person(self, source_id: str, subject: str, day: date) -> str | None:
        """Whose user id it was on a day; None if nobody's."""
        asked = (source_id, subject, day)
        if asked not in self._answers:
            known = self._known.get((source_id, subject), ())
            self._answers[asked] = person_known_as(known, subject, day)
        return self._answers[asked]
