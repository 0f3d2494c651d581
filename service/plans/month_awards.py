"""The awards of a month: what each day of a person was worth in points under the plan of that day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from service.domain.company_month import CompanyMonth
from service.domain.measured import Sums, is_level, value_of
from service.domain.metric import Better
from service.domain.ramp import step_on
from service.domain.segment import Stretch
from service.domain.standard import Standard, Stay, attainment, month_target
from service.plans.awards import Day, Given, days_worth, names_of_days
from service.plans.expression import Value
from service.plans.month_inputs import FACTS, TARGETS, TEAM, SegmentFigures, plan_inputs
from service.plans.month_inputs import Value as InputValue
from service.plans.plan import Plan
from service.plans.standards import value_in_force

ATTAINMENTS = "attainment."
PARAMETERS = "param."
"""Families of names that a point rule may ask for, beside facts and targets of the day and what the month says."""

NOTHING_DONE: Sums = {}

_At = tuple[Stretch, date]
"""A day, and the stretch of the month that it lies in."""


@dataclass(frozen=True, slots=True)
class SegmentAwards:
    """What the days of a segment gave, and how long each streak was before and after them."""

    plan: Plan
    given: tuple[Given, ...]
    carried_in: Mapping[str, int]
    carried_out: Mapping[str, int]

    @property
    def total(self) -> int:
        """All its points."""
        return sum(item.points for item in self.given)


def month_awards(month: CompanyMonth, person_id: str, segments: Sequence[SegmentFigures]) -> list[SegmentAwards | None]:
    """The awards of each segment of a person's month; None where no plan gives any.

    A streak goes on where the person comes back to the same plan's role inside the month.
    """
    lengths: dict[str, dict[str, int]] = {}
    found: list[SegmentAwards | None] = []
    for segment in segments:
        plan = segment.plan
        if plan is None or not plan.points:
            found.append(None)
            continue
        if plan.id not in lengths:
            recorded = month.carried(person_id)
            lengths[plan.id] = {rule: length for (plan_id, rule), length in recorded.items() if plan_id == plan.id}
        days = _Days(month, person_id, segment, plan).read()
        before = dict(lengths[plan.id])
        worth = days_worth(plan.points, days, before)
        lengths[plan.id] = dict(worth.lengths)
        began = {rule: before.get(rule, 0) for rule in worth.lengths}
        found.append(SegmentAwards(plan, worth.given, began, worth.lengths))
    return found


@dataclass(frozen=True, slots=True)
class _Days:
    """Reads what is known of each day of a segment."""

    month: CompanyMonth
    person_id: str
    segment: SegmentFigures
    plan: Plan
    targets: dict[tuple[str, date], Fraction | None] = field(default_factory=dict)

    def read(self) -> list[Day]:
        """The days on which the person was at work, and any other on which something was done."""
        own = self.segment.basis.segment
        present = set(self.month.present(self.person_id, own.days))
        facts = self.month.by_day(self.person_id)
        names = sorted(names_of_days(self.plan))
        inputs = plan_inputs(self.segment)
        found = []
        for stretch in own.stretches:
            for day in stretch.days:
                if day in present or day in facts:
                    sums = facts.get(day, NOTHING_DONE)
                    known = {name: self._value(name, inputs, (stretch, day), sums) for name in names}
                    kept = {name: value for name, value in known.items() if value is not None}
                    found.append(Day(day, day in present, kept))
        return found

    def _value(self, name: str, inputs: Mapping[str, InputValue], at: _At, sums: Sums) -> Value | None:
        """What a name is worth on a day; None where the day has no such thing."""
        if name.startswith(FACTS):
            return value_of(self.plan.metrics[name.removeprefix(FACTS)], sums, self.plan.metrics)
        if name.startswith(TARGETS):
            return self._target(self.plan.standards[name.removeprefix(TARGETS)], at)
        if name.startswith(ATTAINMENTS):
            return self._attainment(self.plan.standards[name.removeprefix(ATTAINMENTS)], at, sums)
        if name.startswith(PARAMETERS):
            parameter = self.plan.params[name.removeprefix(PARAMETERS)]
            return value_in_force(parameter, self.month.period.first_day)
        value = inputs.get(name)
        return value if value is None or isinstance(value, str | bool) else Fraction(value)

    def _attainment(self, standard: Standard, at: _At, sums: Sums) -> Fraction | None:
        """A day without a target is not a day at 100 %; neither is one on which what should be low was not measured."""
        target = self._target(standard, at)
        if not target or target < 0:
            return None
        metric = self.plan.metrics[standard.metric]
        if standard.better is Better.LOWER and not {metric.id, metric.of, metric.over} & sums.keys():
            return None
        return attainment(value_of(metric, sums, self.plan.metrics), target, standard)

    def _target(self, standard: Standard, at: _At) -> Fraction | None:
        stretch, day = at
        asked = standard.id, day if standard.ramp is not None else stretch.first_day
        if asked not in self.targets:
            self.targets[asked] = self._day_target(standard, at)
        return self.targets[asked]

    def _day_target(self, standard: Standard, at: _At) -> Fraction | None:
        """What a standard asks of one working day: a level the same as ever, anything else its part of the month."""
        if standard.metric.startswith(TEAM) or standard.team_target:
            return None
        target, basis = self.segment.target(standard.id), self.segment.basis
        if target is None or is_level(self.plan.metrics[standard.metric]):
            return target
        if self.month.assigned(self.person_id, standard.id) is not None:
            return target / basis.present_days if basis.present_days else None
        if standard.prorated:
            return month_target(standard, [self._stay(standard, at)], self.month.period, basis.workdays)
        return target / self.segment.share / basis.workdays if basis.workdays else None

    def _stay(self, standard: Standard, at: _At) -> Stay:
        """One day as a target is prorated by it; with a ramp, what its step asks on that day."""
        stretch, day = at
        held, basis = stretch.assignment, self.segment.basis
        if standard.ramp is None:
            return Stay(held.grade, 1, held.fte)
        if standard.ramp.schedule:
            stays = self.month.stays(self.person_id, basis, standard)
            return Stay(held.grade, 1, held.fte, next((stay.step for stay in stays if stay.grade == held.grade), None))
        week = step_on(self.month.ramp_of(self.person_id, basis, standard), day)
        return Stay(held.grade, 1, held.fte, None if week is None else week.amount)
