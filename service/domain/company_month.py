"""A month of the company: who worked, as what, for whom and when, and how to add up what they did."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from service.domain.calendar import WorkCalendar, days_present
from service.domain.days import Days, Span, common, each_of
from service.domain.deal import WonDeal
from service.domain.event import JsonValue
from service.domain.measured import Sums
from service.domain.pay_basis import PayBasis, pay_bases
from service.domain.period import Period
from service.domain.person import Absence, Assignment, Person
from service.domain.ramp import RampWeek, tenure_share, week_document
from service.domain.segment import ramped_stays
from service.domain.standard import Standard, Stay, unit_target
from service.domain.team import Tree, memberships

AddUp = Callable[[Days, Collection[str]], Mapping[str, Sums]]
"""The facts of everybody in question over some days; of the metrics named (levels) also the last day's value."""

ByDay = Callable[[str], Mapping[date, Sums]]
"""The facts of a person by the days of the month."""

Carried = Callable[[str], Mapping[tuple[str, str], int]]
"""How long a person's streaks were on the evening before the month, by plan and rule."""

Won = Callable[[str], Sequence[WonDeal]]
"""The deals that a person won in the month."""

NO_FACTS: Sums = {}


def _no_days(_person_id: str) -> Mapping[date, Sums]:
    return {}


def _no_deals(_person_id: str) -> Sequence[WonDeal]:
    return ()


def _no_streaks(_person_id: str) -> Mapping[tuple[str, str], int]:
    return {}


@dataclass(frozen=True, slots=True)
class CompanyMonth:
    """What is recorded of a month; `trees` say who reported to whom, day by day."""

    period: Period
    calendar: WorkCalendar
    people: Mapping[str, Person]
    assignments: Mapping[str, Sequence[Assignment]]
    absences: Mapping[str, Sequence[Absence]]
    targets: Mapping[tuple[str, str], Decimal]
    trees: Sequence[Tree]
    add_up: AddUp
    by_day: ByDay = _no_days
    carried: Carried = _no_streaks
    won: Won = _no_deals
    ramps: Mapping[str, Sequence[RampWeek]] = field(default_factory=dict)

    def bases(self, person_id: str) -> list[PayBasis]:
        """The segments of a person's month with their pay basis; none for somebody unknown."""
        person = self.people.get(person_id)
        if person is None:
            return []
        held, away = self.assignments.get(person_id, ()), self.absences.get(person_id, ())
        return pay_bases(person, held, away, self.calendar, self.period)

    def assigned(self, person_id: str, standard_id: str) -> Fraction | None:
        """The target assigned to a person for the month."""
        amount = self.targets.get((person_id, standard_id))
        return None if amount is None else Fraction(amount)

    def ramp_of(self, person_id: str, basis: PayBasis, standard: Standard) -> list[RampWeek]:
        """The steps of a person's ramp on the days of a segment; none where the standard has no ramp in steps."""
        if standard.ramp is None or standard.ramp.max_step is None:
            return []
        first, last = basis.segment.first_day, basis.segment.last_day
        return [
            week
            for week in self.ramps.get(person_id, ())
            if (week.role, week.standard) == (basis.segment.role, standard.id)
            and week.first_day <= last
            and week.last_day >= first
        ]

    def ramp_document(self, person_id: str, basis: PayBasis, standard: Standard) -> tuple[dict[str, JsonValue], ...]:
        """The ramp of a standard in a segment as JSON: its steps with their days, or the share of a schedule."""
        ramp = standard.ramp
        if ramp is None or self.assigned(person_id, standard.id) is not None:
            return ()
        if ramp.schedule:
            share = tenure_share(ramp, self.people[person_id].hired_on, self.period)
            return () if share == 1 else ({"share": str(share)},)
        return tuple(week_document(week) for week in self.ramp_of(person_id, basis, standard))

    def stays(self, person_id: str, basis: PayBasis, standard: Standard) -> Sequence[Stay]:
        """What the target of a standard is prorated by; with a ramp, what it asks at most on which days."""
        if standard.ramp is None:
            return basis.stays
        person, first = self.people[person_id], self.period.first_day
        if standard.ramp.schedule:
            share = tenure_share(standard.ramp, person.hired_on, self.period)
            wanted = [(stay, unit_target(standard, stay.grade, first)) for stay in basis.stays]
            return [stay if target is None else replace(stay, step=target * share) for stay, target in wanted]
        weeks, away = self.ramp_of(person_id, basis, standard), self.absences.get(person_id, ())
        return ramped_stays(basis.segment, weeks, self.calendar, person, away) if weeks else basis.stays

    def facts(self, person_id: str, days: Days, levels: Collection[str]) -> Sums:
        """What a person did on some days."""
        return self.add_up(days, levels).get(person_id, NO_FACTS) if days else NO_FACTS

    def present(self, person_id: str, days: Sequence[date]) -> list[date]:
        """Those of the days on which a person was at work."""
        return days_present(self.calendar, self.people[person_id], self.absences.get(person_id, ()), days)

    def members(self, manager_id: str, span: Span, *, direct: bool) -> dict[str, Days]:
        """Who was below a manager on which days of a span, while employed."""
        found = {}
        for person_id, days in memberships(self.trees, manager_id, direct=direct).items():
            person = self.people.get(person_id)
            if person is not None:
                employed = (person.hired_on, person.left_on or self.period.last_day)
                found[person_id] = common(common(days, (span,)), (employed,))
        return {person_id: days for person_id, days in found.items() if days}

    def last_workday(self, span: Span) -> date:
        """The last working day of a span; without one, its last day."""
        return max(self.calendar.workdays(each_of((span,))), default=span[1])

    def part(self, days: Days, whole: Days) -> Fraction:
        """The part of the working days that some days have; where the whole has none, of its days."""
        working = len(self.calendar.workdays(each_of(whole)))
        if working:
            return Fraction(len(self.calendar.workdays(each_of(days))), working)
        return Fraction(len(each_of(days)), len(each_of(whole)))
