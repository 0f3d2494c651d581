"""Explanations: why a line is what it is, every step re-added and asserted equal to the line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from service.domain.event import JsonValue
from service.domain.money import format_minor, to_minor
from service.domain.period import Period
from service.plans.evaluate import NOTHING_POSTED, Evaluation, Inputs, Line, Worked, in_force, work_out
from service.plans.exact import holds, number, worth
from service.plans.expression import Compare, Expr, Logic, Type
from service.plans.kinds.reader import Detail
from service.plans.plan import Plan, Rule
from service.plans.render import canonical, decimal_text, shown

ROUNDING = "half_up to 2 places"
"""The one rounding, as the explanation says it."""

RAW_PLACES = 10
"""Decimal places of an unrounded amount in an explanation."""

_RATIO_TARGETS = frozenset({Type.NUMBER, Type.ANY})


def evaluate(plan: Plan, inputs: Inputs, period: Period, posted: Mapping[str, int] = NOTHING_POSTED) -> Evaluation:
    """What the plan gives on these inputs; the period picks the values of dated parameters.

    `posted` are lines that are not worked out again, in minor units by rule.
    """
    plan = in_force(plan, inputs)
    worked = work_out(plan, inputs, period, posted)
    rules = {rule.id: rule for rule in plan.rules}
    lines = tuple(_line(rule, rules, worked) for rule in plan.rules if not rule.meaning.is_factor)
    return Evaluation(
        lines=lines,
        factors=dict(worked.factors),
        attainments=_attainments(plan, worked),
        total_minor=sum(line.amount_minor for line in lines),
        payable_minor=sum(line.amount_minor for line in lines if line.payable),
    )


def _attainments(plan: Plan, worked: Worked) -> dict[str, Fraction]:
    names = [f"attainment.{name}" for name in plan.standards]
    names += [name for name in plan.score_weights() if name.startswith("team.")]
    found = {name.removeprefix("attainment."): worked.known.get(name) for name in names}
    return {name: value for name, value in found.items() if isinstance(value, Fraction)}


def _line(rule: Rule, rules: dict[str, Rule], worked: Worked) -> Line:
    return Line(
        rule=rule.id,
        kind=rule.kind,
        label=rule.label,
        label_bg=rule.label_bg,
        pay_code=rule.pay_code,
        account=rule.account,
        amount_minor=worked.amounts[rule.id],
        payable=rule.meaning.payable,
        explanation=explanation(rule, rules, worked),
    )


def explanation(rule: Rule, rules: dict[str, Rule], worked: Worked) -> dict[str, JsonValue]:
    """The reason of one line as JSON values."""
    raw = worked.raws[rule.id]
    applies = rule.id not in worked.posted and (rule.when is None or holds(rule.when, worked.known))
    steps = _steps(rule.lowered.details, raw, worked) if applies else []
    node: dict[str, JsonValue] = {
        "line": rule.id,
        "label": rule.label,
        "kind": rule.kind,
        "amount": format_minor(worked.amounts[rule.id]),
        "raw": decimal_text(raw, RAW_PLACES),
        "steps": steps,
        "factors": [_factor(rules[name], worked) for name in rule.factors],
        "rounding": ROUNDING,
    }
    if rule.when is not None:
        node["when"] = list[JsonValue](_because(rule.when, worked))
    if rule.lowered.lines:
        node["of"] = {line: format_minor(worked.amounts[line]) for line in rule.lowered.lines if line in worked.amounts}
    if rule.accumulate:
        paid = worked.known[f"balance.paid_{rule.id}"]
        assert isinstance(paid, Fraction)
        node["accumulated_over"], node["paid_before"] = rule.accumulate, format_minor(to_minor(paid))
    return node


def _steps(details: Sequence[Detail], raw: Fraction, worked: Worked) -> list[JsonValue]:
    amounts = [number(detail.amount, worked.known) for detail in details]
    assert sum(amounts, Fraction(0)) == raw, "the steps of an explanation must add up to its line"
    several = len(details) > 1
    return [
        {"text": _words(detail, worked), "amount": decimal_text(amount, RAW_PLACES)}
        for detail, amount in zip(details, amounts, strict=True)
        if amount or not several
    ]


def _words(detail: Detail, worked: Worked) -> str:
    money = any(not isinstance(part, str) and part.type is Type.MONEY for part in detail.text)
    return "".join(part if isinstance(part, str) else _value_text(part, worked, money=money) for part in detail.text)


def _value_text(part: Expr, worked: Worked, *, money: bool) -> str:
    kind = Type.MONEY if part.type is Type.NUMBER and money else part.type
    return shown(worth(part, worked.known), kind)


def _factor(rule: Rule, worked: Worked) -> JsonValue:
    because: list[JsonValue] = []
    if rule.lowered.by is not None:
        by = rule.lowered.by
        because.append(
            {
                "left": canonical(by),
                "left_value": shown(worth(by, worked.known), Type.RATIO),
                "curve": rule.lowered.curve,
            }
        )
    for condition in rule.lowered.conditions:
        because += _because(condition, worked)
    node: dict[str, JsonValue] = {
        "rule": rule.id,
        "label": rule.label,
        "factor": shown(worked.factors[rule.id], Type.RATIO),
        "because": because,
    }
    if rule.when is not None:
        node["when"] = list[JsonValue](_because(rule.when, worked))
    return node


def _because(condition: Expr, worked: Worked) -> list[JsonValue]:
    match condition:
        case Logic(op="and", items=items):
            return [reason for item in items for reason in _because(item, worked)]
        case Compare(op=op, left=left, right=right):
            kind = left.type if right.type in _RATIO_TARGETS else right.type
            return [
                {
                    "left": canonical(left),
                    "left_value": shown(worth(left, worked.known), kind),
                    "op": op,
                    "right_value": shown(worth(right, worked.known), kind),
                    "ok": holds(condition, worked.known),
                }
            ]
        case _:
            return [{"left": canonical(condition), "ok": holds(condition, worked.known)}]
