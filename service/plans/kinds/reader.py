"""What reading a rule of any kind needs, and what it becomes: one expression with its explanation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from service.domain.standard import Standard
from service.plans.curves import Curve
from service.plans.expression import ZERO, Compare, Const, Expr, Logic, Name, Type, add, names_in, times
from service.plans.finding import did_you_mean
from service.plans.form import Form
from service.plans.names import Speech

SEGMENT_SHARE = Name("calendar.segment_share", Type.RATIO)
"""The share of the month's working days that a segment has; only where a plan changed inside a month."""

DONE = ("metric.", "team.", "points.")
"""Families of what was done; the thresholds of anything else are the same for a part of a month."""

WHOLE = Fraction(1)
"""All weights of a scorecard together."""


class Subject(str):
    """What a step is about, by the id of a standard or the full name of a metric: people are told its title."""

    __slots__ = ()


class Aside(str):
    """Words of a step for the authors of plans alone, such as the name of a curve."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Detail:
    """One step of an explanation: its words, with expressions where values stand, and what it adds to the line."""

    text: tuple[str | Expr, ...]
    amount: Expr


@dataclass(frozen=True, slots=True)
class Release:
    """When what is held back is paid: the condition, the days it may take, and what happens otherwise."""

    when: str
    within_days: int
    otherwise: str


@dataclass(frozen=True, slots=True)
class Lowered:
    """A rule as one expression: an amount before rounding, or a factor.

    `base` are the names of what the amount is paid on, which is how it is attributed to deals; `balance` is what a
    draw or a clawback works on, and `recovers` says of a draw whether what it gives is an advance.
    """

    value: Expr
    details: tuple[Detail, ...] = ()
    lines: tuple[str, ...] = ()
    applies_to: tuple[str, ...] = ()
    conditions: tuple[Expr, ...] = ()
    by: Expr | None = None
    curve: str = ""
    weights: tuple[tuple[str, Fraction], ...] = ()
    release: Release | None = None
    event: str = ""
    within_days: int = 0
    base: frozenset[str] = frozenset()
    balance: Expr | None = None
    recovers: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """What a rule may refer to by name: standards, curves and the other rules."""

    standards: Mapping[str, Standard] = field(default_factory=dict)
    curves: Mapping[str, Curve] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    segmented: bool = False


@dataclass(slots=True)
class RuleReader:
    """The form of one rule together with the names it may use; what is wrong reads as zero and is noted."""

    form: Form
    speech: Speech
    scope: Scope

    def money(self, name: str, *, required: bool = False) -> Expr:
        """An expression worth money."""
        return self.speech.expression(self.form, name, Type.MONEY, required=required) or ZERO

    def ratio(self, name: str, *, required: bool = False) -> Expr:
        """An expression worth a ratio."""
        return self.speech.expression(self.form, name, Type.RATIO, required=required) or Const(Fraction(0), Type.RATIO)

    def number(self, name: str, *, required: bool = False) -> Expr:
        """An expression worth any number."""
        return self.speech.expression(self.form, name, None, required=required) or ZERO

    def same_as(self, name: str, other: Expr) -> Expr:
        """An expression worth the same kind of number as another; nothing written is zero."""
        kind = None if other.type is Type.NUMBER else other.type
        return self.speech.expression(self.form, name, kind) or Const(Fraction(0), other.type)

    def threshold(self, expr: Expr) -> Expr:
        """A cap or a threshold; on a segment of a month, its share of it. Ratios and targets are shares already."""
        shares = expr.type is Type.RATIO or any(name.startswith("target.") for name in names_in(expr))
        return times(expr, SEGMENT_SHARE, expr.type) if self.scope.segmented and not shares else expr

    def part(self, amount: Expr) -> Expr:
        """An amount that is paid for a whole month, however much was done; on a segment of a month, its share of it."""
        return times(amount, SEGMENT_SHARE, Type.MONEY) if self.scope.segmented else amount

    def on_segment(self, condition: Expr) -> Expr:
        """A condition whose written thresholds of what was done are, on a segment of a month, its share of them."""
        match condition:
            case Compare(left=left, right=Const() as right) if right.type is Type.NUMBER and _is_done(left):
                return replace(condition, right=self.threshold(right))
            case Logic(items=items):
                return replace(condition, items=tuple(self.on_segment(item) for item in items))
            case _:
                return condition

    def names(self, field_name: str) -> tuple[str, ...]:
        """Other rules by name."""
        found: list[str] = []
        for word in self.form.words(field_name, required=True):
            if word.text not in self.scope.rules:
                hint = did_you_mean(word.text, self.scope.rules)
                self.form.findings.add("E-NAME", word.place, f"There is no rule `{word.text[:60]}`.", hint)
            elif word.text in found:
                self.form.findings.add("E-DUP", word.place, f"`{word.text}` is listed twice.")
            else:
                found.append(word.text)
        return tuple(found)

    def curve(self, name: str, *, required: bool = False) -> Curve | None:
        """A curve by name."""
        found = self.form.text(name, required=required)
        if found and found not in self.scope.curves:
            hint = did_you_mean(found, self.scope.curves)
            self.form.wrong(name, f"There is no curve `{found[:60]}`.", hint, "E-NAME")
        return self.scope.curves.get(found)

    def standard(self, name: str, *, required: bool = False) -> Standard | None:
        """A standard by name."""
        found = self.form.text(name, required=required)
        if found and found not in self.scope.standards:
            hint = did_you_mean(found, self.scope.standards)
            self.form.wrong(name, f"There is no standard `{found[:60]}`.", hint, "E-NAME")
        return self.scope.standards.get(found)

    def target_of(self, standard: Standard) -> Expr:
        """The target of a standard as a name."""
        if standard.team_target:
            kind = self.speech.names.types.get(f"team.{standard.team_target}", Type.ANY)
            return Name(f"team.{standard.team_target}", kind)
        return Name(f"target.{standard.id}", self.speech.names.types.get(f"target.{standard.id}", Type.ANY))


def _is_done(measure: Expr) -> bool:
    """Whether it grows with the days: what somebody or a team did, not how long somebody has been here."""
    names = names_in(measure)
    return bool(names) and all(name.startswith(DONE) for name in names)


def sum_of(lines: tuple[str, ...]) -> Expr:
    """The sum of other lines of the plan, each as rounded."""
    return add([Name(f"line.{line}", Type.MONEY) for line in lines])


def days_in(reader: RuleReader | Form, name: str, text: str) -> int:
    """The days of a duration written like `90d`."""
    form = reader.form if isinstance(reader, RuleReader) else reader
    digits = text.removesuffix("d")
    if text.endswith("d") and digits.isdigit() and len(digits) <= 4:  # noqa: PLR2004  under thirty years
        return int(digits)
    if text:
        form.wrong(name, f"`{name}` of {form.what} is a number of days, written like 90d.")
    return 0
