"""The pay basis of a person's month: per segment the days, salaries and stays that targets and amounts rest on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from service.domain.calendar import WorkCalendar
from service.domain.period import Period
from service.domain.person import Absence, Assignment, Person
from service.domain.segment import Salaries, Segment, presences, salaries, segments, stays
from service.domain.standard import Stay


@dataclass(frozen=True, slots=True)
class PayBasis:
    """One segment of a month; `workdays` are those of the whole month, the other days those of the segment."""

    segment: Segment
    workdays: int
    present_days: int
    paid_days: int
    salaries: Salaries
    stays: tuple[Stay, ...]
    tenure_months: int

    @property
    def fte(self) -> Fraction:
        """Part time at the end of the segment, as an exact share of full time."""
        return self.segment.last_assignment.fte


def pay_bases(
    person: Person,
    assignments: Sequence[Assignment],
    absences: Sequence[Absence],
    calendar: WorkCalendar,
    period: Period,
) -> list[PayBasis]:
    """The pay basis of every segment of a person's month, in order."""
    workdays = len(calendar.workdays(period.days))
    bases = []
    for segment in segments(assignments, period, person):
        days = presences(segment, calendar, person, absences)
        bases.append(
            PayBasis(
                segment=segment,
                workdays=workdays,
                present_days=sum(counted.present_days for counted in days),
                paid_days=sum(counted.paid_days for counted in days),
                salaries=salaries(segment, calendar, person, absences),
                stays=tuple(stays(segment, calendar, person, absences)),
                tenure_months=person.tenure_months(period.last_day),
            )
        )
    return bases
