"""Standards and parameters as they are written in a plan: targets by grade, and values in force from a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from service.domain.measured import is_level
from service.domain.metric import Better
from service.domain.ramp import HIRED_BY_15
from service.domain.standard import EVERYBODY, Ramp, Standard, Step, Unit
from service.plans.expression import Type, Value
from service.plans.finding import Findings, Place, did_you_mean
from service.plans.form import Form
from service.plans.read import ListNode, MapNode, Node, Scalar
from service.plans.scalar import Percent, ScalarError, read_scalar
from service.plans.vocabulary import Vocabulary

ASSIGNED = "assigned"
"""A target that is given per person and month."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number finance turns: its values, each in force from a day (None: always)."""

    id: str
    type: Type
    steps: tuple[tuple[date | None, Value], ...]


def value_in_force(parameter: Parameter, day: date) -> Value | None:
    """The value of a parameter on a day; None before its first."""
    current: Value | None = None
    for valid_from, value in parameter.steps:
        if valid_from is None or valid_from <= day:
            current = value
    return current


def parameters_of(entries: Sequence[tuple[str, Node]], findings: Findings) -> dict[str, Parameter]:
    """Read `params:`."""
    found: dict[str, Parameter] = {}
    for name, node in entries:
        steps = _dated(node, findings, f'parameter "{name}"')
        values = [(valid_from, typed) for valid_from, scalar in steps if (typed := _typed(scalar, findings))]
        if values:
            kinds = {typed[1] for _, typed in values}
            if len(kinds) > 1:
                findings.add("E-TYPE", node.place, f'The values of parameter "{name}" are of different types.')
            found[name] = Parameter(name, values[0][1][1], tuple((day, typed[0]) for day, typed in values))
    return found


def _typed(scalar: Scalar, findings: Findings) -> tuple[Value, Type] | None:
    match scalar.value:
        case bool():
            return scalar.value, Type.BOOL
        case int() | Decimal():
            return Fraction(scalar.value), Type.NUMBER
        case Percent():
            return scalar.value.ratio, Type.RATIO
        case date():
            return scalar.value, Type.DATE
        case str():
            return scalar.value, Type.TEXT
        case None:
            findings.add("E-SHAPE", scalar.place, "A parameter needs a value.")
            return None


def _dated(node: Node, findings: Findings, what: str) -> list[tuple[date | None, Scalar]]:
    if isinstance(node, Scalar):
        return [(None, node)]
    steps: list[tuple[date | None, Scalar]] = []
    if isinstance(node, MapNode):
        for key, value in node.entries.items():
            day = _day(key, node.place_of(key), findings, what)
            if day and isinstance(value, Scalar):
                steps.append((day, value))
    if not steps:
        findings.add("E-SHAPE", node.place, f"The {what} is a value, or values with dates: {{2026-01-01: 5}}.")
    return sorted(steps, key=lambda step: step[0] or date.min)


def _day(key: str, place: Place, findings: Findings, what: str) -> date | None:
    try:
        day = read_scalar(key)
    except ScalarError as error:
        findings.add("E-DATE", place, str(error))
        return None
    if not isinstance(day, date):
        findings.add("E-DATE", place, f"`{key[:40]}` in the {what} is not a date.", "Write it like 2026-11-01.")
        return None
    if day.day != 1:
        message = f"The {what} changes on {day}, inside a month."
        findings.add("E-DATE-MIDPERIOD", place, message, f"Write {day.replace(day=1)}, or the first of the next month.")
        return None
    return day


def standards_of(
    entries: Sequence[tuple[str, Node]], vocabulary: Vocabulary, findings: Findings
) -> dict[str, Standard]:
    """Read `standards:`."""
    found: dict[str, Standard] = {}
    for name, node in entries:
        if isinstance(node, MapNode):
            found[name] = read_standard(name, Form(node, findings, f'standard "{name}"'), vocabulary)
        else:
            findings.add("E-SHAPE", node.place, f'Standard "{name}" is a map with `metric`, `per` and `target`.')
    return found


def read_standard(name: str, form: Form, vocabulary: Vocabulary) -> Standard:
    """Read one standard."""
    metric = form.text("metric", required=True)
    better, title, title_bg = _measured(form, metric, vocabulary)
    target, assigned, team_target = _target(form, vocabulary)
    cap = form.ratio("cap")
    if better is Better.LOWER and cap is None:
        message = f"{form.what[:1].upper()}{form.what[1:]} needs a `cap`: it is the attainment of a fact of 0."
        form.findings.add("E-SHAPE", form.node.place, message, "Add cap: 150%.")
    standard = Standard(
        id=name,
        metric=metric,
        per=Unit(form.choice("per", list(Unit), "month", required=True)),
        title=form.text("title") or title,
        title_bg=form.text("title_bg") or title_bg,
        target=target,
        assigned=assigned,
        team_target=team_target,
        prorated=form.choice("calendar", ("workdays", "none"), "workdays") == "workdays",
        cap=cap,
        zero_target=form.ratio("zero_target") or Fraction(0),
        better=better,
        ramp=_ramp(form.inner("ramp")),
    )
    _check_ramp(standard, vocabulary, form)
    form.flag("override")
    form.text("note")
    form.done()
    return standard


