"""The fast way: one generated function per plan and set of parameters, equal to the reference to the cent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, Generic, TypeVar

from service.domain.money import MINOR_PER_UNIT
from service.domain.period import Period
from service.plans.emit import Source
from service.plans.evaluate import SEGMENT, ZERO_IF_MISSING, Inputs, MissingInputError, in_force, work_out
from service.plans.expression import Type, Value
from service.plans.plan import Plan, Rule
from service.plans.standards import value_in_force
from service.plans.term import Term, written

PLANS_KEPT = 256
"""Generated functions kept: ten roles, a few versions, a few sets of dated parameters."""

NEVER_NEGATIVE = frozenset({"calendar.workdays", "calendar.worked_days", "employee.tenure_months"})
"""Inputs that count days and months; no sign need be checked."""

Stored = Mapping[str, int | tuple[int, int] | str]
"""Inputs as they are stored: money in minor units, counts whole, everything else as numerator and denominator."""


@dataclass(frozen=True, slots=True)
class Fast:
    """A plan as a function; `amounts` gives minor units in the order of `lines`."""

    lines: tuple[str, ...]
    shapes: Mapping[str, str]
    amounts: Callable[[Stored], tuple[int, ...]]
    source: str

    def stored(self, inputs: Inputs) -> Stored | None:
        """Exact inputs as they are stored; None if one is finer than the unit it is stored in."""
        found: dict[str, int | tuple[int, int] | str] = {}
        for name, shape in self.shapes.items():
            value = inputs.get(name, 0)
            if shape == "text":
                found[name] = str(value)
                continue
            if isinstance(value, bool) or not isinstance(value, int | Decimal | Fraction):
                return None
            top, bottom = value.as_integer_ratio()
            if shape == "pair":
                found[name] = top, bottom
                continue
            whole, rest = divmod(top * MINOR_PER_UNIT if shape == "minor" else top, bottom)
            if rest:
                return None
            found[name] = whole
        return found


def amounts(plan: Plan, inputs: Inputs, period: Period) -> dict[str, int]:
    """The amount of every line in minor units, without explanations."""
    plan = in_force(plan, inputs)
    if not fast_inputs(plan, inputs):
        return dict(work_out(plan, inputs, period).amounts)
    fast = compiled(plan, period)
    stored = fast.stored(inputs)
    if stored is None:
        return dict(work_out(plan, inputs, period).amounts)
    return dict(zip(fast.lines, fast.amounts(stored), strict=True))


def fast_inputs(plan: Plan, inputs: Inputs) -> bool:
    """Whether everything needed is given, and nothing is given that the plan works out itself.

    A plan with rules that run once for each deal is left to the reference: it loops over the deals of the month.
    """
    if plan.runs_per_deal:
        return False
    for name in plan.inputs:
        if name not in inputs and not name.startswith(ZERO_IF_MISSING):
            return False
    return not _unusual(plan, inputs)


def _unusual(plan: Plan, inputs: Inputs) -> bool:
    """Whether parameters or derived names were given themselves."""
    return any(f"param.{name}" in inputs for name in plan.params) or not plan.derived.keys().isdisjoint(inputs)


def compiled(plan: Plan, period: Period) -> Fast:
    """The function of a plan with the parameters in force in a period."""
    return _FAST.of(plan, period)


Made = TypeVar("Made")


class PlanKey:
    """A plan with its parameters, the same for the same content."""

    def __init__(self, plan: Plan, values: Sequence[tuple[str, Value]]) -> None:
        self.plan, self.values = plan, dict(values)
        self.key = (_identity(plan), tuple(values))

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PlanKey) and self.key == other.key


class Kept(Generic[Made]):
    """What is generated of plans, once for each set of parameters, and found again by the month."""

    def __init__(self, make: Callable[[Plan, Mapping[str, Value]], Made]) -> None:
        self._made = lru_cache(maxsize=PLANS_KEPT)(lambda key: make(key.plan, key.values))
        self._of_month: dict[tuple[str, Period], Made] = {}

    def of(self, plan: Plan, period: Period) -> Made:
        """What was generated of a plan with the parameters in force in a period."""
        found = self._of_month.get((_identity(plan), period))
        if found is None:
            found = self._made(PlanKey(plan, _values(plan, period)))
            if len(self._of_month) >= PLANS_KEPT:
                self._of_month.clear()
            self._of_month[_identity(plan), period] = found
        return found


def _identity(plan: Plan) -> str:
    """The content, and whether it is the plan of a segment."""
    return f"{plan.content_hash}/segment" if SEGMENT in plan.inputs else plan.content_hash


def _values(plan: Plan, period: Period) -> list[tuple[str, Value]]:
    found = []
    for name, parameter in plan.params.items():
        value = value_in_force(parameter, period.first_day)
        if value is None:
            raise MissingInputError(plan.id, [f"param.{name} (it has no value yet in {period})"])
        found.append((name, value))
    return found


def generate(plan: Plan, params: Mapping[str, Value]) -> Fast:
    """Generate the function of a plan."""
    source = Source()
    emitted = emit_plan(source, plan, params)
    source.write(f"return {in_tuple(emitted.amounts.values())}")
    return Fast(tuple(emitted.amounts), emitted.shapes, function_of(source), "\n".join(source.lines))


@dataclass(frozen=True, slots=True)
class Emitted:
    """A plan in generated source: under which names its amounts, unrounded amounts and factors stand."""

    shapes: Mapping[str, str]
    amounts: Mapping[str, str]
    raws: Mapping[str, Term]
    factors: Mapping[str, Term]


def emit_plan(source: Source, plan: Plan, params: Mapping[str, Value]) -> Emitted:
    """Write everything a plan works out; what is written afterwards may use all of it."""
    shapes = {name: _shape(plan, name) for name in sorted(plan.inputs)}
    for name, shape in shapes.items():
        _load(source, name, shape)
    for name, value in params.items():
        _bind(source, f"param.{name}", value)
    for name, expr in plan.derived.items():
        source.terms[name] = source.term(expr)
    factors: dict[str, Term] = {}
    raws: dict[str, Term] = {}
    lines: dict[str, str] = {}
    for rule in plan.rules:
        if rule.meaning.is_factor:
            factors[rule.id] = _worth(source, rule, written(Fraction(1)))
        else:
            raws[rule.id] = _worth(source, rule, written(Fraction(0)))
            lines[rule.id] = _line(source, rule, raws[rule.id], factors)
            source.terms[f"line.{rule.id}"] = Term(lines[rule.id], MINOR_PER_UNIT)
    return Emitted(shapes, lines, raws, factors)


def in_tuple(values: Iterable[str]) -> str:
    """A tuple as source."""
    return f"({''.join(f'{value},' for value in values)})"


def function_of(source: Source) -> Callable[[Stored], Any]:
    """The function that was written."""
    bound = "".join(f", c{index}=c{index}" for index in range(len(source.constants)))
    text = f"def plan(i{bound}):\n" + "\n".join(source.lines)
    space: dict[str, object] = {f"c{index}": value for index, value in enumerate(source.constants)}
    exec(compile(text, "<plan>", "exec"), space)  # noqa: S102  the text is made of our own names and whole numbers
    function = space["plan"]
    assert callable(function)
    return function


def _shape(plan: Plan, name: str) -> str:
    """How an input is stored: minor units, whole, as a pair, or a text."""
    words = name.split(".")
    bare = ".".join(words[-2:])
    if bare == SEGMENT:
        return "pair"
    kind = plan.declared.get(bare, Type.MONEY)
    if kind is Type.TEXT:
        return "text"
    metric = plan.metrics.get(words[-1]) if words[-2] == "metric" else None
    if metric is not None and metric.value_type.name != "decimal":
        return "minor" if metric.value_type.name == "money" else "whole"
    if bare.startswith(("employee.", "balance.")) and kind is Type.MONEY:
        return "minor"
    return "whole" if bare.startswith(("calendar.", "employee.tenure")) else "pair"


def _load(source: Source, name: str, shape: str) -> None:
    variable = source.fresh("v")
    source.constants.append(name)
    key = f"c{len(source.constants) - 1}"
    if shape == "pair":
        below = source.fresh("d")
        source.write(f"{variable}, {below} = i[{key}]")
        source.terms[name] = Term(variable, 1, below)
        return
    if name.startswith(ZERO_IF_MISSING):
        source.write(f"{variable} = i.get({key}, 0)")
    else:
        source.write(f"{variable} = i[{key}]")
    if shape == "text":
        source.texts[name] = variable
    else:
        source.terms[name] = Term(variable, MINOR_PER_UNIT if shape == "minor" else 1, "", name in NEVER_NEGATIVE)


def _bind(source: Source, name: str, value: Value) -> None:
    if isinstance(value, Fraction):
        source.terms[name] = written(value)
    else:
        source.constants.append(value)
        source.texts[name] = f"c{len(source.constants) - 1}"


def _worth(source: Source, rule: Rule, otherwise: Term) -> Term:
    if rule.when is None:
        return source.term(rule.lowered.value)
    num, den = source.fresh(), source.fresh("d")

    signs: list[bool] = []

    def applies() -> None:
        term = source.term(rule.lowered.value)
        signs.append(term.positive)
        source.write(f"{num} = {term.num}; {den} = {term.under}")

    source.block(f"if {source.condition(rule.when)}:", applies)
    source.block("else:", lambda: source.write(f"{num} = {otherwise.num}; {den} = 1"))
    return Term(num, 1, den, all(signs))


def _line(source: Source, rule: Rule, raw: Term, factors: Mapping[str, Term]) -> str:
    for name in rule.factors:
        raw = source.product(raw, factors[name])
    amount = source.fresh("a")
    scale = Fraction(MINOR_PER_UNIT, raw.den)
    num = raw.num if scale.numerator == 1 else f"{raw.num}*{scale.numerator}"
    if scale.denominator == 1 and not raw.var:
        source.write(f"{amount} = {num}")
    else:
        _round(source, amount, num, replace(raw, den=scale.denominator))
    if rule.accumulate:
        paid = source.terms[f"balance.paid_{rule.id}"]
        source.write(f"{amount} -= {paid.num}")
    return amount


def _round(source: Source, amount: str, num: str, raw: Term) -> None:
    """Half up, away from zero; `raw` has the denominator."""
    half, twice = raw.under, replace(raw, den=2 * raw.den).under
    if raw.positive:
        source.write(f"{amount} = (2*{num} + {half})//({twice})")
        return
    source.write(f"x = {num}")
    source.write(f"{amount} = (2*x + {half})//({twice}) if x >= 0 else -(({half} - 2*x)//({twice}))")


_FAST = Kept(generate)
