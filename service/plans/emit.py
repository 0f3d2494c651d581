"""Code generation: expressions to straight-line Python over whole numbers, without a fraction object in the way.

Every value is a numerator and a denominator; denominators are known while generating wherever they can be. Names in the
source are `v1 n1 d1` only and texts are bound as constants, so that nothing an author wrote reaches the source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

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
)
from service.plans.term import NOTHING, Term, enclosed, multiplied, scaled, written


@dataclass(slots=True)
class Source:
    """A function growing line by line; what a name is worth, and what was computed already, is remembered."""

    terms: dict[str, Term] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    constants: list[object] = field(default_factory=list)
    known: list[dict[Expr, Term]] = field(default_factory=lambda: [{}])
    depth: int = 1
    count: int = 0

    def write(self, line: str) -> None:
        """One line at the present depth."""
        self.lines.append("    " * self.depth + line)

    def fresh(self, letter: str = "n") -> str:
        """A new name."""
        self.count += 1
        return f"{letter}{self.count}"

    def keep(self, code: str, den: int = 1, var: str = "", *, positive: bool = False) -> Term:
        """A value under a name of its own."""
        name = self.fresh()
        self.write(f"{name} = {code}")
        return Term(name, den, var, positive)

    def block(self, head: str, body: Callable[[], None]) -> None:
        """Lines under a condition; what they compute is not known outside."""
        self.write(head)
        self.depth += 1
        self.known.append({})
        before = len(self.lines)
        body()
        if len(self.lines) == before:
            self.write("pass")
        self.known.pop()
        self.depth -= 1

    def term(self, expr: Expr) -> Term:
        """The value of a numeric expression, computed once."""
        for scope in self.known:
            if expr in scope:
                return scope[expr]
        found = self._term(expr)
        self.known[-1][expr] = found
        return found

    def _term(self, expr: Expr) -> Term:
        match expr:
            case Const(value=Fraction() as value):
                return written(value)
            case Name(name=name):
                return self.terms[name]
            case Unary() | Binary():
                return self._operation(expr)
            case Ratio():
                return self._ratio(expr)
            case If() | Piecewise():
                return self._choice(expr)
            case _:
                raise AssertionError(f"{expr} is not a number")

    def _operation(self, expr: Unary | Binary) -> Term:
        if isinstance(expr, Unary):
            of = self.term(expr.of)
            if of.is_written:
                value = -int(of.num) if expr.op == "-" else abs(int(of.num))
                return Term(str(value), of.den, of.var, value >= 0)
            turned = expr.op == "-"
            return self.keep(f"-{of.num}" if turned else f"abs({of.num})", of.den, of.var, positive=not turned)
        left, right = self.term(expr.left), self.term(expr.right)
        match expr.op:
            case "+" | "-":
                return self._sum(expr.op, left, right)
            case "*":
                return self.product(left, right)
            case "/":
                return self.product(left, written(1 / Fraction(int(right.num), right.den)))
            case _:
                return self._extreme(expr.op, left, right)

    def _sum(self, op: str, left: Term, right: Term) -> Term:
        if right.num == "0":
            return left
        if left.num == "0" and op == "+":
            return right
        a, b, den, var = self._common(left, right)
        if left.is_written and right.is_written and not var:
            return written(Fraction(int(a) + int(b) if op == "+" else int(a) - int(b), den))
        positive = op == "+" and left.positive and right.positive
        return self.keep(f"{a} {op} {enclosed(b)}", den, var, positive=positive)

    def total(self, terms: Iterable[Term]) -> Term:
        """The sum of values."""
        found = NOTHING
        for term in terms:
            found = self._sum("+", found, term)
        return found

    def equal(self, left: Term, right: Term) -> str:
        """Whether two values are the same, as source."""
        a, b, _, _ = self._common(left, right)
        return f"{a} == {b}"

    def _common(self, left: Term, right: Term) -> tuple[str, str, int, str]:
        """Both numerators over one denominator."""
        den = lcm(left.den, right.den)
        a, b = scaled(left.num, den // left.den), scaled(right.num, den // right.den)
        if left.var == right.var:
            return a, b, den, left.var
        if left.var and right.var:
            return f"{enclosed(a)}*{right.var}", f"{enclosed(b)}*{left.var}", den, self._var(left.var, right.var)
        if left.var:
            return a, multiplied(b, 1, left.var), den, left.var
        return multiplied(a, 1, right.var), b, den, right.var

    def _var(self, left: str, right: str) -> str:
        if not left or not right:
            return left or right
        name = self.fresh("d")
        self.write(f"{name} = {left}*{right}")
        return name

    def product(self, left: Term, right: Term) -> Term:
        """The product of two values."""
        if NOTHING.num in {left.num, right.num}:
            return NOTHING
        den, var = left.den * right.den, self._var(left.var, right.var)
        if left.is_written and right.is_written:
            reduced = Fraction(int(left.num) * int(right.num), den)
            return Term(str(reduced.numerator), reduced.denominator, var)
        for one, other in ((left, right), (right, left)):
            if one.is_written:
                scale = Fraction(int(one.num), den)
                return (
                    Term(other.num, scale.denominator, var)
                    if scale.numerator == 1
                    else self.keep(scaled(other.num, scale.numerator), scale.denominator, var)
                )
        return self.keep(f"{left.num}*{right.num}", den, var)

    def _extreme(self, op: str, left: Term, right: Term) -> Term:
        for one, other in ((left, right), (right, left)):
            if op == "max" and one.num == "0" and other.positive:
                return other
        a, b, den, var = self._common(left, right)
        positive = (left.positive or right.positive) if op == "max" else left.positive and right.positive
        first, second = (left, right) if right.is_written else (right, left)
        if not first.is_written and second.is_written and (first.den, first.var) == (den, var):
            bound = b if second is right else a
            sign = "<" if op == "max" else ">"
            name = self.fresh()
            self.write(f"{name} = {bound} if {first.num} {sign} {bound} else {first.num}")
            return Term(name, den, var, positive)
        return self.keep(f"{op}({a}, {b})", den, var, positive=positive)

    def _ratio(self, expr: Ratio) -> Term:
        top, bottom = self.term(expr.top), self.term(expr.bottom)
        num, den = self.fresh(), self.fresh("d")

        def quotient() -> None:
            over = multiplied(top.num, bottom.den, bottom.var)
            under = multiplied(bottom.num, top.den, top.var)
            shared = Fraction(bottom.den, top.den) if not bottom.var and not top.var else None
            if shared is not None:
                over, under = scaled(top.num, shared.numerator), scaled(bottom.num, shared.denominator)
            self.write(f"{num} = {over}; {den} = {under}")
            if not bottom.positive:
                self.block(f"if {den} < 0:", lambda: self.write(f"{num} = -{num}; {den} = -{den}"))

        def otherwise() -> None:
            value = self.term(expr.otherwise)
            self.write(f"{num} = {value.num}; {den} = {value.under}")

        self.block(f"if {bottom.num}:", quotient)
        self.block("else:", otherwise)
        return Term(num, 1, den, top.positive and bottom.positive and self.term(expr.otherwise).positive)

    def _choice(self, expr: If | Piecewise) -> Term:
        if isinstance(expr, If):
            branches = [(self.condition(expr.condition), expr.then)]
            return self._branches(branches, expr.other)
        measure = self.term(expr.measure)
        branches = []
        for piece in reversed(expr.pieces):
            a, b, _, _ = self._common(measure, self.term(piece.start))
            branches.append((f"{a} {'>=' if piece.included else '>'} {b}", piece.value))
        return self._branches(branches, expr.below)

    def _branches(self, branches: Iterable[tuple[str, Expr]], other: Expr) -> Term:
        """One value of several; written values with a common denominator need no second name."""
        cases = [*branches, ("", other)]
        plain = [value.value for _, value in cases if isinstance(value, Const) and isinstance(value.value, Fraction)]
        num, den = self.fresh(), self.fresh("d")
        if len(plain) == len(cases):
            common = lcm(*(value.denominator for value in plain))
            chain = "".join(
                f"{value * common} if {head} else " for (head, _), value in zip(cases[:-1], plain[:-1], strict=True)
            )
            self.write(f"{num} = {chain}{plain[-1] * common}")
            return Term(num, common, "", all(value >= 0 for value in plain))
        signs: list[bool] = []

        def body(value: Expr) -> Callable[[], None]:
            def write() -> None:
                term = self.term(value)
                signs.append(term.positive)
                self.write(f"{num} = {term.num}; {den} = {term.under}")

            return write

        for index, (head, value) in enumerate(cases):
            word = f"{'elif' if index else 'if'} {head}:" if head else "else:"
            self.block(word, body(value))
        return Term(num, 1, den, all(signs))

    def condition(self, expr: Expr) -> str:
        """A condition as source."""
        match expr:
            case Const(value=value):
                return str(bool(value))
            case Name(name=name):
                return self.texts[name]
            case Compare(op=op):
                return self._comparison(op, expr.left, expr.right)
            case Logic(op=op, items=items):
                return f"({f' {op} '.join(self.condition(item) for item in items)})" if items else "True"
            case Unary(of=of):
                return f"(not {self.condition(of)})"
            case In(item=item, options=options):
                return f"({' or '.join(self._comparison('==', item, option) for option in options)})"
            case _:
                raise AssertionError(f"{expr} is not a condition")

    def _comparison(self, op: str, left: Expr, right: Expr) -> str:
        if {left.type, right.type} & {Type.TEXT, Type.DATE, Type.BOOL}:
            return f"({self._word(left)} {op} {self._word(right)})"
        a, b, _, _ = self._common(self.term(left), self.term(right))
        return f"({a} {op} {b})"

    def _word(self, expr: Expr) -> str:
        if isinstance(expr, Name):
            return self.texts[expr.name]
        if isinstance(expr, Const):
            self.constants.append(expr.value)
            return f"c{len(self.constants) - 1}"
        return self.condition(expr)
