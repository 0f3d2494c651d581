"""Accumulated inputs: what a person did, was asked and led since the quarter or the year began, in the role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from service.domain.days import Days, joined
from service.domain.measured import is_level, value_of
from service.domain.period import Period
from service.domain.standard import MONTHS_OF_A_QUARTER, Standard
from service.plans.month_figures import MonthFigures, levels_of
from service.plans.month_inputs import TEAM, SegmentFigures, Value
from service.plans.plan import Plan

ACCUMULATED = "accumulated."
"""How the names begin that an accumulating rule reads."""


def first_of(span: str, period: Period) -> Period:
    """The first month of the quarter or the year of a month."""
    if span == "year":
        return Period(period.year, 1)
    return Period(period.year, period.month - (period.month - 1) % MONTHS_OF_A_QUARTER)


def first_month(plan: Plan, period: Period) -> Period | None:
    """The month from which a plan's rules accumulate; None if none does."""
    return min((first_of(rule.accumulate, period) for rule in plan.rules if rule.accumulate), default=None)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The segments under one role since the quarter or the year began, in the order of time; the last one counts."""

    person_id: str
    figures: MonthFigures
    plan: Plan
    segments: Sequence[SegmentFigures]

    @property
    def days(self) -> Days:
        """All their days."""
        return joined(segment.span for segment in self.segments)


def accumulated_inputs(person_id: str, position: int, months: Sequence[MonthFigures]) -> dict[str, Value]:
    """The accumulated inputs of a segment of the last of these months; none of a target that some month lacks.

    Where somebody comes back to a role inside a month, its last segment there has all of the month and the ones before
    have none of it: their lines give nothing more than was given until then.
    """
    now = months[-1]
    own = now.of(person_id)
    plan = own[position].plan
    assert plan is not None, "a segment without a plan accumulates nothing"
    found: dict[str, Value] = {}
    for name in sorted(plan.inputs):
        if name.startswith(ACCUMULATED):
            span, family, key = name.removeprefix(ACCUMULATED).split(".")
            begin = first_of(span, now.month.period)
            counted = [month for month in months if month.month.period >= begin]
            is_last = all(item.plan is None or item.plan.id != plan.id for item in own[position + 1 :])
            segments = _in_role(person_id, plan, counted if is_last else counted[:-1])
            value = _value(_Stretch(person_id, now, plan, segments), family, key)
            if value is not None:
                found[name] = value
    return found


def _in_role(person_id: str, plan: Plan, months: Sequence[MonthFigures]) -> list[SegmentFigures]:
    return [
        segment
        for month in months
        for segment in month.of(person_id)
        if segment.plan is not None and segment.plan.id == plan.id
    ]


def _value(stretch: _Stretch, family: str, key: str) -> Fraction | None:
    match family:
        case "metric":
            month, plan = stretch.figures.month, stretch.plan
            sums = month.facts(stretch.person_id, stretch.days, levels_of(plan))
            return value_of(plan.metrics[key], sums, plan.metrics)
        case "target":
            return _target(stretch, stretch.plan.standards[key])
        case _:
            values = [segment.team.get(key, Fraction(0)) for segment in stretch.segments]
            adds_up = stretch.plan.team_metrics[key].aggregation == "sum"
            return sum(values, Fraction(0)) if adds_up else (values[-1] if values else Fraction(0))


def _target(stretch: _Stretch, standard: Standard) -> Fraction | None:
    """The targets of the months added up; of a level the last one."""
    asked = [segment for segment in stretch.segments if segment.plan and standard.id in segment.plan.standards]
    targets = [segment.target(standard.id) for segment in asked]
    known = [target for target in targets if target is not None]
    if len(known) < len(targets):
        return None
    adds_up = standard.metric.startswith(TEAM) or not is_level(stretch.plan.metrics[standard.metric])
    return sum(known, Fraction(0)) if adds_up else (known[-1] if known else None)
