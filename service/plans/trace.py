"""The traced way: the generated function gives every value an explanation shows, and here are the words around them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from service.domain.event import JsonValue
from service.domain.money import format_minor, to_minor
from service.plans.emit import Source
from service.plans.evaluate import ROUNDING, Line
from service.plans.expression import Compare, Const, Expr, Logic, Name, Type
from service.plans.kinds.reader import Detail
from service.plans.plan import Rule
from service.plans.render import RAW_PLACES, SHOWN, canonical, cut_of, decimal_of, ratio_of, shown
from service.plans.term import Term

Values = Sequence[Any]
"""What the traced function gives: numerators each with its denominator, truths and texts."""

Told = Callable[[Values], Any]
"""Something about the values: a text, a list of reasons, a whole explanation."""

WORDS = frozenset({Type.TEXT, Type.DATE, Type.BOOL})
"""Types that are not numbers."""

PLAIN_NUMBERS = frozenset({Type.NUMBER, Type.ANY})
"""Types of written numbers, which are shown as what they are compared with."""


@dataclass(slots=True)
class Watched:
    """The values that are given back, in the order in which they were asked for."""

    source: Source
    codes: list[str] = field(default_factory=list)
    known: dict[tuple[str, str], int] = field(default_factory=dict)

    def number(self, term: Term) -> int:
        """The place of a numerator; its denominator follows."""
        pair = (term.num, term.under)
        if pair not in self.known:
            self.known[pair] = len(self.codes)
            self.codes += pair
        return self.known[pair]

    def one(self, code: str) -> int:
        """The place of a truth or a text."""
        if (code, "") not in self.known:
            self.known[code, ""] = len(self.codes)
            self.codes.append(code)
        return self.known[code, ""]

    def truth(self, condition: Expr) -> int:
        """The place of a condition."""
        return self.one(self.source.condition(condition))

    def text(self, expr: Expr, kind: Type) -> str | Told:
        """A value as it is shown: a text where it is known by now."""
        if isinstance(expr, Const):
            return shown(expr.value, kind)
        if expr.type in WORDS or (isinstance(expr, Name) and expr.name in self.source.texts):
            at = self.one(self.source.texts[expr.name] if isinstance(expr, Name) else self.source.condition(expr))
            return lambda values: shown(values[at], kind)
        term, words = self.source.term(expr), SHOWN.get(kind, cut_of)
        if term.is_written and not term.var:
            return words(int(term.num), term.den)
        num = self.number(term)
        return lambda values: words(values[num], values[num + 1])


def factor_told(rule: Rule, value: Term, watched: Watched) -> Told:
    """The reason of a factor."""
    because: list[Told] = []
    lowered, num = rule.lowered, watched.number(value)
    if lowered.by is not None:
        because.append(_shown_by(lowered.by, lowered.curve, watched))
    reasons = _joined([*because, *(one for item in lowered.conditions for one in _because(item, watched))])
    when = None if rule.when is None else _joined(_because(rule.when, watched))

    def told(values: Values) -> dict[str, JsonValue]:
        factor = ratio_of(values[num], values[num + 1])
        node: dict[str, JsonValue] = {
            "rule": rule.id,
            "label": rule.label,
            "factor": factor,
            "because": reasons(values),
        }
        if when is not None:
            node["when"] = when(values)
        return node

    return told


def line_told(rule: Rule, raw: Term, amounts: dict[str, str], factors: dict[str, Told], watched: Watched) -> Told:
    """A line with its reason."""
    source = watched.source
    amount, of_raw = watched.one(amounts[rule.id]), watched.number(raw)
    applies = None if rule.when is None else watched.truth(rule.when)
    steps = _steps(rule, watched)
    acting = [factors[name] for name in rule.factors]
    when = None if rule.when is None else _joined(_because(rule.when, watched))
    of = {line: watched.one(amounts[line]) for line in rule.lowered.lines if line in amounts}
    paid = watched.number(source.terms[f"balance.paid_{rule.id}"]) if rule.accumulate else 0
    payable = rule.meaning.payable

    def told(values: Values) -> Line:
        node: dict[str, JsonValue] = {
            "line": rule.id,
            "label": rule.label,
            "kind": rule.kind,
            "amount": format_minor(values[amount]),
            "raw": decimal_of(values[of_raw], values[of_raw + 1], RAW_PLACES),
            "steps": steps(values) if applies is None or values[applies] else [],
            "factors": [factor(values) for factor in acting],
            "rounding": ROUNDING,
        }
        if when is not None:
            node["when"] = when(values)
        if rule.lowered.lines:
            node["of"] = {line: format_minor(values[at]) for line, at in of.items()}
        if rule.accumulate:
            node["accumulated_over"] = rule.accumulate
            node["paid_before"] = format_minor(to_minor(Fraction(values[paid], values[paid + 1])))
        return Line(
            rule.id, rule.kind, rule.label, rule.label_bg, rule.pay_code, rule.account, values[amount], payable, node
        )

    return told


def _steps(rule: Rule, watched: Watched) -> Told:
    """The steps of a line, which the generated function adds up again and compares with the line."""
    details, source = rule.lowered.details, watched.source
    terms = [source.term(detail.amount) for detail in details]
    total = source.total(terms)
    source.write(f"assert {source.equal(total, source.term(rule.lowered.value))}")
    several = len(details) > 1
    known = [(_words(detail, watched), watched.number(term)) for detail, term in zip(details, terms, strict=True)]

    def told(values: Values) -> list[dict[str, JsonValue]]:
        return [
            {"text": words(values), "amount": decimal_of(values[num], values[num + 1], RAW_PLACES)}
            for words, num in known
            if values[num] or not several
        ]

    return told


def _words(detail: Detail, watched: Watched) -> Told:
    money = any(not isinstance(part, str) and part.type is Type.MONEY for part in detail.text)
    parts: list[str | Told] = []
    for part in detail.text:
        if isinstance(part, str):
            parts.append(part)
        else:
            parts.append(watched.text(part, Type.MONEY if part.type is Type.NUMBER and money else part.type))
    pattern = "".join(part.replace("%", "%%") if isinstance(part, str) else "%s" for part in parts)
    values_of = [part for part in parts if not isinstance(part, str)]
    return lambda values: pattern % tuple([told(values) for told in values_of])


def _shown_by(by: Expr, curve: str, watched: Watched) -> Told:
    left, value = canonical(by), _as_told(watched.text(by, Type.RATIO))
    return lambda values: {"left": left, "left_value": value(values), "curve": curve}


def _because(condition: Expr, watched: Watched) -> list[Told]:
    match condition:
        case Logic(op="and", items=items):
            return [reason for item in items for reason in _because(item, watched)]
        case Compare(op=op, left=left, right=right):
            return [_compared(op, left, right, watched.truth(condition), watched)]
        case _:
            left_text, ok = canonical(condition), watched.truth(condition)
            return [lambda values: {"left": left_text, "ok": bool(values[ok])}]


def _compared(op: str, left: Expr, right: Expr, ok: int, watched: Watched) -> Told:
    kind = left.type if right.type in PLAIN_NUMBERS else right.type
    text = canonical(left)
    one, other = _as_told(watched.text(left, kind)), _as_told(watched.text(right, kind))
    return lambda values: {
        "left": text,
        "left_value": one(values),
        "op": op,
        "right_value": other(values),
        "ok": values[ok],
    }


def _as_told(text: str | Told) -> Told:
    return (lambda _: text) if isinstance(text, str) else text


def _joined(reasons: Sequence[Told]) -> Told:
    return lambda values: [reason(values) for reason in reasons]
