"""Rules as they are written in a plan: the fields every kind shares, and the reader of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from service.plans.deals import DEAL
from service.plans.expression import Expr, Type, names_in, renamed
from service.plans.finding import Findings, did_you_mean
from service.plans.form import Form, check_ids
from service.plans.kinds import KINDS
from service.plans.kinds.reader import Detail, Lowered, RuleReader, Scope
from service.plans.names import Speech
from service.plans.order import expressions_of
from service.plans.plan import Rule
from service.plans.read import MapNode, Node, Scalar

SPANS = ("quarter", "year")
"""Stretches over which a rule may accumulate."""

NOT_AN_EXPENSE = ("fixed", "holdback", "draw")
"""Kinds whose amount is no cost of its own: payroll's, what is kept of another line, and an advance."""

MAX_AMORTISE_MONTHS = 600
"""Fifty years; no contract with a customer is thought to last longer."""

DEAL_KINDS = ("rate", "tiers", "kicker")
"""Kinds that can run once for each deal."""

KIND_FOR_UNKNOWN = "formula"
"""Nothing is read further of a rule whose kind is unknown; it stands in only until the plan is refused."""


def kinds_of(entries: Sequence[tuple[str, Node]], findings: Findings) -> dict[str, str]:
    """The kind of every rule by name, before any is read."""
    check_ids(entries, findings, "rule")
    found: dict[str, str] = {}
    for name, node in entries:
        if not isinstance(node, MapNode):
            message = f'Rule "{name}" is a map with `kind` and its fields.'
            findings.add("E-SHAPE", node.place, message, "Write {kind: rate, ...}.")
            continue
        kind = node.entries.get("kind")
        word = kind.text if isinstance(kind, Scalar) else ""
        if word in KINDS:
            found[name] = word
        elif kind is None:
            findings.add("E-KIND", node.place, f'Rule "{name}" has no `kind`.', f"Kinds are {', '.join(KINDS)}.")
        else:
            hint = did_you_mean(word, KINDS) or f"Kinds are {', '.join(KINDS)}."
            findings.add("E-KIND", kind.place, f'Rule "{name}" is of no known kind: `{word[:40]}`.', hint)
    return found


def rules_of(entries: Sequence[tuple[str, Node]], speech: Speech, scope: Scope) -> list[Rule]:
    """Read all rules of known kinds, and give every line the factors that act on it."""
    read = [
        read_rule(name, Form(node, speech.findings, f'rule "{name}"'), speech, scope)
        for name, node in entries
        if name in scope.rules and isinstance(node, MapNode)
    ]
    for rule in read:
        _check_factor(rule, {other.id: other for other in read}, speech.findings)
    return [replace(rule, factors=_factors_of(rule.id, read)) for rule in read]


def _factors_of(name: str, rules: Sequence[Rule]) -> tuple[str, ...]:
    return tuple(sorted(rule.id for rule in rules if rule.meaning.is_factor and name in rule.lowered.applies_to))


def _check_factor(rule: Rule, rules: Mapping[str, Rule], findings: Findings) -> None:
    if not rule.meaning.is_factor:
        return
    for name in rule.lowered.applies_to:
        target = rules.get(name)
        if target is None:
            continue
        if not target.meaning.takes_factors:
            message = f'Rule "{rule.id}" cannot act on "{name}": no factor acts on a {target.kind}.'
            findings.add("E-TYPE", rule.place, message, f"Take {name} out of `applies_to`.")
        elif target.accumulate != rule.accumulate:
            span = target.accumulate or "the month"
            message = f'Rule "{rule.id}" acts on "{name}", which is over {span}, and must accumulate over the same.'
            hint = f"Write `accumulate: {target.accumulate}`." if target.accumulate else "Leave `accumulate` out."
            findings.add("E-SHAPE", rule.place, message, hint)


