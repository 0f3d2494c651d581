"""Evaluation: a plan on the inputs of one person's month, exactly, each line rounded once and explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from service.domain.errors import InvalidError
from service.domain.event import JsonValue
from service.domain.money import MINOR_PER_UNIT, Exact, format_minor, to_minor
from service.domain.period import Period
from service.plans.build import segment_plan
from service.plans.deals import Dealt, by_deal, deals_in, missing_of_deals
from service.plans.exact import Known, Worths, holds, number, worth
from service.plans.expression import Value, names_in
from service.plans.order import expressions_of
from service.plans.plan import Plan, Rule
from service.plans.standards import value_in_force

ROUNDING = "half_up to 2 places"
"""The one rounding, as the explanation says it."""

Inputs = Mapping[str, Exact | str | bool]
"""What a plan is evaluated on: full names, in currency units and natural units."""

SEGMENT = "calendar.segment_share"
"""Given only where a plan changed inside the month: the share of its working days that the segment has."""

NOTHING_POSTED: Mapping[str, int] = {}
"""Every line is worked out."""

ZERO_IF_MISSING = "balance."
"""The only inputs that may be left out: nobody owes and nothing was paid unless somebody says so."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one rule gave, in minor units, with the reason."""

    rule: str
    kind: str
    label: str
    label_bg: str
    pay_code: str
    account: str
    amount_minor: int
    payable: bool
    explanation: dict[str, JsonValue]
    by_deal: Mapping[str, int] = field(default_factory=dict)
    """What each deal has in it, where the rule runs once for each deal."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a plan gave: lines, factors, attainments cut at their caps, and two sums."""

    lines: tuple[Line, ...]
    factors: dict[str, Fraction]
    attainments: dict[str, Fraction]
    total_minor: int
    payable_minor: int


@dataclass(frozen=True, slots=True)
class Worked:
    """A plan worked out: what every name was worth, the amount of each line and the value of each factor."""

    known: Known
    amounts: Mapping[str, int]
    raws: Mapping[str, Fraction]
    factors: Mapping[str, Fraction]
    payable: frozenset[str]
    posted: frozenset[str] = frozenset()
    by_deal: Mapping[str, tuple[Dealt, ...]] = field(default_factory=dict)


class MissingInputError(InvalidError):
    """Something the plan needs was not given; it is never taken for zero."""

    code = "missing_input"
    title = "An input is missing"

    def __init__(self, plan_id: str, missing: list[str]) -> None:
        listed = ", ".join(missing)
        super().__init__(
            f'The plan "{plan_id}" cannot be worked out without {listed}. Give it; an input that is missing is never 0.'
        )
        self.missing = tuple(missing)


class ImproperInputError(InvalidError):
    """An input of the wrong type."""

    code = "improper_input"
    title = "An input is of the wrong type"

    def __init__(self, name: str, value: object, wanted: str) -> None:
        super().__init__(f"`{name}` is {value!r}; {wanted} is wanted.")


def missing_inputs(plan: Plan, inputs: Inputs) -> list[str]:
    """The names that the plan needs and that were not given, in order."""
    needed = {name for name in plan.inputs if not name.startswith(ZERO_IF_MISSING)}
    missing = needed - inputs.keys()
    of_deals = missing_of_deals(plan.deal_names, inputs)
    given = plan.derived.keys() & inputs.keys()
    if missing and given:
        missing &= _needed_beside(plan, given)
    return sorted(missing | of_deals)


def _needed_beside(plan: Plan, given: set[str]) -> set[str]:
    """What is needed when some derived names (ratio metrics) are given themselves."""
    needed: set[str] = set()
    waiting = [*plan.derived.keys() - given]
    for rule in plan.rules:
        needed |= set[str]().union(*(names_in(expr) for expr in expressions_of(rule)))
    for name in waiting:
        needed |= names_in(plan.derived[name])
    return needed


def in_force(plan: Plan, inputs: Inputs) -> Plan:
    """The plan as it pays these inputs: on a segment of a month caps and thresholds are prorated."""
    return plan if inputs.get(SEGMENT, 1) == 1 or SEGMENT in plan.inputs else segment_plan(plan.document)


