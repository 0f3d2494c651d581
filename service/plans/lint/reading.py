"""Reading: what is questionable in a plan without paying anybody - idle tiers, unused words, duties of law."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from service.domain.money import MINOR_PER_UNIT
from service.domain.standard import Standard
from service.plans.evaluate import Evaluation
from service.plans.examples import ExampleResult
from service.plans.expression import Binary, Const, Expr, Name, Piecewise, names_in, walk
from service.plans.fast import amounts
from service.plans.finding import Finding, Place
from service.plans.given import Given
from service.plans.order import expressions_of
from service.plans.plan import Plan, Rule
from service.plans.read import ListNode, MapNode, Node, Scalar
from service.plans.render import canonical_value, money_text

STEEP_RISE = Fraction(110, 100)
"""A target may rise to this share of the one before; more needs a ramp."""

LABOUR = {
    "clawback": "takes back pay that was earned",
    "draw": "makes an advance a debt of the person",
    "penalty": "takes money away for conduct",
}
"""Kinds for which labour law knows closed lists of what may be taken from pay."""

TIERED = frozenset({"tiers", "override", "multiplier"})
"""Kinds with tables whose rows are there to differ; the points of a straight line need not."""

REFUND = "payment.refunded"


def read_over(plan: Plan, results: Sequence[ExampleResult], starts: Sequence[Given]) -> list[Finding]:
    """Everything that can be said without sweeping; `starts` are the inputs of the examples."""
    found: list[Finding] = []
    for rule in plan.rules:
        found += _tiers(plan, rule)
        found += _labour(rule)
    found += _unused(plan)
    found += _uncovered(plan, [result.evaluation for result in results if result.evaluation])
    for standard in plan.standards.values():
        found += _steep(plan, standard, starts)
    return found


def _tiers(plan: Plan, rule: Rule) -> Iterator[Finding]:
    tables = [item for item in walk(rule.lowered.value) if isinstance(item, Piecewise)] if rule.kind in TIERED else []
    for table in tables:
        cap = _cap_of(plan, table.measure)
        for before, after in pairwise(table.pieces):
            if before.value == after.value:
                message = f'Two tiers of rule "{rule.id}" next to each other are the same.'
                yield Finding("W-TIER", message, rule.place, "Leave one out.", rule.id)
        for piece in table.pieces:
            start = piece.start.value if isinstance(piece.start, Const) else None
            if cap is None or not isinstance(start, Fraction) or start < cap or (start == cap and piece.included):
                continue
            at, most = (canonical_value(value, piece.start.type) for value in (start, cap))
            message = f'A tier of rule "{rule.id}" starts at {at}, above the cap of its attainment, {most}.'
            yield Finding("W-REACH", message, rule.place, "Raise the cap or leave the tier out.", rule.id)


def _cap_of(plan: Plan, measure: Expr) -> Fraction | None:
    if isinstance(measure, Binary) and measure.op == "max":
        measure = measure.left
    if isinstance(measure, Name) and measure.name.startswith("attainment."):
        standard = plan.standards.get(measure.name.removeprefix("attainment."))
        return standard.cap if standard else None
    return None


def _labour(rule: Rule) -> Iterator[Finding]:
    reason = LABOUR.get(rule.kind, "")
    release = rule.lowered.release
    if release and release.otherwise == "forfeit":
        reason = "forfeits pay that was earned"
    if reason:
        message = f'Rule "{rule.id}" {reason}.'
        hint = "Have it looked at by a labour lawyer, then accept it."
        yield Finding("W-LABOUR", message, rule.place, hint, rule.id)


def net_clawbacks(plan: Plan) -> Iterator[Finding]:
    """A clawback of a line whose measure has the refunds taken off already takes them twice."""
    rules = {rule.id: rule for rule in plan.rules}
    for rule in plan.rules:
        if rule.kind != "clawback" or rule.lowered.event != REFUND:
            continue
        for line in rule.lowered.applies_to:
            names = set[str]().union(*(names_in(expr) for expr in expressions_of(rules[line])))
            net = [name for name in sorted(names) if _is_net(plan, name)]
            if net:
                message = f'Rule "{rule.id}" takes refunds back from "{line}", and {net[0]} is net of refunds already.'
                hint = "Pay on the gross metric, or drop the clawback."
                yield Finding("E-NETCLAW", message, rule.place, hint, rule.id)


def _is_net(plan: Plan, name: str) -> bool:
    family, _, key = name.rpartition(".")
    metric = plan.metrics.get(key) if family.endswith("metric") else None
    if metric is None:
        return False
    parts = [plan.metrics[part] for part in (metric.of, metric.over) if part in plan.metrics]
    return any(REFUND in item.types for item in (metric, *parts))


def _unused(plan: Plan) -> Iterator[Finding]:
    names = set[str]().union(*(names_in(expr) for rule in plan.rules for expr in expressions_of(rule)))
    names |= {".".join(name.split(".")[-2:]) for name in names}
    for name in plan.params:
        if f"param.{name}" not in names:
            message = f'Nothing uses the parameter "{name}".'
            yield Finding("W-UNUSED", message, _place(plan, "params", name), "Leave it out.", name)
    shared = " ".join(_texts(node) for key in ("points", "pools") if (node := plan.source.entries.get(key)))
    for name in plan.standards:
        words = {f"attainment.{name}", f"target.{name}"}
        if not words & names and not any(word in shared for word in words):
            message = f'Nothing uses the standard "{name}".'
            yield Finding("W-UNUSED", message, _place(plan, "standards", name), "Leave it out.", name)


def _texts(node: Node) -> str:
    match node:
        case Scalar():
            return node.text
        case ListNode():
            return " ".join(_texts(item) for item in node.items)
        case MapNode():
            return " ".join(_texts(item) for item in node.entries.values())


def _place(plan: Plan, section: str, name: str) -> Place:
    held = plan.source.entries.get(section)
    return held.place_of(name) if isinstance(held, MapNode) else plan.source.place


def _uncovered(plan: Plan, evaluations: Sequence[Evaluation]) -> Iterator[Finding]:
    paid = {line.rule for evaluation in evaluations for line in evaluation.lines if line.amount_minor}
    for rule in plan.rules:
        if rule.meaning.is_factor:
            seen = {evaluation.factors[rule.id] for evaluation in evaluations}
            if rule.kind == "gate" and len(seen) < 2:  # noqa: PLR2004  open and shut
                message = f'No example shows the gate "{rule.id}" both open and shut.'
                yield Finding("W-COVER", message, rule.place, "Add an example just below its requirement.", rule.id)
        elif rule.id not in paid and rule.kind != "floor":
            message = f'No example gets anything from rule "{rule.id}".'
            yield Finding("W-COVER", message, rule.place, "Add an example that does.", rule.id)


def _steep(plan: Plan, standard: Standard, starts: Sequence[Given]) -> Iterator[Finding]:
    if standard.ramp is not None:
        return
    for grade, steps in standard.target.items():
        for before, after in pairwise(steps):
            if before.value and after.value > before.value * STEEP_RISE:
                who = f" of {grade}" if grade else ""
                moved = _moved_by(plan, f"target.{standard.id}", Fraction(after.value) / before.value, starts)
                text = f'The target{who} in standard "{standard.id}" rises from {before.value} to {after.value} at once'
                told = (
                    f": the same month then pays {money_text(Fraction(-moved, MINOR_PER_UNIT))} less." if moved else "."
                )
                place = _place(plan, "standards", standard.id)
                yield Finding("W-RAMP", text + told, place, "Add ramp: {max_step: 10%}.", standard.id, moved or None)
                return


def _moved_by(plan: Plan, target: str, times: Fraction, starts: Sequence[Given]) -> int:
    """What a higher target takes at most from the month of an example, in minor units: a negative number, or 0."""
    moves = [0]
    for given in starts:
        held = given.inputs.get(target)
        if held is not None and not isinstance(held, str | bool):
            raised = {**given.inputs, target: Fraction(held) * times}
            paid = [sum(amounts(plan, inputs, given.period).values()) for inputs in (given.inputs, raised)]
            moves.append(paid[1] - paid[0])
    return min(moves)
