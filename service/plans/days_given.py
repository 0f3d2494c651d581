"""Given days: the working days of `--given` in their order, and the points and streaks that they are worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from service.domain.event import JsonValue
from service.domain.standard import attainment
from service.plans.awards import Day, days_worth, names_of_days
from service.plans.expression import Value
from service.plans.given import Given, UnknownInputError, given_to_inputs
from service.plans.plan import Plan
from service.plans.standards import value_in_force

DAYS = "days"
"""The key of `--given` that holds days: a list of `{metric: {...}, target: {...}}`, one for each working day."""

MAX_DAYS = 31
"""Days of a month."""


@dataclass(frozen=True, slots=True)
class DaysWorth:
    """What given days are worth: points by rule, and the length of each streak on the last evening."""

    points: Mapping[str, int]
    streaks: Mapping[str, int]

    def as_json(self) -> dict[str, JsonValue]:
        """For the answer of `plan eval`."""
        return {"points": dict(self.points), "points_total": sum(self.points.values()), "streaks": dict(self.streaks)}


def given_with_points(plan: Plan, given: Mapping[str, object]) -> tuple[Given, DaysWorth | None]:
    """The flat inputs, with the points of the given days as `points.total` where that is not given itself."""
    flat = given_to_inputs(plan, given)
    worth = worth_of_given(plan, given.get(DAYS), flat) if DAYS in given else None
    if worth is not None and "points.total" not in flat.inputs:
        flat = replace(flat, inputs=flat.inputs | {"points.total": sum(worth.points.values())})
    return flat, worth


def worth_of_given(plan: Plan, written: object, flat: Given) -> DaysWorth:
    """The worth of days; what is not said of a day was not done on it, and a target that is not said is none."""
    if not isinstance(written, Sequence) or isinstance(written, str) or len(written) > MAX_DAYS:
        raise UnknownInputError(f"`{DAYS}` is a list of at most {MAX_DAYS} maps with `metric` and `target`.")
    first = flat.period.first_day
    days = [_day(plan, first + timedelta(days=place), item, flat) for place, item in enumerate(written)]
    points = dict.fromkeys(plan.points, 0)
    worth = days_worth(plan.points, days, {})
    for item in worth.given:
        points[item.rule] += item.points
    return DaysWorth(points, worth.lengths)


def _day(plan: Plan, day: date, written: object, flat: Given) -> Day:
    if not isinstance(written, Mapping) or set(written) - {"metric", "target"}:
        raise UnknownInputError(f"Every one of `{DAYS}` is a map with `metric` and `target`.")
    own = given_to_inputs(plan, written).inputs
    known: dict[str, Value] = {}
    for name in sorted(names_of_days(plan)):
        value = _value(plan, name, own, flat)
        if value is not None:
            known[name] = value
    return Day(day, is_working=True, known=known)


def _value(plan: Plan, name: str, own: Mapping[str, object], flat: Given) -> Value | None:
    family, _, key = name.partition(".")
    match family:
        case "metric":
            return _number(own.get(name, 0))
        case "target":
            return _number(own[name]) if name in own else None
        case "attainment":
            standard, target = plan.standards[key], _number(own.get(f"target.{key}", 0))
            done = _number(own.get(f"metric.{standard.metric}", 0))
            return attainment(done, target, standard) if target > 0 else None
        case "param":
            return value_in_force(plan.params[key], flat.period.first_day)
        case _:
            value = flat.inputs.get(name)
            return value if value is None or isinstance(value, str | bool) else Fraction(value)


def _number(value: object) -> Fraction:
    return Fraction(str(value))
