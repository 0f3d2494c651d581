"""What a plan is evaluated on: one segment of a person's month as flat, exact inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from service.domain.event import JsonValue
from service.domain.metric import ValueType
from service.domain.money import MINOR_PER_UNIT, Exact
from service.domain.pay_basis import PayBasis
from service.domain.period import Period
from service.domain.scorecard import ScorePart, board_score, score_tenths
from service.domain.standard import Standard, attainment, month_target, true_attainment
from service.plans.plan import Plan

Value = Exact | str | bool
"""An input of a plan."""


@dataclass(frozen=True, slots=True)
class StandardResult:
    """One standard of a person's month: what was done against what was wanted, in natural units."""

    standard: Standard
    weight: Fraction
    value_type: ValueType
    actual: Fraction
    target: Fraction | None

    @property
    def attainment(self) -> Fraction:
        """Cut at the cap; 0 without a target."""
        return Fraction(0) if self.target is None else attainment(self.actual, self.target, self.standard)

    def as_json(self) -> dict[str, JsonValue]:
        """Exact numbers as text: "1260", "2521/2"."""
        shown = None if self.target is None else str(true_attainment(self.actual, self.target, self.standard))
        return {
            "id": self.standard.id,
            "title": self.standard.title,
            "title_bg": self.standard.title_bg,
            "metric": self.standard.metric,
            "value_type": self.value_type.name,
            "target": None if self.target is None else str(self.target),
            "actual": str(self.actual),
            "attainment": shown,
            "weight": str(self.weight),
            "cap": None if self.standard.cap is None else str(self.standard.cap),
            "better": self.standard.better.value,
            "prorated": self.standard.prorated,
        }


def standard_results(
    plan: Plan, basis: PayBasis, stored: Mapping[str, int], assigned: Mapping[str, Decimal], period: Period
) -> list[StandardResult]:
    """Every standard of the plan with its target: assigned for the month, else by the table of grades.

    `stored` are the facts of the segment by metric as kept; a metric without facts is 0.
    """
    weights = plan.score_weights()
    results = []
    for standard in plan.standards.values():
        metric = plan.metrics.get(standard.metric)
        if metric is None:
            continue
        target: Fraction | None
        if standard.id in assigned:
            target = Fraction(assigned[standard.id])
        else:
            target = month_target(standard, basis.stays, period, basis.workdays)
        actual = metric.to_value(stored.get(metric.id, 0))
        weight = weights.get(standard.id, Fraction(0))
        results.append(StandardResult(standard, weight, metric.value_type, actual, target))
    return results


def plan_inputs(
    plan: Plan, basis: PayBasis, stored: Mapping[str, int], results: list[StandardResult]
) -> dict[str, Value]:
    """The flat inputs of one evaluation; a standard without a target gives none, so that the plan names it missing."""
    inputs: dict[str, Value] = {
        f"metric.{metric.id}": metric.to_value(stored.get(metric.id, 0)) for metric in plan.metrics.values()
    }
    inputs |= {f"target.{result.standard.id}": result.target for result in results if result.target is not None}
    return inputs | {
        "employee.fixed_salary": basis.salaries.fixed_minor / MINOR_PER_UNIT,
        "employee.soft_salary": basis.salaries.soft_minor / MINOR_PER_UNIT,
        "employee.fte": basis.fte,
        "employee.tenure_months": basis.tenure_months,
        "employee.grade": basis.segment.last_assignment.grade,
        "calendar.workdays": basis.workdays,
        "calendar.worked_days": basis.paid_days,
    }


def snapshot_document(inputs: Mapping[str, Value]) -> dict[str, JsonValue]:
    """Inputs as JSON: exact numbers as text under "numbers", words under "texts"."""
    numbers = {name: str(Fraction(value)) for name, value in inputs.items() if not isinstance(value, str | bool)}
    texts = {name: value for name, value in inputs.items() if isinstance(value, str | bool)}
    return {"numbers": dict(numbers), "texts": dict(texts)}


def inputs_from_snapshot(document: Mapping[str, Mapping[str, str]]) -> dict[str, Value]:
    """The inputs that a snapshot was made from."""
    numbers: dict[str, Value] = {name: Fraction(text) for name, text in document["numbers"].items()}
    return numbers | dict(document["texts"])


def rankable_tenths(results: list[StandardResult], basis: PayBasis) -> int | None:
    """The score as the board ranks it; None where there is nothing to rank: no day present, or no target above zero."""
    wanted = [result for result in results if result.weight and result.target]
    if not wanted or not basis.present_days:
        return None
    parts = [ScorePart(result.standard.id, result.weight, result.attainment, result.standard.cap) for result in results]
    return score_tenths(board_score(parts))