def work_out(plan: Plan, inputs: Inputs, period: Period, posted: Mapping[str, int] = NOTHING_POSTED) -> Worked:
    """Work a plan out over exact fractions: the reference.

    `posted` are lines that are not worked out again (a draw of a month that is closed), in minor units by rule.
    """
    plan = in_force(plan, inputs)
    missing = missing_inputs(plan, inputs)
    if missing:
        raise MissingInputError(plan.id, missing)
    known = Worths(_inputs(plan, inputs), _parameters(plan, inputs, period))
    for name, expr in plan.derived.items():
        if name not in known:
            known[name] = worth(expr, known)
    amounts: dict[str, int] = {}
    raws: dict[str, Fraction] = {}
    factors: dict[str, Fraction] = {}
    deals, dealt = deals_in(inputs), dict[str, tuple[Dealt, ...]]()
    for rule in plan.rules:
        if rule.meaning.is_factor:
            applies = rule.when is None or holds(rule.when, known)
            factors[rule.id] = number(rule.lowered.value, known) if applies else Fraction(1)
            continue
        if rule.per_deal:
            dealt[rule.id] = by_deal(rule, deals, known, [factors[name] for name in rule.factors])
            raws[rule.id] = sum((item.raw for item in dealt[rule.id]), Fraction(0))
            amounts[rule.id] = sum(item.amount_minor for item in dealt[rule.id])
        else:
            raws[rule.id], amounts[rule.id] = _line(rule, known, factors, posted)
        known[f"line.{rule.id}"] = Fraction(amounts[rule.id], MINOR_PER_UNIT)
    payable = frozenset(rule.id for rule in plan.rules if rule.meaning.payable)
    return Worked(known, amounts, raws, factors, payable, frozenset(posted), dealt)


def _line(rule: Rule, known: Known, factors: Mapping[str, Fraction], posted: Mapping[str, int]) -> tuple[Fraction, int]:
    """What a rule gives for the month, before and after rounding; or what was posted of it."""
    if rule.id in posted:
        return Fraction(posted[rule.id], MINOR_PER_UNIT), posted[rule.id]
    applies = rule.when is None or holds(rule.when, known)
    raw = number(rule.lowered.value, known) if applies else Fraction(0)
    return raw, _amount(rule, raw, factors, known)


def _amount(rule: Rule, raw: Fraction, factors: Mapping[str, Fraction], known: Known) -> int:
    for factor in rule.factors:
        raw *= factors[factor]
    if not rule.accumulate:
        return to_minor(raw)
    paid = known[f"balance.paid_{rule.id}"]
    assert isinstance(paid, Fraction)
    return to_minor(raw) - to_minor(paid)


def _inputs(plan: Plan, inputs: Inputs) -> dict[str, Value]:
    known: dict[str, Value] = {name: Fraction(0) for name in plan.inputs if name.startswith(ZERO_IF_MISSING)}
    for name in plan.inputs | plan.derived.keys():
        if name in inputs:
            known[name] = _exact(name, inputs[name], wants_text=name == "employee.grade")
    return known


def _exact(name: str, value: Exact | str | bool, *, wants_text: bool) -> Value:  # noqa: FBT001  an input may be a bool
    if isinstance(value, str):
        if not wants_text:
            raise ImproperInputError(name, value, "a number")
        return value
    if wants_text or isinstance(value, bool) or not isinstance(value, int | Decimal | Fraction):
        raise ImproperInputError(name, value, "a text" if wants_text else "an exact number")
    return Fraction(value)


def _parameters(plan: Plan, inputs: Inputs, period: Period) -> dict[str, Value]:
    known: dict[str, Value] = {}
    for parameter in plan.params.values():
        name = f"param.{parameter.id}"
        value = value_in_force(parameter, period.first_day)
        if name in inputs:
            given = inputs[name]
            known[name] = given if isinstance(given, str | bool) else Fraction(given)
        elif value is not None:
            known[name] = value
        else:
            raise MissingInputError(plan.id, [f"{name} (it has no value yet in {period})"])
    return known


def evaluation_document(plan: Plan, evaluation: Evaluation) -> dict[str, JsonValue]:
    """The answer of `plan eval` as JSON values; amounts are decimal texts."""
    return {
        "plan": plan.id,
        "hash": plan.content_hash,
        "lines": {line.rule: format_minor(line.amount_minor) for line in evaluation.lines},
        "factors": {
            name: str(Decimal(factor.numerator) / factor.denominator) for name, factor in evaluation.factors.items()
        },
        "total": format_minor(evaluation.total_minor),
        "payable": format_minor(evaluation.payable_minor),
        "explanation": [line.explanation for line in evaluation.lines],
    }
