"""Examples inside a plan: inputs and what they must give, exactly; they gate publication."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from service.domain.errors import StimulError
from service.domain.money import MINOR_PER_UNIT, format_minor
from service.plans.evaluate import Evaluation
from service.plans.explain import explained
from service.plans.expression import Type
from service.plans.finding import Finding, Place, did_you_mean
from service.plans.given import given_to_inputs, plain_values
from service.plans.plan import Plan
from service.plans.read import MapNode, Node, Scalar
from service.plans.render import shown
from service.plans.scalar import Percent, ScalarValue

SUMS = ("total", "payable")
"""Expected sums beside lines and factors."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One expected value: a line, a factor, or a sum."""

    name: str
    value: ScalarValue
    place: Place


@dataclass(frozen=True, slots=True)
class Example:
    """One example as it is written."""

    name: str
    place: Place
    given: Mapping[str, object]
    expect: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """What became of one example; `differences` are sentences, none if it passed."""

    name: str
    place: Place
    passed: bool
    differences: tuple[str, ...]
    evaluation: Evaluation | None


def examples_of(plan: Plan) -> tuple[list[Example], list[Finding]]:
    """The examples of a plan, and what is wrong with how they are written."""
    found: list[Example] = []
    wrong: list[Finding] = []
    for node in plan.examples.items:
        example = _example(node)
        if isinstance(example, Finding):
            wrong.append(example)
        else:
            found.append(example)
            wrong += _unknown_expectations(plan, example)
    return found, wrong


def _example(node: Node) -> Example | Finding:
    if not isinstance(node, MapNode):
        return Finding("E-SHAPE", "An example is a map with `name`, `given` and `expect`.", node.place)
    unknown = [key for key in node.entries if key not in {"name", "given", "expect", "note"}]
    if unknown:
        hint = did_you_mean(unknown[0], ("name", "given", "expect"))
        return Finding("E-SHAPE", f"An example has no field `{unknown[0][:40]}`.", node.place_of(unknown[0]), hint)
    name, given, expect = (node.entries.get(key) for key in ("name", "given", "expect"))
    if not isinstance(name, Scalar) or not isinstance(given, MapNode) or not isinstance(expect, MapNode):
        return Finding("E-SHAPE", "An example has `name`, `given` and `expect`.", node.place)
    plain = plain_values(given)
    assert isinstance(plain, dict)
    values = [Expected(key, item.value, item.place) for key, item in expect.entries.items() if isinstance(item, Scalar)]
    return Example(name.text, node.place, plain, tuple(values))


def _unknown_expectations(plan: Plan, example: Example) -> Iterator[Finding]:
    known = [*(rule.id for rule in plan.rules), *SUMS]
    for item in example.expect:
        if item.name not in known:
            hint = did_you_mean(item.name, known)
            yield Finding(
                "E-NAME", f'Example "{example.name}" expects `{item.name}`, which is no rule.', item.place, hint
            )


def run_examples(plan: Plan) -> list[ExampleResult]:
    """Run all examples of a plan with exact equality."""
    examples, _ = examples_of(plan)
    return [run_example(plan, example) for example in examples]


def run_example(plan: Plan, example: Example) -> ExampleResult:
    """Run one example."""
    try:
        given = given_to_inputs(plan, example.given)
        evaluation = explained(plan, given.inputs, given.period)
    except StimulError as error:
        return ExampleResult(example.name, example.place, False, (error.detail,), None)  # noqa: FBT003  not passed
    differences = tuple(text for item in example.expect if (text := _difference(item, evaluation)))
    return ExampleResult(example.name, example.place, not differences, differences, evaluation)


def _difference(item: Expected, evaluation: Evaluation) -> str:
    if item.name in evaluation.factors:
        return _factor_difference(item, evaluation.factors[item.name])
    amount = _amount(item.name, evaluation)
    if amount is None:
        return f"{item.name} is no rule of the plan"
    if isinstance(item.value, bool) or not isinstance(item.value, int | Decimal):
        return f"{item.name} is {format_minor(amount)}, and what is expected is not an amount"
    wanted = Fraction(item.value) * MINOR_PER_UNIT
    if wanted == amount:
        return ""
    return f"{item.name} is {format_minor(amount)}, expected {shown(wanted / MINOR_PER_UNIT, Type.MONEY)}"


def _amount(name: str, evaluation: Evaluation) -> int | None:
    if name in SUMS:
        return evaluation.total_minor if name == "total" else evaluation.payable_minor
    return next((line.amount_minor for line in evaluation.lines if line.rule == name), None)


def _factor_difference(item: Expected, factor: Fraction) -> str:
    if not isinstance(item.value, Percent):
        return f"{item.name} is {shown(factor, Type.RATIO)}, and what is expected is not a percentage"
    if item.value.ratio == factor:
        return ""
    return f"{item.name} is {shown(factor, Type.RATIO)}, expected {item.value.number}%"