def read_rule(name: str, form: Form, speech: Speech, scope: Scope) -> Rule:
    """Read one rule of a known kind."""
    kind = form.text("kind", required=True)
    texts = {field: form.text(field) for field in ("label", "label_bg", "pay_code", "account", "note")}
    form.flag("override")
    amortise_months = _amortise_months(form)
    accumulate = form.choice("accumulate", SPANS, "")
    window = _window(form)
    per_deal = kind in DEAL_KINDS and form.choice("scope", ("deal",)) == "deal"
    # The thresholds of a quarter or a year are not those of one month, whatever part of it the segment is.
    of_month = RuleReader(form, speech, replace(scope, segmented=scope.segmented and not accumulate))
    # Nor is a deal a smaller one because its seller had another role for half of the month.
    lowered = KINDS[kind].read(replace(of_month, scope=replace(scope, segmented=False)) if per_deal else of_month)
    when = None if kind == "draw" else speech.expression(form, "when", Type.BOOL)
    form.done()
    rename = _renaming(name, accumulate, window)
    when = when and of_month.on_segment(when)
    rule = Rule(
        id=name,
        kind=kind,
        label=texts["label"] or name,
        label_bg=texts["label_bg"],
        pay_code=texts["pay_code"],
        account=texts["account"],
        lowered=lowered if rename is None else _renamed_lowered(lowered, rename),
        when=when if when is None or rename is None else renamed(when, rename),
        accumulate=accumulate,
        window=window,
        amortise_months=amortise_months,
        per_deal=per_deal,
        place=form.node.place,
    )
    _check(rule, form, labelled=bool(texts["label"]))
    return rule


def _check(rule: Rule, form: Form, *, labelled: bool) -> None:
    """What does not go together in one rule."""
    if rule.amortise_months and (rule.kind in NOT_AN_EXPENSE or rule.meaning.is_factor):
        form.wrong("amortise", f'Rule "{rule.id}" is no cost of its own, and so nothing of it is spread over months.')
    if rule.kind != "fixed" and not rule.meaning.is_factor and not labelled:
        message = f'Rule "{rule.id}" has no `label`; it is printed on the statement.'
        form.findings.add("E-SHAPE", form.node.place, message, "Add `label:`.")
    if rule.accumulate and rule.window:
        form.wrong("window", f'Rule "{rule.id}" has both `window` and `accumulate`; write one of them.')
    asked = sorted(name for expr in expressions_of(rule) for name in names_in(expr) if _is_of_deal(name))
    if asked and not rule.per_deal:
        message = f'Rule "{rule.id}" asks for `{asked[0]}`, which is known of single deals alone.'
        form.findings.add("E-NAME", rule.place, message, "Write `scope: deal`.")
    if rule.per_deal and (rule.accumulate or rule.window):
        message = f'Rule "{rule.id}" runs once for each deal of its month; leave `accumulate` and `window` out.'
        form.wrong("scope", message)
    if rule.per_deal and rule.kind != "kicker" and not any(map(_is_of_deal, names_in(rule.lowered.value))):
        message = f'Rule "{rule.id}" runs once for each deal and is paid on nothing of it: each would pay the same.'
        form.wrong("scope", message, "Write `base: deal.amount`, or leave `scope` out.")


def _is_of_deal(name: str) -> bool:
    return name.startswith(DEAL)


def _amortise_months(form: Form) -> int:
    """Over how many months the cost of the rule is spread in the books; 0 where it is not."""
    inner = form.inner("amortise")
    if inner is None:
        return 0
    found = inner.exact("months", required=True)
    inner.done()
    if found is None:
        return 0
    if found.denominator != 1 or not 1 <= found <= MAX_AMORTISE_MONTHS:
        inner.wrong("months", f"`months` of {inner.what} is a whole number, 1 to {MAX_AMORTISE_MONTHS}.")
        return 0
    return found.numerator


def _window(form: Form) -> tuple[date, date] | None:
    inner = form.inner("window")
    if inner is None:
        return None
    first, last = inner.day("from", required=True), inner.day("to", required=True)
    inner.done()
    if first and last and last < first:
        inner.wrong("to", f"`window` of {form.what} ends before it begins.", "Exchange the two days.", "E-DATE")
    return (first, last) if first and last else None


def _renaming(name: str, accumulate: str, window: tuple[date, date] | None) -> Callable[[str], str] | None:
    families: tuple[str, ...] = ("metric.", "target.", "attainment.", "team.")
    if accumulate:
        prefix = f"accumulated.{accumulate}."
    elif window:
        families, prefix = ("metric.",), f"windowed.{name}."
    else:
        return None

    def rename(old: str) -> str:
        return prefix + old if old.startswith(families) else old

    return rename


def _renamed_lowered(lowered: Lowered, rename: Callable[[str], str]) -> Lowered:
    def text(part: str | Expr) -> str | Expr:
        return part if isinstance(part, str) else renamed(part, rename)

    texts = [tuple(text(part) for part in detail.text) for detail in lowered.details]
    return replace(
        lowered,
        value=renamed(lowered.value, rename),
        details=tuple(
            Detail(words, renamed(detail.amount, rename)) for words, detail in zip(texts, lowered.details, strict=True)
        ),
        conditions=tuple(renamed(condition, rename) for condition in lowered.conditions),
        by=None if lowered.by is None else renamed(lowered.by, rename),
    )
