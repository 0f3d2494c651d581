"""Told: why a line is what it is, as it was kept with the line, in the language of the reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from service.domain.earning import month_name
from service.domain.event import JsonValue
from service.domain.period import Period
from service.plans.deals import DEAL, DEAL_NAMES, DEALS
from service.plans.expression import Compare, Expr, Logic, Type
from service.plans.paper.spoken import COMPARED, Speaker
from service.plans.paper.steps import Step, numbers_in, steps_told, sum_in
from service.plans.paper.wording import phrase
from service.plans.plan import Rule
from service.plans.render import canonical, shown

Explanation = Mapping[str, JsonValue]
"""An explanation as it is kept with its line."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One value or condition; `holds` where it is a condition."""

    text: str
    holds: bool | None


@dataclass(frozen=True, slots=True)
class FactorTold:
    """What multiplied the line, and why."""

    label: str
    factor: str
    because: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """The reasons of a line: what it adds up, what multiplied it, on what condition, and what else was looked at."""

    steps: tuple[Step, ...]
    factors: tuple[FactorTold, ...]
    conditions: tuple[Reason, ...]
    besides: tuple[str, ...]


def told(speaker: Speaker, line: str, explanation: Explanation) -> Told:
    """The explanation of a line of a plan; `line` is its rule.

    The values are those that were kept, the words are those of the plan: nothing is worked out again.
    """
    rules = {rule.id: rule for rule in speaker.plan.rules}
    rule = rules.get(line)
    return Told(
        steps=tuple(steps_told(speaker, rule, _maps(explanation, "steps"))),
        factors=tuple(_factor(speaker, rules, item) for item in _maps(explanation, "factors")),
        conditions=tuple(_when(speaker, rule, explanation)),
        besides=tuple(_besides(speaker, explanation)),
    )


def _maps(node: Explanation, key: str) -> list[Explanation]:
    held = node.get(key)
    return [item for item in held if isinstance(item, dict)] if isinstance(held, list) else []


def _factor(speaker: Speaker, rules: Mapping[str, Rule], node: Explanation) -> FactorTold:
    rule = rules.get(str(node["rule"]))
    exprs: list[Expr] = []
    if rule is not None:
        exprs = [*([rule.lowered.by] if rule.lowered.by else []), *rule.lowered.conditions]
    because = [*_reasons(speaker, exprs, _maps(node, "because")), *_when(speaker, rule, node)]
    label = speaker.title(rule.label, rule.label_bg) if rule else str(node["label"])
    return FactorTold(label, numbers_in(speaker.language, str(node["factor"])), tuple(because))


def _when(speaker: Speaker, rule: Rule | None, node: Explanation) -> Iterator[Reason]:
    exprs = [rule.when] if rule is not None and rule.when is not None else []
    yield from _reasons(speaker, exprs, _maps(node, "when"))
    for deal in _maps(node, "left_out"):
        for reason in _reasons(speaker, exprs, _maps(deal, "when")):
            text = phrase("of_deal", speaker.language, deal=str(deal["deal"]), text=reason.text)
            yield Reason(text, reason.holds)


def _reasons(speaker: Speaker, exprs: Sequence[Expr], nodes: Sequence[Explanation]) -> Iterator[Reason]:
    """Values and conditions; what each is about is found in the plan by its spelling."""
    about = {canonical(side): side for expr in exprs for side in _sides(expr)}
    for node in nodes:
        left = str(node["left"])
        said = speaker.say(about[left]) if left in about else left
        holds = node.get("ok")
        values = {"value": str(node.get("left_value", "")), "right": str(node.get("right_value", ""))}
        if "op" in node:
            said = phrase(f"asked_{COMPARED[str(node['op'])]}", speaker.language, left=said, **values)
        elif values["value"]:
            said = f"{said}: {values['value']}"
        text = numbers_in(speaker.language, said)
        yield Reason(text[:1].upper() + text[1:], holds if isinstance(holds, bool) else None)


def _sides(expr: Expr) -> Iterator[Expr]:
    """What the reasons of an expression name: the left side of each comparison, else the expression."""
    match expr:
        case Logic(op="and", items=items):
            for item in items:
                yield from _sides(item)
        case Compare(left=left):
            yield left
        case _:
            yield expr


def _reduced(language: str, node: Explanation) -> Iterator[str]:
    """On what basis a reduction of a closed month is set off, or that it is not, and what is left of it."""
    if "reduced_by" not in node:
        return
    posted_in, amount = Period.parse(str(node["posted_in"])), sum_in(language, str(node["reduced_by"]))
    yield phrase("reduced_by", language, amount=amount, month=month_name(posted_in, language))
    if "verdict" in node:
        yield phrase(str(node["verdict"]), language, reference=str(node["reference"]))
    yield phrase("remaining", language, amount=sum_in(language, str(node["remaining"])))


def _besides(speaker: Speaker, node: Explanation) -> Iterator[str]:
    """The lines that it is about, what was paid before, the fund of a part of a pool, why a closed month changed."""
    language = speaker.language
    lines = node.get("of")
    if isinstance(lines, dict):
        for line, amount in lines.items():
            yield phrase("of_line", language, line=speaker.rule(line), amount=sum_in(language, str(amount)))
    if "accumulated_over" in node:
        key = f"over_{node['accumulated_over']}"
        yield phrase(key, language, amount=sum_in(language, str(node["paid_before"])))
    for key in ("fund", "posted", "entitled"):
        if key in node:
            yield phrase(key, language, amount=sum_in(language, str(node[key])))
    yield from _reduced(language, node)
    cause = node.get("cause")
    if isinstance(cause, dict):
        yield from _causes(speaker, cause)


def _causes(speaker: Speaker, cause: Explanation) -> Iterator[str]:
    if cause.get("late_events"):
        yield phrase("late_events", speaker.language, count=str(cause["late_events_count"]))
    for item in _maps(cause, "changed"):
        yield _changed(speaker, str(item["input"]), str(item["at_close"]), str(item["now"]))


def _changed(speaker: Speaker, name: str, at_close: str, now: str) -> str:
    """An input that is not what it was when the month was closed."""
    deal_id, _, key = name.removeprefix(DEALS).rpartition(".") if name.startswith(DEALS) else ("", "", "")
    name = f"{DEAL}{key}" if deal_id else name
    kind = DEAL_NAMES.get(name) or speaker.plan.declared.get(name, Type.NUM)
    before, after = (shown(Fraction(text), kind) if text else "–" for text in (at_close, now))
    said = phrase("changed", speaker.language, name=speaker.name(name, kind), before=before, after=after)
    said = numbers_in(speaker.language, said)
    said = said[:1].upper() + said[1:]
    return phrase("of_deal", speaker.language, deal=deal_id, text=said) if deal_id else said
