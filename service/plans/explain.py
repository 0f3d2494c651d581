"""Explanations: why a line is what it is, every step re-added and asserted equal to the line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from service.domain.event import JsonValue
from service.domain.money import format_minor, to_minor
from service.domain.period import Period
from service.plans.deals import Dealt
from service.plans.emit import Source
from service.plans.evaluate import NOTHING_POSTED, ROUNDING, Evaluation, Inputs, Line, Worked, in_force, work_out
from service.plans.exact import Known, holds, number, worth
from service.plans.expression import Compare, Expr, Logic, Type, Value
from service.plans.fast import Fast, Kept, Stored, emit_plan, fast_inputs, function_of, in_tuple
from service.plans.kinds.reader import Detail
from service.plans.plan import Plan, Rule
from service.plans.render import RAW_PLACES, canonical, decimal_text, shown
from service.plans.trace import PLAIN_NUMBERS, Values, Watched, factor_told, line_told


def evaluate(plan: Plan, inputs: Inputs, period: Period, posted: Mapping[str, int] = NOTHING_POSTED) -> Evaluation:
    """What the plan gives on these inputs, with reasons; the period picks the values of dated parameters.

    `posted` are lines that are not worked out again, in minor units by rule.
    Made of the generated function where its inputs are as they are stored, else by the reference, with equal answers.
    """
    plan = in_force(plan, inputs)
    if not posted and fast_inputs(plan, inputs):
        traced = _TRACED.of(plan, period)
        stored = traced.fast.stored(inputs)
        if stored is not None:
            return traced.told(traced.run(stored))
    return explained(plan, inputs, period, posted)


@dataclass(frozen=True, slots=True)
class Traced:
    """A plan as a function that gives what its explanations show, and what makes them of it."""

    fast: Fast
    run: Callable[[Stored], Values]
    told: Callable[[Values], Evaluation]


def traced(plan: Plan, params: Mapping[str, Value]) -> Traced:
    """Generate the traced function of a plan."""
    source = Source()
    emitted = emit_plan(source, plan, params)
    watched = Watched(source)
    rules = {rule.id: rule for rule in plan.rules}
    factors = {name: factor_told(rules[name], term, watched) for name, term in emitted.factors.items()}
    lines = [line_told(rules[name], raw, dict(emitted.amounts), factors, watched) for name, raw in emitted.raws.items()]
    shown_factors = {name: watched.number(term) for name, term in emitted.factors.items()}
    terms = {name: source.terms[full] for name, full in _attained(plan).items() if full in source.terms}
    attained = {name: watched.number(term) for name, term in terms.items()}
    source.write(f"return {in_tuple(watched.codes)}")

    def told(values: Values) -> Evaluation:
        found = tuple([line(values) for line in lines])
        return Evaluation(
            lines=found,
            factors={name: Fraction(values[num], values[num + 1]) for name, num in shown_factors.items()},
            attainments={name: Fraction(values[num], values[num + 1]) for name, num in attained.items()},
            total_minor=sum(line.amount_minor for line in found),
            payable_minor=sum(line.amount_minor for line in found if line.payable),
        )

    fast = Fast(tuple(emitted.amounts), emitted.shapes, function_of(source), "\n".join(source.lines))
    return Traced(fast, fast.amounts, told)


_TRACED = Kept(traced)


def explained(plan: Plan, inputs: Inputs, period: Period, posted: Mapping[str, int] = NOTHING_POSTED) -> Evaluation:
    """The same by the reference, step by step over fractions."""
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


def _attained(plan: Plan) -> dict[str, str]:
    """What is shown as attained, with the names it stands under."""
    names = [f"attainment.{name}" for name in plan.standards]
    names += [name for name in plan.score_weights() if name.startswith("team.")]
    return {name.removeprefix("attainment."): name for name in names}


def _attainments(plan: Plan, worked: Worked) -> dict[str, Fraction]:
    found = {name: worked.known.get(full) for name, full in _attained(plan).items()}
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
        by_deal={item.deal_id: item.amount_minor for item in worked.by_deal.get(rule.id, ())},
    )


def explanation(rule: Rule, rules: dict[str, Rule], worked: Worked) -> dict[str, JsonValue]:
    """The reason of one line as JSON values."""
    raw = worked.raws[rule.id]
    if rule.per_deal:
        steps = [step for item in worked.by_deal[rule.id] for step in _steps_of_deal(rule, item)]
    else:
        applies = rule.id not in worked.posted and (rule.when is None or holds(rule.when, worked.known))
        steps = _steps(rule.lowered.details, raw, worked.known) if applies else []
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
    if rule.per_deal:
        node |= _deals_told(rule, worked.by_deal[rule.id])
    elif rule.when is not None:
        node["when"] = list[JsonValue](_because(rule.when, worked.known))
    if rule.lowered.lines:
        node["of"] = {line: format_minor(worked.amounts[line]) for line in rule.lowered.lines if line in worked.amounts}
    if rule.accumulate:
        paid = worked.known[f"balance.paid_{rule.id}"]
        assert isinstance(paid, Fraction)
        node["accumulated_over"], node["paid_before"] = rule.accumulate, format_minor(to_minor(paid))
    return node


def _deals_told(rule: Rule, dealt: Sequence[Dealt]) -> dict[str, JsonValue]:
    """What each deal gave, rounded for itself, and why some gave nothing."""
    node: dict[str, JsonValue] = {"by_deal": {item.deal_id: format_minor(item.amount_minor) for item in dealt}}
    when = rule.when
    if when is not None:
        left = [item for item in dealt if not item.applies]
        node["left_out"] = [{"deal": item.deal_id, "when": _because(when, item.known)} for item in left]
    return node


def _steps_of_deal(rule: Rule, dealt: Dealt) -> Iterator[JsonValue]:
    """The steps of one deal, each with the deal it is about."""
    for step in _steps(rule.lowered.details, dealt.raw, dealt.known) if dealt.applies else ():
        assert isinstance(step, dict)
        yield {"deal": dealt.deal_id, **step}


def _steps(details: Sequence[Detail], raw: Fraction, known: Known) -> list[JsonValue]:
    amounts = [number(detail.amount, known) for detail in details]
    assert sum(amounts, Fraction(0)) == raw, "the steps of an explanation must add up to its line"
    several = len(details) > 1
    return [
        {"text": _words(detail, known), "amount": decimal_text(amount, RAW_PLACES)}
        for detail, amount in zip(details, amounts, strict=True)
        if amount or not several
    ]


def _words(detail: Detail, known: Known) -> str:
    money = any(not isinstance(part, str) and part.type is Type.MONEY for part in detail.text)
    return "".join(part if isinstance(part, str) else _value_text(part, known, money=money) for part in detail.text)


def _value_text(part: Expr, known: Known, *, money: bool) -> str:
    kind = Type.MONEY if part.type is Type.NUMBER and money else part.type
    return shown(worth(part, known), kind)


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
        because += _because(condition, worked.known)
    node: dict[str, JsonValue] = {
        "rule": rule.id,
        "label": rule.label,
        "factor": shown(worked.factors[rule.id], Type.RATIO),
        "because": because,
    }
    if rule.when is not None:
        node["when"] = list[JsonValue](_because(rule.when, worked.known))
    return node


def _because(condition: Expr, known: Known) -> list[JsonValue]:
    match condition:
        case Logic(op="and", items=items):
            return [reason for item in items for reason in _because(item, known)]
        case Compare(op=op, left=left, right=right):
            kind = left.type if right.type in PLAIN_NUMBERS else right.type
            return [
                {
                    "left": canonical(left),
                    "left_value": shown(worth(left, known), kind),
                    "op": op,
                    "right_value": shown(worth(right, known), kind),
                    "ok": holds(condition, known),
                }
            ]
        case _:
            return [{"left": canonical(condition), "ok": holds(condition, known)}]
