"""The expression language: what it means, what it refuses, and that its canonical spelling is stable."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.plans.exact import worth
from service.plans.expression import (
    Binary,
    Compare,
    Const,
    Expr,
    If,
    Logic,
    Name,
    Type,
    Unary,
    Value,
)
from service.plans.names import Names
from service.plans.parse import parse
from service.plans.render import canonical
from service.plans.tokens import MAX_EXPRESSION, ExpressionError

NAMES = Names(
    {
        "metric.calls": Type.NUM,
        "metric.won": Type.NUM,
        "metric.collected": Type.MONEY,
        "attainment.calls": Type.RATIO,
        "target.calls": Type.NUM,
        "employee.grade": Type.TEXT,
        "param.price": Type.NUMBER,
    }
)
KNOWN: dict[str, Value] = {
    "metric.calls": Fraction(1000),
    "metric.won": Fraction(0),
    "metric.collected": Fraction(60_000),
    "attainment.calls": Fraction(4, 5),
    "target.calls": Fraction(1250),
    "employee.grade": "senior",
    "param.price": Fraction(3),
    "balance.draw": Fraction(0),
}


def read(text: str) -> Expr:
    expr, mistakes = parse(text, NAMES.type_of)
    assert [str(mistake) for mistake in mistakes] == []
    return expr


def mistake(text: str) -> ExpressionError:
    try:
        _, mistakes = parse(text, NAMES.type_of)
    except ExpressionError as error:
        return error
    assert mistakes, text
    return mistakes[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", Fraction(7)),
        ("(1 + 2) * 3", Fraction(9)),
        ("10 - 2 - 3", Fraction(5)),
        ("-2 * -3", Fraction(6)),
        ("metric.collected / 3", Fraction(20_000)),
        ("metric.collected * 7.5%", Fraction(4500)),
        ("metric.calls * param.price", Fraction(3000)),
        ("ratio(metric.collected, metric.calls, 0)", Fraction(60)),
        ("ratio(metric.calls, metric.won, 100%)", Fraction(1)),
        ("min(metric.calls, 5)", Fraction(5)),
        ("max(metric.calls - 2000, 0)", Fraction(0)),
        ("abs(metric.calls - 2000)", Fraction(1000)),
        ("if(attainment.calls >= 80%, 100, 50)", Fraction(100)),
        ("attainment.calls > 80%", False),
        ("metric.calls between 1000 and 1000", True),
        ("metric.calls between 1 and 5 or metric.won == 0", True),
        ("not metric.calls >= 5 and metric.won == 0", False),
        ("employee.grade in ['junior', 'senior']", True),
        ("employee.grade == 'junior'", False),
        ("balance.draw <= 0", True),
        ("2026-01-01 < 2026-02-01", True),
    ],
)
def test_an_expression_is_worth_what_it_says(text: str, value: Value) -> None:
    assert worth(read(text), KNOWN) == value


@pytest.mark.parametrize(
    ("text", "code", "column", "words"),
    [
        ("metric.call >= 5", "E-NAME", 0, 'Did you mean "metric.calls"?'),
        ("5 + metrics.calls", "E-NAME", 4, 'Did you mean "metric.calls"?'),
        ("attainment.won > 5%", "E-NAME", 0, 'Did you mean "metric.won"?'),
        ("metric.collected * metric.collected", "E-TYPE", 17, "money cannot be multiplied by money"),
        ("metric.collected + metric.calls", "E-TYPE", 17, "a count cannot be added to money"),
        ("attainment.calls >= 0.8", "E-TYPE", 17, "Write the ratio as a percentage"),
        ("metric.calls >= 80%", "E-TYPE", 13, "a count cannot be compared with a ratio"),
        ("1 < metric.calls < 5", "E-EXPR", 17, "chained"),
        ("metric.calls / metric.won", "E-DIV", 13, "ratio(a, b, otherwise)"),
        ("metric.calls / 0", "E-DIV", 13, "not zero"),
        ("metric.calls and metric.won", "E-TYPE", 0, "takes conditions"),
        ("employee.grade > 'junior'", "E-TYPE", 15, "no order"),
        ("metric.calls = 5", "E-EXPR", 13, "Write == to compare"),
        ("metric.calls && 5", "E-EXPR", 13, "Write `and`"),
        ("2 ^ 3", "E-EXPR", 2, "no powers"),
        ("2 ** 3", "E-EXPR", 3, "a value is wanted"),
        ("maximum(1, 2)", "E-NAME", 0, "There is no function"),
        ("min(1)", "E-EXPR", 0, "takes 2 values"),
        ("ratio(metric.calls, metric.collected, 0)", "E-TYPE", 0, "cannot be divided"),
        ("ratio(metric.calls, metric.won, 0)", "E-TYPE", 0, "a ratio is wanted"),
        ("metric.calls >=", "E-EXPR", 15, "the expression ends"),
        ("metric.calls 5", "E-EXPR", 13, "the end of the expression"),
        ('employee.grade == "senior"', "E-EXPR", 18, "single quotes"),
        ("(" * 30 + "1" + ")" * 30, "E-EXPR", 24, "Nested deeper"),
        ("1 + " * 150 + "1", "E-EXPR", 0, "more than 400"),
        ("1" * 30, "E-EXPR", 0, "more than 24 digits"),
        ("1e5 + 1", "E-EXPR", 0, "is not a number"),
        ("__import__('os')", "E-NAME", 0, "There is no function"),
        ("metric.calls.__class__ > 1", "E-NAME", 0, "Nothing is called"),
    ],
)
def test_a_mistake_has_its_code_its_column_and_a_hint(text: str, code: str, column: int, words: str) -> None:
    found = mistake(text)
    assert (found.code, found.column) == (code, column)
    assert words in f"{found} {found.suggestion}"


def test_all_mistakes_of_type_in_one_expression_are_listed() -> None:
    _, mistakes = parse("metric.cals > 5 and metric.wons > 5", NAMES.type_of)
    assert [item.column for item in mistakes] == [0, 20]


NUMBERS = st.integers(0, 10**20).map(lambda value: Const(Fraction(value, 10**16), Type.NUMBER))
LEAVES = st.one_of(NUMBERS, st.sampled_from([Name("metric.calls", Type.NUM), Name("metric.won", Type.NUM)]))


def _grow(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    compare = st.builds(Compare, st.sampled_from(["<", ">=", "=="]), inner, inner)
    logic = st.builds(lambda op, a, b: Logic(op, (a, b)), st.sampled_from(["and", "or"]), compare, compare)
    return st.one_of(
        st.builds(
            lambda op, a, b: Binary(op, a, b, Type.NUM), st.sampled_from(["+", "-", "*", "min", "max"]), inner, inner
        ),
        st.builds(lambda a: Unary("abs", a, Type.NUM), inner),
        st.builds(lambda c, a, b: If(c, a, b, Type.NUM), st.one_of(compare, logic), inner, inner),
        st.builds(lambda a: Unary("-", a, Type.NUM), inner),
    )


@given(st.recursive(LEAVES, _grow, max_leaves=8))
def test_the_canonical_spelling_reads_as_the_same_expression(expr: Expr) -> None:
    text = canonical(expr)
    if len(text) > MAX_EXPRESSION:
        return
    again, _ = parse(text, NAMES.type_of)
    assert worth(again, KNOWN) == worth(expr, KNOWN)
    assert parse(canonical(again), NAMES.type_of)[0] == again
