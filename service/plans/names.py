"""Names: what every dotted name of an expression is, and the reading of expressions out of a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction

from service.plans.expression import Const, Expr, Type
from service.plans.finding import Findings, Place, did_you_mean
from service.plans.form import Form
from service.plans.parse import parse
from service.plans.read import Scalar
from service.plans.render import canonical
from service.plans.scalar import Percent
from service.plans.tokens import ExpressionError
from service.plans.typing_rules import meeting, named

EMPLOYEE: Mapping[str, Type] = {
    "employee.fixed_salary": Type.MONEY,
    "employee.soft_salary": Type.MONEY,
    "employee.fte": Type.RATIO,
    "employee.tenure_months": Type.NUM,
    "employee.grade": Type.TEXT,
    "calendar.workdays": Type.NUM,
    "calendar.worked_days": Type.NUM,
    "calendar.segment_share": Type.RATIO,
}
"""What is known of every person and month."""

FAMILIES = ("metric", "target", "attainment", "team", "employee", "calendar", "balance", "line", "param", "points")
"""The first words of names."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names an expression may use, each with its type; every `balance.` is money."""

    types: Mapping[str, Type]
    families: tuple[str, ...] = FAMILIES
    open_families: Mapping[str, Type] = field(default_factory=lambda: {"balance": Type.MONEY})

    def type_of(self, name: str) -> Type | ExpressionError:
        """The type of a name, or the mistake with a suggestion."""
        known = self.types.get(name)
        if known is not None:
            return known
        family, dot, rest = name.partition(".")
        if dot and rest and "." not in rest and family in self.open_families:
            return self.open_families[family]
        return ExpressionError("E-NAME", f"Nothing is called `{name[:80]}`.", 0, self.suggestion(name))

    def suggestion(self, name: str) -> str:
        """The nearest known name: in its family, then the same word in another family, then anywhere."""
        family, _, rest = name.partition(".")
        inside = {known.partition(".")[2]: known for known in self.types if known.startswith(f"{family}.")}
        near = get_close_matches(rest, sorted(inside), n=1)
        same_word = [known for known in self.types if known.partition(".")[2] == (rest or name)]
        if near or same_word:
            return f'Did you mean "{inside[near[0]] if near else same_word[0]}"?'
        families = f"Names begin with {', '.join(f'{word}.' for word in self.families)}."
        return did_you_mean(name, self.types) or families


@dataclass(slots=True)
class Speech:
    """What reading expressions needs and leaves: names, findings, and the one spelling of each expression by node."""

    names: Names
    findings: Findings
    spelled: dict[int, str] = field(default_factory=dict)

    def expression(self, form: Form, name: str, wanted: Type | None, *, required: bool = False) -> Expr | None:
        """An expression in a field; `wanted` is the type it must have, None for any number."""
        scalar = form.scalar(name, "condition" if wanted is Type.BOOL else "expression", required=required)
        return None if scalar is None else self.read(scalar, wanted, f"`{name}` of {form.what}")

    def read(self, scalar: Scalar, wanted: Type | None, what: str) -> Expr | None:
        """The expression in a scalar; mistakes are noted with their column."""
        expr = _written(scalar) or self._parsed(scalar)
        if expr is None:
            return None
        self._check(expr, wanted, scalar.place, what)
        if isinstance(scalar.value, str):
            self.spelled[id(scalar)] = canonical(expr)
        return expr

    def _parsed(self, scalar: Scalar) -> Expr | None:
        start = scalar.place.moved(1 if scalar.quoted else 0)
        try:
            expr, mistakes = parse(scalar.text, self.names.type_of)
        except ExpressionError as mistake:
            self.findings.add(mistake.code, start.moved(mistake.column), str(mistake), mistake.suggestion)
            return None
        for one in mistakes:
            self.findings.add(one.code, start.moved(one.column), str(one), one.suggestion)
        return expr

    def _check(self, expr: Expr, wanted: Type | None, place: Place, what: str) -> None:
        if wanted is None:
            if expr.type in {Type.BOOL, Type.TEXT, Type.DATE}:
                self.findings.add("E-TYPE", place, f"{what} is {named(expr.type)}; a number is wanted.")
        elif meeting(expr.type, wanted) is None:
            hint = ""
            if wanted is Type.RATIO and isinstance(expr, Const) and isinstance(expr.value, Fraction):
                hint = f"Write {canonical(expr)}% if you mean that."
            if wanted is Type.BOOL:
                hint = "Compare it with something, like > 0."
            if wanted is Type.MONEY and expr.type in {Type.RATIO, Type.NUM}:
                hint = "Multiply it by an amount."
            self.findings.add("E-TYPE", place, f"{what} is {named(expr.type)}; {named(wanted)} is wanted.", hint)


def _written(scalar: Scalar) -> Const | None:
    match scalar.value:
        case bool():
            return Const(scalar.value, Type.BOOL)
        case int() | Decimal():
            return Const(Fraction(scalar.value), Type.NUMBER)
        case Percent():
            return Const(scalar.value.ratio, Type.RATIO)
        case date():
            return Const(scalar.value, Type.DATE)
        case _:
            return None
