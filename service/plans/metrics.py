"""Metrics as they are written in _org.yaml: definitions, bands, and the shares of a deal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from service.domain.event import JsonValue, Part
from service.domain.metric import (
    MONEY_PLACES,
    Aggregation,
    Band,
    Better,
    Condition,
    CreditRule,
    Credits,
    Limit,
    Metric,
    ValueType,
)
from service.plans.finding import Findings, did_you_mean
from service.plans.form import Form
from service.plans.metric_guards import guards_of, trust_of
from service.plans.read import ListNode, MapNode, Node, Scalar
from service.plans.scalar import Percent

MAX_PLACES = 6
"""Decimal places of a metric that is not whole."""

_DECIMAL = re.compile(r"decimal\((?P<places>[1-6])\)")
_SWALLOWED = re.compile(r"^(?P<title>.*?),\s+from:\s*(?P<types>\[[a-z_., ]+\]|[a-z_.]+)$")


def metrics_of(
    entries: Sequence[tuple[str, Node]], event_types: frozenset[str], findings: Findings
) -> dict[str, Metric]:
    """Read all metric definitions."""
    found: dict[str, Metric] = {}
    for name, node in entries:
        if isinstance(node, MapNode):
            found[name] = _metric(name, Form(node, findings, f'metric "{name}"'), event_types)
        else:
            findings.add("E-SHAPE", node.place, f'Metric "{name}" is a map with `title`, `from` and `agg`.')
    for name, metric in found.items():
        _check_ratio(name, metric, found, entries, findings)
    return found


def _metric(name: str, form: Form, event_types: frozenset[str]) -> Metric:
    aggregation = Aggregation(form.choice("agg", list(Aggregation), "count", required=True))
    title, types = _title_and_types(form, event_types, ratio=aggregation is Aggregation.RATIO)
    of, over, min_over, otherwise = _ratio_fields(form, required=aggregation is Aggregation.RATIO)
    field = form.text("field", required=aggregation not in {Aggregation.COUNT, Aggregation.RATIO})
    value_type = _value_type(form)
    metric = Metric(
        id=name,
        title=title,
        title_bg=form.text("title_bg"),
        types=types,
        aggregation=aggregation,
        field=field,
        where=tuple(conditions(form)),
        day_field=form.text("day") or None,
        credit=CreditRule(form.choice("credit", list(CreditRule), "owner")),
        value_type=value_type,
        better=Better(form.choice("better", list(Better), "higher")),
        slices=tuple(word.text for word in form.words("slices")),
        of=of,
        over=over,
        min_over=min_over,
        otherwise=otherwise,
        guards=guards_of(form, aggregation, is_money=value_type.name == "money"),
        trust=trust_of(form, field),
    )
    form.flag("override")
    form.text("note")
    form.done()
    return metric


def _ratio_fields(form: Form, *, required: bool) -> tuple[str, str, int, Fraction]:
    return (
        form.word("of", required=required),
        form.word("over", required=required),
        form.whole("min_over"),
        _otherwise(form),
    )


def _otherwise(form: Form) -> Fraction:
    node = form.node.entries.get("otherwise")
    if isinstance(node, Scalar) and isinstance(node.value, int | Decimal):
        return form.exact("otherwise") or Fraction(0)
    return form.ratio("otherwise") or Fraction(0)


def _title_and_types(form: Form, event_types: frozenset[str], *, ratio: bool) -> tuple[str, tuple[str, ...]]:
    title = form.text("title", required=True)
    swallowed = None if form.has("from") or ratio else _SWALLOWED.match(title)
    if swallowed:
        message = f"The title of {form.what} swallowed `from:`; it is read as if it stood outside the quotes."
        hint = f'Write title: "{swallowed["title"].strip()}", from: {swallowed["types"]}.'
        form.wrong("title", message, hint, "W-TITLE")
        types = [word.strip() for word in swallowed["types"].strip("[]").split(",")]
        return swallowed["title"].strip(), tuple(types)
    words = form.words("from", required=not ratio)
    for word in words:
        if word.text not in event_types:
            hint = did_you_mean(word.text, event_types) or "A type of your own is declared under `events:`."
            form.findings.add("E-NAME", word.place, f"There is no event type `{word.text[:60]}`.", hint)
    return title, tuple(word.text for word in words)


def _value_type(form: Form) -> ValueType:
    text = form.text("type") or "num"
    decimal = _DECIMAL.fullmatch(text)
    if decimal:
        return ValueType("decimal", int(decimal["places"]))
    if text not in {"num", "money"}:
        form.wrong("type", f"`type` of {form.what} is num, money or decimal(1) to decimal({MAX_PLACES}).")
    return ValueType("money", MONEY_PLACES) if text == "money" else ValueType()


def conditions(form: Form) -> list[Condition]:
    """The conditions of `where:`: a value, a list of values, or limits."""
    found: list[Condition] = []
    for name, node in form.entries("where"):
        match node:
            case Scalar():
                found.append(Condition(name, (_json(node),)))
            case ListNode():
                values = tuple(_json(item) for item in node.items if isinstance(item, Scalar))
                found.append(Condition(name, values))
            case MapNode():
                limits = Form(node, form.findings, f"`{name}` in `where` of {form.what}")
                found.append(Condition(name, minimum=limits.exact("min"), maximum=limits.exact("max")))
                limits.done()
    return found


def _json(node: Scalar) -> JsonValue:
    match node.value:
        case Percent():
            return Decimal(node.value.ratio.numerator) / node.value.ratio.denominator
        case date():
            return node.text
        case _:
            return node.value


def _check_ratio(
    name: str, metric: Metric, found: dict[str, Metric], entries: Sequence[tuple[str, Node]], findings: Findings
) -> None:
    if metric.aggregation is not Aggregation.RATIO:
        return
    form = Form(next(node for key, node in entries if key == name and isinstance(node, MapNode)), findings, name)
    for field, part in (("of", metric.of), ("over", metric.over)):
        if part and part not in found:
            form.wrong(field, f"There is no metric `{part}`.", did_you_mean(part, found), "E-NAME")
        elif part and found[part].aggregation is Aggregation.RATIO:
            form.wrong(field, f"`{part}` is a ratio itself; a ratio is made of counts and sums.", code="E-TYPE")


def bands_of(entries: Sequence[tuple[str, Node]], findings: Findings) -> dict[str, Band]:
    """Read the bands: `{of: talk_s, bands: [{name: short, max: 60}, {name: long}]}`, or `limits:` as a map."""
    found: dict[str, Band] = {}
    for name, node in entries:
        if not isinstance(node, MapNode):
            findings.add("E-SHAPE", node.place, f'Band "{name}" is a map with `of` and `bands`.')
            continue
        form = Form(node, findings, f'band "{name}"')
        of = form.text("of", required=True)
        limits = _limit_map(form) if form.has("limits") else _limit_list(form)
        form.done()
        ordered = sorted(limits, key=lambda limit: (limit.maximum is None, limit.maximum or 0))
        if not ordered or ordered[-1].maximum is not None:
            form.findings.add(
                "E-TIERS", node.place, f"The last stretch of {form.what} must be open: leave out its limit."
            )
        found[name] = Band(name, of, tuple(ordered))
    return found


def _limit_list(form: Form) -> list[Limit]:
    limits: list[Limit] = []
    for item in form.forms("bands", "a stretch", required=True):
        limits.append(Limit(item.text("name", required=True), item.exact("max")))
        item.done()
    return limits


def _limit_map(form: Form) -> list[Limit]:
    limits: list[Limit] = []
    for name, node in form.entries("limits"):
        value = node.value if isinstance(node, Scalar) else False
        if value is None or (isinstance(value, int | Decimal) and not isinstance(value, bool)):
            limits.append(Limit(name, None if value is None else Fraction(value)))
        else:
            form.findings.add("E-TYPE", node.place, f"The limit `{name}` of {form.what} is a number, or null for none.")
    return limits


def credits_of(form: Form | None) -> Credits:
    """Read `deal_team`: shares by part that add up to 100 %."""
    if form is None:
        return Credits()
    shares: dict[Part, Fraction] = {}
    for part in Part:
        share = form.ratio(part.value)
        if share is not None:
            shares[part] = share * 100
    form.choice("missing", ("to_owner",), "to_owner")
    form.done()
    if shares and sum(shares.values()) != 100:  # noqa: PLR2004  all of it in percent
        form.findings.add("E-WEIGHTS", form.node.place, "The shares of `deal_team` must add up to 100%.")
    return Credits(shares)
