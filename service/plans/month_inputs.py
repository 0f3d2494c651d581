"""What a plan is evaluated on: one segment of a person's month as flat, exact inputs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from service.domain.days import Span
from service.domain.deal import WonDeal
from service.domain.event import JsonValue
from service.domain.measured import Sums, value_of
from service.domain.money import MINOR_PER_UNIT, Exact
from service.domain.pay_basis import PayBasis
from service.domain.scorecard import ScorePart, board_score, score_tenths
from service.domain.standard import Standard, Unit, attainment, true_attainment
from service.plans.deals import KIND_OF_CUSTOMER, deal_inputs
from service.plans.evaluate import SEGMENT, missing_inputs
from service.plans.expression import Type
from service.plans.plan import Plan
from service.plans.teams import TeamMetric

Value = Exact | str | bool
"""An input of a plan."""

FACTS = "metric."
TARGETS = "target."
TEAM = "team."
"""The families of names that a segment's figures are given under."""

POINTS = "points.total"
"""The points of the segment: given only where the plan reads them."""


@dataclass(frozen=True, slots=True)
class StandardResult:
    """One standard of a person's month: what was done against what was wanted, in natural units."""

    standard: Standard
    weight: Fraction
    value_type: str
    actual: Fraction
    target: Fraction | None
    ramp: tuple[dict[str, JsonValue], ...] = ()

    @property
    def attainment(self) -> Fraction:
        """Cut at the cap; 0 without a target."""
        return Fraction(0) if self.target is None else attainment(self.actual, self.target, self.standard)

    def as_json(self) -> dict[str, JsonValue]:
        """Exact numbers as text: "1260", "2521/2"."""
        shown = None if self.target is None else str(true_attainment(self.actual, self.target, self.standard))
        ramp: dict[str, JsonValue] = {"ramp": list[JsonValue](self.ramp)} if self.ramp else {}
        return ramp | {
            "id": self.standard.id,
            "title": self.standard.title,
            "title_bg": self.standard.title_bg,
            "metric": self.standard.metric,
            "value_type": self.value_type,
            "target": None if self.target is None else str(self.target),
            "actual": str(self.actual),
            "attainment": shown,
            "weight": str(self.weight),
            "cap": None if self.standard.cap is None else str(self.standard.cap),
            "better": self.standard.better.value,
            "prorated": self.standard.prorated,
        }


@dataclass(frozen=True, slots=True)
class SegmentFigures:
    """One segment of a person's month under its plan: its facts, what the team below did, and every standard.

    `share` is the segment's part of the month where the plan changed inside it, else 1.
    """

    basis: PayBasis
    plan: Plan | None
    share: Fraction
    sums: Sums = field(default_factory=dict)
    team: Mapping[str, Fraction] = field(default_factory=dict)
    results: tuple[StandardResult, ...] = ()
    windowed: Mapping[str, Value] = field(default_factory=dict)
    points: int | None = None
    deals: tuple[WonDeal, ...] = ()

    @property
    def span(self) -> Span:
        """Its first and last day."""
        return self.basis.segment.first_day, self.basis.segment.last_day

    def target(self, standard_id: str) -> Fraction | None:
        """The target of a standard; None where there is none."""
        return next((item.target for item in self.results if item.standard.id == standard_id), None)


def team_value_type(metric: TeamMetric) -> str:
    """The unit in which a team metric is shown."""
    return {Type.RATIO: "ratio", Type.MONEY: "money"}.get(metric.type, "num")


def shares(plan: Plan, team: Mapping[str, Fraction]) -> list[StandardResult]:
    """The team metrics that stand in the scorecard of the plan as they are: a share against all of it."""
    found = []
    for name, weight in plan.score_weights().items():
        metric = plan.team_metrics.get(name.removeprefix(TEAM)) if name.startswith(TEAM) else None
        if metric is not None:
            standard = Standard(name, name, Unit.MONTH, metric.title, metric.title_bg, cap=Fraction(1))
            found.append(StandardResult(standard, weight, "ratio", team[metric.id], Fraction(1)))
    return found


