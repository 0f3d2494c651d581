"""Tokens: the words of an expression with their columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from service.plans.expression import Const, Type
from service.plans.scalar import MAX_DIGITS

MAX_EXPRESSION = 400
"""Characters of one expression: what does not fit on three lines of a contract is two rules."""

_TOKEN = re.compile(
    r"\s*(?:(?P<date>\d{4}-\d{2}-\d{2})(?![\w.])"
    r"|(?P<number>\d[\d_]*(?:\.\d+)?%?)(?![\w.])"
    r"|(?P<name>[A-Za-z_]\w*(?:\.\w+)*)"
    r"|(?P<text>'[^']*')"
    r"|(?P<op><=|>=|==|!=|[-+*/<>(),\[\]]))",
    re.ASCII,
)

_ADVICE = {
    "=": "Write == to compare.",
    "&": "Write `and`.",
    "|": "Write `or`.",
    "!": "Write `not`.",
    "^": "There are no powers.",
    '"': "Put texts in single quotes: 'senior'.",
    "?": "Write if(condition, a, b).",
    ";": "An expression is one value.",
    "€": "Write the number alone; the currency is the company's.",
    "$": "Write the number alone; the currency is the company's.",
}


class ExpressionError(ValueError):
    """An expression that cannot be read; `column` counts from 0 inside its text."""

    def __init__(self, code: str, message: str, column: int, suggestion: str = "") -> None:
        super().__init__(message)
        self.code, self.column, self.suggestion = code, column, suggestion


@dataclass(frozen=True, slots=True)
class Token:
    """One word: its kind, its text and the column where it starts, counted from 0."""

    kind: str
    text: str
    column: int


def tokens_of(text: str) -> list[Token]:
    """All words of an expression, closed by one of kind `end`."""
    if len(text) > MAX_EXPRESSION:
        raise ExpressionError(
            "E-EXPR",
            f"This expression has {len(text):,} characters, more than {MAX_EXPRESSION}.",
            0,
            "Make it two rules.",
        )
    found: list[Token] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise _unreadable(text, position)
        found.append(Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup)))
        position = match.end()
    return [*found, Token("end", "", end)]


def _unreadable(text: str, position: int) -> ExpressionError:
    column = position + len(text[position:]) - len(text[position:].lstrip())
    sign = text[column]
    word = re.split(r"[\s()\[\],]", text[column:], maxsplit=1)[0]
    if sign.isdigit():
        return ExpressionError(
            "E-EXPR", f"`{word[:40]}` is not a number.", column, "Write it like 50_000, 0.5 or 7.5%."
        )
    foreign = next((index for index, letter in enumerate(word) if letter.isalpha() and not letter.isascii()), None)
    if foreign is not None:
        message = f"`{word[foreign]}` in `{word[:40].lstrip('.')}` is no English letter, although it may look like one."
        return ExpressionError("E-EXPR", message, column + foreign, "Type the name again with an English keyboard.")
    return ExpressionError("E-EXPR", f"`{sign}` is not part of the language.", column, _ADVICE.get(sign, ""))


def way_out(tokens: Sequence[Token], wrong: Token) -> str:
    """What an author often meant who wrote a word where it cannot stand."""
    before = tokens[max(tokens.index(wrong) - 1, 0)]
    if not wrong.text and any(token.text == "(" for token in tokens):
        return "Inside { } a comma ends a value: put the expression in quotes."
    if any(token.text == "if" for token in tokens):
        return "Write if(condition, a, b)."
    if before.kind == wrong.kind == "number":
        return f"Write {before.text}_{wrong.text} if that is one number."
    if before.kind == "number" and wrong.kind == "name" and wrong.text.isupper():
        return _ADVICE["€"]
    return ""


def number_of(token: Token) -> Const:
    """The number a word writes; a percentage is a ratio."""
    digits = token.text.rstrip("%").replace("_", "")
    if sum(sign.isdigit() for sign in digits) > MAX_DIGITS:
        raise ExpressionError("E-EXPR", f"This number has more than {MAX_DIGITS} digits.", token.column)
    value = Fraction(Decimal(digits))
    return Const(value / 100, Type.RATIO) if token.text.endswith("%") else Const(value, Type.NUMBER)


def date_of(token: Token) -> Const:
    """The day a word writes."""
    try:
        return Const(date.fromisoformat(token.text), Type.DATE)
    except ValueError:
        raise ExpressionError("E-DATE", f"There is no day {token.text}.", token.column) from None
