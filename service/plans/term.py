"""Terms: numbers in generated source, as numerator and denominator."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Term:
    """A number in the source: `num / (den * var)`, where `var` is a positive run-time value or nothing.

    `positive` says that it is known to be zero or more, so that nothing need be checked at run time.
    """

    num: str
    den: int = 1
    var: str = ""
    positive: bool = False

    @property
    def is_written(self) -> bool:
        """Whether the numerator is a literal."""
        return self.num.lstrip("-").isdigit()

    @property
    def under(self) -> str:
        """The denominator as source."""
        if not self.var:
            return str(self.den)
        return self.var if self.den == 1 else f"{self.den}*{self.var}"


NOTHING = Term("0", positive=True)


def written(value: Fraction) -> Term:
    """A number that is known while generating."""
    return Term(str(value.numerator), value.denominator, "", value >= 0)


def scaled(num: str, scale: int) -> str:
    """A numerator times a whole number."""
    if num.lstrip("-").isdigit():
        return str(int(num) * scale)
    return num if scale == 1 else f"{enclosed(num)}*{scale}"


def multiplied(num: str, const: int, var: str) -> str:
    """A numerator times a whole number and a run-time value."""
    code = scaled(num, const)
    if not var or code == "0":
        return code
    return var if code == "1" else f"{enclosed(code)}*{var}"


def enclosed(code: str) -> str:
    """Source that may stand beside a sign."""
    return f"({code})" if " " in code or code.startswith("-") else code
