"""Guards: which numbers of a plan an example would notice if somebody changed them by one step."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from service.domain.errors import StimulError
from service.domain.money import MINOR_PER_UNIT
from service.plans.build import build_plan
from service.plans.document import Plain, node_of
from service.plans.evaluate import Worked, work_out
from service.plans.examples import Example, Expected, examples_of
from service.plans.finding import Findings, Place
from service.plans.given import Given, given_to_inputs
from service.plans.plan import Plan
from service.plans.read import MapNode
from service.plans.scalar import Percent, ScalarError, canonical_scalar, scalar_of_canonical

SECTIONS = ("rules", "params", "curves")
"""Where the numbers stand that decide pay; targets are data and come with the inputs."""

WORDS = frozenset(
    {
        "kind", "label", "label_bg", "pay_code", "account", "amortise", "why", "mode", "prorate", "standard", "over",
        "curve", "event", "within", "accumulate", "applies_to", "lines", "of", "beyond", "below", "release", "window",
        "scope",
    }
)  # fmt: skip
"""Fields that hold words, so that digits in them are no numbers of the plan."""

_NUMBER = re.compile(r"(?<![\w.'])\d+(?:\.\d+)?(?![\w.]|-\d\d)")

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class GuardReport:
    """How many numbers a plan has, how many an example guards, and which ones none does: where, and the value."""

    numbers: int
    guarded: int
    unguarded: tuple[tuple[str, str], ...]

    @property
    def share(self) -> Fraction:
        """The guarded share; a plan without numbers is fully guarded."""
        return Fraction(self.guarded, self.numbers) if self.numbers else Fraction(1)


_Change = tuple[Path, object, list[Plain]]
"""Where a number stands, how it is written, and the documents' values one step beside it."""


@dataclass(frozen=True, slots=True)
class _Case:
    """An example that passes, ready to be run again on changed plans."""

    given: Given
    expect: tuple[Expected, ...]


def guard_report(plan: Plan) -> GuardReport:
    """Change every number of the rules, parameters and used curves by one step up and down, and run the examples.

    A zero is no number that somebody set; it says that there is nothing.
    """
    document: Plain = json.loads(plan.document)
    examples, _ = examples_of(plan)
    cases = [
        _Case(given_to_inputs(plan, example.given), example.expect) for example in examples if _passes(plan, example)
    ]
    unguarded: list[tuple[str, str]] = []
    count = 0
    for path, value, variants in _changes(document):
        count += 1
        if not any(_noticed(_with(document, path, changed), cases) for changed in variants):
            unguarded.append((".".join(str(step) for step in path), str(value)))
    return GuardReport(count, count - len(unguarded), tuple(unguarded))


def _passes(plan: Plan, example: Example) -> bool:
    try:
        given = given_to_inputs(plan, example.given)
        worked = work_out(plan, given.inputs, given.period)
    except StimulError:
        return False
    return _holds(example.expect, worked)


def _noticed(document: Plain, cases: Sequence[_Case]) -> bool:
    findings = Findings()
    node = node_of(document, Place("the changed plan"))
    assert isinstance(node, MapNode)
    plan = build_plan(node, findings)
    return findings.has_errors or not all(
        _holds(case.expect, work_out(plan, case.given.inputs, case.given.period)) for case in cases
    )


def _holds(expect: Sequence[Expected], worked: Worked) -> bool:
    return all(_value(item.name, worked) == _wanted(item) for item in expect)


def _wanted(item: Expected) -> Fraction | None:
    match item.value:
        case Percent():
            return item.value.ratio
        case int() | Decimal():
            return Fraction(item.value) * MINOR_PER_UNIT
        case _:
            return None


def _value(name: str, worked: Worked) -> Fraction | int | None:
    if name in worked.factors:
        return worked.factors[name]
    if name == "total":
        return sum(worked.amounts.values())
    if name == "payable":
        return sum(worked.amounts[line] for line in worked.amounts if line in worked.payable)
    return worked.amounts.get(name)


def _changes(document: Plain) -> Iterator[_Change]:
    assert isinstance(document, dict)
    for section in SECTIONS:
        yield from _inside((section,), document.get(section))


def _inside(path: Path, value: Plain) -> Iterator[_Change]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in WORDS or len(path) == 1:
                yield from _inside((*path, key), item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _inside((*path, index), item)
    elif value is not None and not isinstance(value, bool):
        yield from ((path, *change) for change in _steps(value))


def _steps(value: int | str) -> Iterator[tuple[object, list[Plain]]]:
    try:
        meaning = scalar_of_canonical(value)
    except ScalarError:
        return
    match meaning:
        case int() | Decimal() if meaning:
            yield value, [canonical_scalar(number) for number in _neighbours(Decimal(meaning))]
        case Percent(number=written) if written:
            yield value, [canonical_scalar(Percent(number)) for number in _neighbours(written)]
        case str():
            for match in _NUMBER.finditer(meaning):
                before, after = meaning[: match.start()], meaning[match.end() :]
                if Decimal(match[0]):
                    yield match[0], [f"{before}{number}{after}" for number in _neighbours(Decimal(match[0]))]
        case _:
            return


def _neighbours(number: Decimal) -> tuple[Decimal, Decimal]:
    """One step up and one down, in the last place that is written."""
    exponent = number.as_tuple().exponent
    step = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    return number + step, number - step


def _with(document: Plain, path: Path, value: Plain) -> Plain:
    if not path:
        return value
    step, *rest = path
    if isinstance(document, dict) and isinstance(step, str):
        return {**document, step: _with(document[step], tuple(rest), value)}
    assert isinstance(document, list)
    assert isinstance(step, int)
    return [*document[:step], _with(document[step], tuple(rest), value), *document[step + 1 :]]
