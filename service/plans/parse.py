"""The grammar: words of an expression to a typed tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from service.plans.expression import ONE, Binary, Compare, Const, Expr, If, In, Logic, Name, Ratio, Type, Unary
from service.plans.finding import did_you_mean
from service.plans.tokens import ExpressionError, Token, date_of, number_of, tokens_of, way_out
from service.plans.typing_rules import difference, meeting, named, product

MAX_NESTING = 24
"""Brackets and signs inside one another; deeper ones are written by machines."""

COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})
FUNCTIONS: Mapping[str, int] = {"min": 2, "max": 2, "abs": 1, "ratio": 3, "if": 3}
_WORDS = frozenset({"and", "or", "not", "between", "in", "true", "false"})


def parse(text: str, type_of: Callable[[str], Type | ExpressionError]) -> tuple[Expr, list[ExpressionError]]:
    """Read an expression; `type_of` answers what a name is. Mistakes of grammar raise, mistakes of type are listed."""
    parser = _Parser(tokens_of(text), type_of)
    expr = parser.disjunction()
    if parser.now.kind != "end":
        raise parser.unexpected("the end of the expression")
    return expr, parser.errors


@dataclass(slots=True)
class _Parser:
    """A reader of tokens by recursive descent; one method for each line of the grammar."""

    tokens: list[Token]
    type_of: Callable[[str], Type | ExpressionError]
    errors: list[ExpressionError] = field(default_factory=list)
    position: int = 0
    nesting: int = 0

    @property
    def now(self) -> Token:
        """The word to be read next."""
        return self.tokens[self.position]

    def take(self, *texts: str) -> Token | None:
        """Read the next word if it is one of these."""
        token = self.now
        if token.kind in {"op", "name"} and token.text in texts:
            self.position += 1
            return token
        return None

    def expect(self, text: str) -> None:
        """Read this word or fail."""
        if self.take(text) is None:
            raise self.unexpected(f"`{text}`")

    def unexpected(self, wanted: str) -> ExpressionError:
        """A mistake of grammar at the next word."""
        found = f"`{self.now.text}` stands" if self.now.text else "the expression ends"
        message = f"Here {found} where {wanted} is wanted."
        return ExpressionError("E-EXPR", message, self.now.column, way_out(self.tokens, self.now))

    def wrong(self, message: str, token: Token, suggestion: str = "", code: str = "E-TYPE") -> Type:
        """Note a mistake of type and go on."""
        self.errors.append(ExpressionError(code, message, token.column, suggestion))
        return Type.ANY

    def disjunction(self) -> Expr:
        """`expr := and ("or" and)*`."""
        return self.joined("or", self.conjunction)

    def conjunction(self) -> Expr:
        """`and := not ("and" not)*`."""
        return self.joined("and", self.negation)

    def joined(self, word: str, item: Callable[[], Expr]) -> Expr:
        """Conditions joined by one word."""
        start = self.now
        items = [item()]
        while self.take(word):
            items.append(item())
        if len(items) == 1:
            return items[0]
        for one in items:
            self.must_be_condition(one, start, word)
        return Logic(word, tuple(items))

    def must_be_condition(self, expr: Expr, token: Token, word: str) -> None:
        """`and`, `or`, `not` and `if` join conditions, not numbers."""
        if expr.type not in {Type.BOOL, Type.ANY}:
            self.wrong(
                f"`{word}` takes conditions, and here is {named(expr.type)}.", token, "Compare it with something."
            )

    def negation(self) -> Expr:
        """`not := "not" not | cmp`."""
        token = self.take("not")
        if token is None:
            return self.comparison()
        self.deeper(token)
        of = self.negation()
        self.nesting -= 1
        self.must_be_condition(of, token, "not")
        return Unary("not", of, Type.BOOL)

    def comparison(self) -> Expr:
        """`cmp := sum [op sum | "between" sum "and" sum | "in" [atoms]]`."""
        left = self.sum()
        token = self.now
        if self.take(*COMPARISONS):
            right = self.sum()
            self.check_comparison(token, left, right)
            if self.now.text in COMPARISONS:
                raise ExpressionError(
                    "E-EXPR", "Comparisons cannot be chained.", self.now.column, "Join two with `and`."
                )
            return Compare(token.text, left, right)
        if self.take("between"):
            low = self.sum()
            self.expect("and")
            high = self.sum()
            self.check_comparison(Token("op", "<=", token.column), left, low)
            self.check_comparison(Token("op", "<=", token.column), left, high)
            return Logic("and", (Compare(">=", left, low), Compare("<=", left, high)))
        return self.membership(left, token) if self.take("in") else left

    def check_comparison(self, token: Token, left: Expr, right: Expr) -> None:
        """Only like can be compared with like, and only numbers and dates have an order."""
        kind = meeting(left.type, right.type)
        if kind is None:
            hint = "Write the ratio as a percentage, like 80%." if Type.RATIO in {left.type, right.type} else ""
            self.wrong(f"{named(left.type)} cannot be compared with {named(right.type)}.", token, hint)
        elif kind in {Type.TEXT, Type.BOOL} and token.text not in {"==", "!="}:
            self.wrong(f"{named(kind)} has no order; only == and != compare it.", token)

    def membership(self, item: Expr, token: Token) -> Expr:
        """The list after `in`."""
        self.expect("[")
        options: list[Const] = []
        while True:
            option = self.atom()
            if not isinstance(option, Const):
                raise ExpressionError("E-EXPR", "A list after `in` holds written values only.", token.column)
            self.check_comparison(Token("op", "==", token.column), item, option)
            options.append(option)
            if not self.take(","):
                break
        self.expect("]")
        return In(item, tuple(options))

    def sum(self) -> Expr:
        """`sum := prod (("+"|"-") prod)*`."""
        left = self.product()
        while token := self.take("+", "-"):
            right = self.product()
            kind = difference(left.type, right.type)
            if kind is None:
                word = "added to" if token.text == "+" else "taken from"
                hint = "Bring both to one kind: a price times a count is money."
                kind = self.wrong(f"{named(right.type)} cannot be {word} {named(left.type)}.", token, hint)
            left = Binary(token.text, left, right, kind)
        return left

    def product(self) -> Expr:
        """`prod := unary (("*"|"/") unary)*`."""
        left = self.unary()
        while token := self.take("*", "/"):
            right = self.unary()
            if token.text == "/":
                left = self.quotient(left, right, token)
                continue
            kind = product(left.type, right.type)
            if kind is None:
                hint = "One of them must be a ratio, a count or a number."
                kind = self.wrong(f"{named(left.type)} cannot be multiplied by {named(right.type)}.", token, hint)
            left = Binary("*", left, right, kind)
        return left

    def quotient(self, left: Expr, right: Expr, token: Token) -> Expr:
        """Division by a written number; anything that may be zero needs an answer for zero."""
        if not isinstance(right, Const) or right.type is not Type.NUMBER or not right.value:
            suggestion = "Write ratio(a, b, otherwise), where `otherwise` is the answer for a divisor of zero."
            self.wrong("`/` takes only a written number that is not zero.", token, suggestion, "E-DIV")
            right = ONE
        if product(left.type, Type.NUMBER) is None:
            self.wrong(f"{named(left.type)} cannot be divided.", token)
        return Binary("/", left, right, left.type)

    def unary(self) -> Expr:
        """`unary := "-" unary | atom`."""
        token = self.take("-")
        if token is None:
            return self.atom()
        self.deeper(token)
        of = self.unary()
        self.nesting -= 1
        if isinstance(of, Const) and isinstance(of.value, Fraction):
            return Const(-of.value, of.type)
        if difference(of.type, of.type) is None:
            self.wrong(f"{named(of.type)} has no sign.", token)
        return Unary("-", of, of.type)

    def atom(self) -> Expr:
        """`atom := NUMBER | DATE | 'text' | name | func(...) | "(" expr ")"`."""
        token = self.now
        self.position += 1
        match token.kind:
            case "number":
                return number_of(token)
            case "text":
                return Const(token.text[1:-1], Type.TEXT)
            case "date":
                return date_of(token)
            case "name" if token.text not in _WORDS:
                return self.call(token) if self.now.text == "(" else self.name(token)
            case "name" if token.text in {"true", "false"}:
                return Const(token.text == "true", Type.BOOL)
            case "op" if token.text == "(":
                self.deeper(token)
                inner = self.disjunction()
                self.nesting -= 1
                self.expect(")")
                return inner
            case _:
                self.position -= 1
                raise self.unexpected("a value")

    def deeper(self, token: Token) -> None:
        """Count a bracket or a sign."""
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise ExpressionError("E-EXPR", f"Nested deeper than {MAX_NESTING}.", token.column)

    def name(self, token: Token) -> Expr:
        """A name, whose type the plan knows."""
        kind = self.type_of(token.text)
        if isinstance(kind, ExpressionError):
            kind.column = token.column
            self.errors.append(kind)
            kind = Type.ANY
        return Name(token.text, kind)

    def call(self, token: Token) -> Expr:
        """A function with its values."""
        wanted = FUNCTIONS.get(token.text)
        if wanted is None:
            known = f"Functions are {', '.join(FUNCTIONS)}."
            hint = did_you_mean(token.text, FUNCTIONS) or known
            raise ExpressionError("E-NAME", f"There is no function `{token.text}`.", token.column, hint)
        self.deeper(token)
        self.expect("(")
        values = [self.disjunction()]
        while self.take(","):
            values.append(self.disjunction())
        self.expect(")")
        self.nesting -= 1
        if len(values) != wanted:
            raise ExpressionError("E-EXPR", f"`{token.text}` takes {wanted} values, not {len(values)}.", token.column)
        return self.function(token, values)

    def function(self, token: Token, values: list[Expr]) -> Expr:
        """The meaning of a function."""
        match token.text:
            case "abs":
                return Unary("abs", values[0], self.agreed(token, values[0], values[0]))
            case "ratio":
                return self.ratio(token, *values)
            case "if":
                self.must_be_condition(values[0], token, "if")
                return If(values[0], values[1], values[2], self.agreed(token, values[1], values[2]))
            case _:
                return Binary(token.text, values[0], values[1], self.agreed(token, *values))

    def agreed(self, token: Token, left: Expr, right: Expr) -> Type:
        """The common type of two values of a function."""
        kind = difference(left.type, right.type)
        if kind is not None:
            return kind
        return self.wrong(f"`{token.text}` cannot join {named(left.type)} and {named(right.type)}.", token)

    def ratio(self, token: Token, top: Expr, bottom: Expr, otherwise: Expr) -> Expr:
        """`ratio(a, b, otherwise)`: like over like is a ratio, money over a count is money."""
        kind = Type.RATIO if meeting(top.type, bottom.type) else product(top.type, bottom.type)
        if kind is None or (kind is not Type.RATIO and top.type is not Type.MONEY):
            kind = self.wrong(f"{named(top.type)} cannot be divided by {named(bottom.type)}.", token)
        elif meeting(kind, otherwise.type) is None:
            self.wrong(f"The last value is {named(otherwise.type)}; {named(kind)} is wanted.", token)
        return Ratio(top, bottom, otherwise, kind)