def own_values(plan: Plan, sums: Sums, names: Mapping[str, str]) -> dict[str, Value]:
    """The values of metrics under their input names; `names` gives the metric of each."""
    return {name: value_of(plan.metrics[key], sums, plan.metrics) for name, key in names.items() if key in plan.metrics}


def plan_inputs(figures: SegmentFigures) -> dict[str, Value]:
    """The flat inputs of one evaluation; a standard without a target gives none, so that the plan names it missing.

    A ratio is given by its parts alone: the plan divides them itself and shows how.
    """
    plan, basis = figures.plan, figures.basis
    assert plan is not None, "a segment without a plan has no inputs"
    parts = {f"{FACTS}{name}": name for name in plan.metrics if f"{FACTS}{name}" not in plan.derived}
    inputs = own_values(plan, figures.sums, parts)
    targets = {item.standard.id: item.target for item in figures.results if item.standard.id in plan.standards}
    inputs |= {f"{TARGETS}{name}": target for name, target in targets.items() if target is not None}
    inputs |= {f"{TEAM}{name}": value for name, value in figures.team.items()} | dict(figures.windowed)
    if figures.share != 1:
        inputs[SEGMENT] = figures.share
    if figures.points is not None:
        inputs[POINTS] = figures.points
    for deal in figures.deals:
        inputs |= deal_inputs(deal.deal_id, _known_of(deal))
    return inputs | {
        "employee.fixed_salary": basis.salaries.fixed_minor / MINOR_PER_UNIT,
        "employee.soft_salary": basis.salaries.soft_minor / MINOR_PER_UNIT,
        "employee.fte": basis.fte,
        "employee.tenure_months": basis.tenure_months,
        "employee.grade": basis.segment.last_assignment.grade,
        "calendar.workdays": basis.workdays,
        "calendar.worked_days": basis.paid_days,
    }


def _known_of(deal: WonDeal) -> dict[str, Value]:
    """What is known of a deal; what nobody told is left out, so that the plan names it missing where it asks for it."""
    told = {"amount": deal.amount, "margin": deal.margin, "term_months": deal.term_months}
    known: dict[str, Value] = {name: value for name, value in told.items() if value is not None}
    return known | {KIND_OF_CUSTOMER: deal.customer_kind}


def snapshot_document(inputs: Mapping[str, Value]) -> dict[str, JsonValue]:
    """Inputs as JSON: exact numbers as text under "numbers", words under "texts"."""
    numbers = {name: str(Fraction(value)) for name, value in inputs.items() if not isinstance(value, str | bool)}
    texts = {name: value for name, value in inputs.items() if isinstance(value, str | bool)}
    return {"numbers": dict(numbers), "texts": dict(texts)}


def inputs_from_snapshot(document: Mapping[str, Mapping[str, str]]) -> dict[str, Value]:
    """The inputs that a snapshot was made from."""
    numbers: dict[str, Value] = {name: Fraction(text) for name, text in document["numbers"].items()}
    return numbers | dict(document["texts"])


def lacking(months: Iterable[tuple[str, Plan, str]]) -> dict[str, list[str]]:
    """By person, the inputs that a plan needs and their month does not have; a month is a person, plan and snapshot."""
    found: dict[str, list[str]] = {}
    for person_id, plan, snapshot in months:
        if missing := missing_inputs(plan, inputs_from_snapshot(json.loads(snapshot))):
            found[person_id] = missing
    return found


def rankable_tenths(figures: SegmentFigures) -> int | None:
    """The score as the board ranks it; None where there is nothing to rank: no day present, or no target above zero."""
    wanted = [result for result in figures.results if result.weight and result.target]
    if not wanted or not figures.basis.present_days:
        return None
    parts = [
        ScorePart(result.standard.id, result.weight, result.attainment, result.standard.cap)
        for result in figures.results
    ]
    return score_tenths(board_score(parts))