def _measured(form: Form, metric: str, vocabulary: Vocabulary) -> tuple[Better, str, str]:
    family, dot, rest = metric.partition(".")
    known: Mapping[str, object] = vocabulary.team_metrics if dot else vocabulary.metrics.metrics
    if dot and family == "team" and rest in vocabulary.team_metrics:
        team = vocabulary.team_metrics[rest]
        return team.better, team.title, team.title_bg
    own = vocabulary.metrics.metrics.get(metric)
    if own is not None:
        return own.better, own.title, own.title_bg
    if metric:
        form.wrong("metric", f"There is no metric `{metric[:60]}`.", did_you_mean(rest or metric, known), "E-NAME")
    return Better.HIGHER, "", ""


def _target(form: Form, vocabulary: Vocabulary) -> tuple[dict[str, tuple[Step, ...]], bool, str]:
    node = form.value("target", "target", required=True)
    if isinstance(node, ListNode):
        form.wrong("target", f"`target` of {form.what} is a number, a table by grade, `assigned` or a team metric.")
    if isinstance(node, Scalar) and isinstance(node.value, str):
        return {}, node.text == ASSIGNED, _team_target(form, node, vocabulary)
    if isinstance(node, MapNode) and not _is_dated(node):
        table = {grade: _steps(value, form, f"target of {form.what}") for grade, value in node.entries.items()}
        return table, False, ""
    return ({} if node is None else {EVERYBODY: _steps(node, form, f"target of {form.what}")}), False, ""


def _team_target(form: Form, node: Scalar, vocabulary: Vocabulary) -> str:
    if node.text == ASSIGNED:
        return ""
    name = node.text.removeprefix("team.")
    if not node.text.startswith("team.") or name not in vocabulary.team_metrics:
        known = [ASSIGNED, *(f"team.{one}" for one in vocabulary.team_metrics)]
        message = f"`{node.text[:60]}` is not a target: a number, a table by grade, `assigned` or a team metric."
        form.wrong("target", message, did_you_mean(node.text, known), "E-NAME")
    return name


def _is_dated(node: MapNode) -> bool:
    return any(key[:1].isdigit() for key in node.entries)


def _steps(node: Node, form: Form, what: str) -> tuple[Step, ...]:
    steps: list[Step] = []
    for day, scalar in _dated(node, form.findings, what):
        match scalar.value:
            case bool() | str() | None | date():
                form.findings.add("E-TYPE", scalar.place, f"The {what} is a number; `{scalar.text[:40]}` is not.")
            case Percent():
                steps.append(Step(day, scalar.value.ratio))
            case int() | Decimal():
                steps.append(Step(day, Fraction(scalar.value)))
    return tuple(steps)


def _ramp(form: Form | None) -> Ramp | None:
    if form is None:
        return None
    ramp = Ramp(
        max_step=form.ratio("max_step"),
        hold_below=form.ratio("hold_below"),
        schedule=tuple(_shares(form)),
        first_month=form.choice("first_month", (HIRED_BY_15,), ""),
    )
    if (ramp.max_step is None) == (not ramp.schedule):
        message = "A ramp has the largest weekly step, `max_step`, or a `schedule` by months since the hire."
        form.findings.add("E-SHAPE", form.node.place, message, "Write {max_step: 10%} or {schedule: [50%, 100%]}.")
    if ramp.max_step is not None and ramp.max_step <= 0:
        form.wrong("max_step", "A ramp that does not rise never reaches its target.", "Write max_step: 10%.")
    for field, needs in (("hold_below", "max_step"), ("first_month", "schedule")):
        if form.has(field) and not form.has(needs):
            form.wrong(field, f"`{field}` goes with `{needs}`.", f"Add {needs}, or leave {field} out.")
    form.done()
    return ramp


def _shares(form: Form) -> Iterator[Fraction]:
    for node in form.items("schedule"):
        if isinstance(node, Scalar) and isinstance(node.value, Percent):
            yield node.value.ratio
        else:
            form.findings.add("E-TYPE", node.place, "A schedule is a list of shares of the target, like 25%.")


def _check_ramp(standard: Standard, vocabulary: Vocabulary, form: Form) -> None:
    """A ramp leads to a target of the table, and in steps only where more can be done in more days."""
    ramp, metric = standard.ramp, vocabulary.metrics.metrics.get(standard.metric)
    if ramp is None:
        return
    hint = "Leave `ramp` out."
    if standard.assigned or standard.team_target:
        form.wrong("ramp", f"The target of {form.what} is not in a table, so there is nothing to ramp to.", hint)
    if standard.better is Better.LOWER:
        form.wrong("ramp", f"Less is better in {form.what}, and a ramp only rises.", hint)
    if ramp.max_step is not None and (metric is None or is_level(metric)):
        form.wrong("ramp", f"The metric of {form.what} is a level or a team's; a ramp in steps counts own work.", hint)
