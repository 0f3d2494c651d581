"""Expressions and values as text: the canonical spelling for the document, and the spelling for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction

from service.plans.expression import (
    Binary,
    Compare,
    Const,
    Expr,
    If,
    In,
    Logic,
    Name,
    Piecewise,
    Ratio,
    Type,
    Unary,
    Value,
)

SHOWN_PLACES = 4
"""Decimal places of a shown percentage or count, cut and never rounded up: 79.9999 % must not print as 80 %."""

WRITTEN_PLACES = 30
"""Decimal places of a written number: more than the digits a number may have."""

RAW_PLACES = 10
"""Decimal places of an unrounded amount in an explanation."""

EXACT_PLACES = 12
"""Decimal places up to which a value is shown in full; longer ones end in an ellipsis."""

_STRENGTH = {"or": 1, "and": 2, "not": 3, "compare": 4, "+": 5, "-": 5, "*": 6, "/": 6, "unary": 7, "atom": 9}


def canonical(expr: Expr) -> str:
    """The one spelling of an expression; reading it again gives the same expression."""
    return _text(expr, 0)


def _text(expr: Expr, around: int) -> str:
    match expr:
        case Const(value=value, type=kind):
            return canonical_value(value, kind)
        case Name(name=name):
            return name
        case Unary() | Binary():
            return _operation(expr, around)
        case Compare(op=op):
            strength = _STRENGTH["compare"]
            return _enclosed(
                f"{_text(expr.left, strength + 1)} {op} {_text(expr.right, strength + 1)}", strength, around
            )
        case Logic(op=op):
            strength = _STRENGTH[op]
            return _enclosed(f" {op} ".join(_text(item, strength + 1) for item in expr.items), strength, around)
        case In() | Ratio() | If() | Piecewise():
            return _listed(expr, around)


def _listed(expr: In | Ratio | If | Piecewise, around: int) -> str:
    match expr:
        case In():
            strength = _STRENGTH["compare"]
            options = ", ".join(canonical(option) for option in expr.options)
            return _enclosed(f"{_text(expr.item, strength + 1)} in [{options}]", strength, around)
        case Ratio():
            return f"ratio({canonical(expr.top)}, {canonical(expr.bottom)}, {canonical(expr.otherwise)})"
        case If():
            return f"if({canonical(expr.condition)}, {canonical(expr.then)}, {canonical(expr.other)})"
        case Piecewise():
            raise AssertionError("A tier table is never written as an expression.")


def _operation(expr: Unary | Binary, around: int) -> str:
    match expr:
        case Unary(op="abs") | Binary(op="min" | "max"):
            values = [expr.of] if isinstance(expr, Unary) else [expr.left, expr.right]
            return f"{expr.op}({', '.join(canonical(value) for value in values)})"
        case Unary(op="not"):
            return _enclosed(f"not {_text(expr.of, _STRENGTH['not'])}", _STRENGTH["not"], around)
        case Unary():
            return _enclosed(f"-{_text(expr.of, _STRENGTH['unary'])}", _STRENGTH["unary"], around)
        case Binary(op=op):
            strength = _STRENGTH[op]
            text = f"{_text(expr.left, strength)} {op} {_text(expr.right, strength + 1)}"
            return _enclosed(text, strength, around)


def _enclosed(text: str, strength: int, around: int) -> str:
    return f"({text})" if strength < around else text


def canonical_value(value: Value, kind: Type) -> str:
    """A written value in its one spelling."""
    match value:
        case bool():
            return "true" if value else "false"
        case Fraction():
            text = decimal_text(value * 100 if kind is Type.RATIO else value, WRITTEN_PLACES)
            return f"{text}%" if kind is Type.RATIO else text
        case date():
            return value.isoformat()
        case str():
            return f"'{value}'"


def decimal_text(value: Fraction, places: int = EXACT_PLACES) -> str:
    """A fraction in plain digits: in full where that is short, else cut, with an ellipsis."""
    return decimal_of(value.numerator, value.denominator, places)


def decimal_of(num: int, den: int, places: int) -> str:
    """The same of a numerator and a positive denominator."""
    whole, rest = divmod(abs(num) * 10**places, den)
    sign = "-" if num < 0 else ""
    units, rest_digits = divmod(whole, 10**places)
    text = f"{units}.{rest_digits:0{places}}".rstrip("0") if rest_digits else str(units)
    ending = "…" if rest else ""
    return f"{sign}{text}{ending}" if text != "0" or rest else "0"


def shown(value: Value, kind: Type) -> str:
    """A value for people: 30,000.00 of money, 79.9206%, 34; percentages and counts are cut, not rounded."""
    match value:
        case bool() | date() | str():
            return value if isinstance(value, str) else canonical_value(value, kind)
        case Fraction():
            return SHOWN.get(kind, cut_of)(value.numerator, value.denominator)


def cut(value: Fraction) -> str:
    """A number cut after four places, with a thin grouping of thousands by commas."""
    return cut_of(value.numerator, value.denominator)


def cut_of(num: int, den: int) -> str:
    """The same of a numerator and a positive denominator."""
    units, places = divmod(abs(num) * _SHOWN_UNIT // den, _SHOWN_UNIT)
    text = f"{units:,}.{places:0{SHOWN_PLACES}}".rstrip("0") if places else f"{units:,}"
    return f"-{text}" if num < 0 and text != "0" else text


def money_text(value: Fraction) -> str:
    """Money for people, cut to the places it has: 30,000.00, and 0.005 where a price is finer than a cent."""
    return money_of(value.numerator, value.denominator)


def money_of(num: int, den: int) -> str:
    """The same of a numerator and a positive denominator."""
    text = cut_of(num, den)
    whole, _, places = text.partition(".")
    return f"{whole}.{places:0<2}"


def ratio_of(num: int, den: int) -> str:
    """A percentage of a numerator and a positive denominator."""
    return f"{cut_of(num * 100, den)}%"


_SHOWN_UNIT = 10**SHOWN_PLACES

SHOWN: Mapping[Type, Callable[[int, int], str]] = {Type.RATIO: ratio_of, Type.MONEY: money_of}
"""How numbers of a type are shown; any other is cut."""
