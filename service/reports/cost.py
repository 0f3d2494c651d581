"""What plan files are likely to cost: their months drawn from what people of the role did in the last quarter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from service.domain.period import Period
from service.domain.standard import MONTHS_OF_A_QUARTER
from service.plans import Finding, Plan, Rules, check, missing_inputs
from service.plans.evaluate import Inputs
from service.plans.lint.budget import Cost, likely_cost, questioned
from service.plans.past import backdated
from service.plans.trial import trial_inputs
from service.reports.backtest import figures_with
from service.reports.plans import find_plan_on
from service.store.people import list_assignments

SEED = 2026
"""Every look draws the same months, so that a check that was clean stays clean until the facts or the plan change."""


@dataclass(slots=True)
class Costs:
    """What was found by plan, and for which plans nobody could look, with the reason."""

    findings: dict[str, Sequence[Finding]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Quarter:
    """The last full months before a day, and how many people had the role in the latest of them."""

    months: Sequence[Period]
    people: int


def costs_of(session: Session, rules: Rules, plan_ids: Sequence[str], today: date) -> Costs:
    """Look at the cost of plans without errors, or of all of them."""
    found = Costs()
    for plan_id in plan_ids or rules.plan_ids:
        if plan_id in rules.plans and not any(item.is_error for item in check(rules, [plan_id])):
            _look(session, rules.plans[plan_id], today, found)
    return found


def _look(session: Session, plan: Plan, today: date, found: Costs) -> None:
    quarter = _quarter(session, plan.id, today)
    before = find_plan_on(session, plan.id, today)
    if plan.budget is None and before is None:
        found.notes.append(_blind(plan, "it names no `budget`, and no plan of the role is in force to compare it with"))
        return
    dated = backdated(plan, plan.effective_from) if plan.effective_from else plan
    cost = _cost(session, dated, quarter, Period.of(plan.effective_from or today))
    if cost is None:
        first, last = quarter.months[0], quarter.months[-1]
        found.notes.append(_blind(plan, f"from {first} to {last} nobody did all that it asks about"))
        return
    known = _cost(session, before, quarter, Period.of(today)) if before is not None else None
    found.findings[plan.id] = questioned(plan, cost, known)


def _blind(plan: Plan, reason: str) -> str:
    return f"W-BUDGET could not look at {plan.id}: {reason}."


def _quarter(session: Session, role: str, today: date) -> _Quarter:
    last = Period.of(today).preceding
    months = [last]
    while len(months) < MONTHS_OF_A_QUARTER:
        months.insert(0, months[0].preceding)
    assigned = list_assignments(session, last.first_day, last.last_day)
    return _Quarter(months, len({item.person_id for item in assigned if item.role == role}))


def _cost(session: Session, plan: Plan, quarter: _Quarter, period: Period) -> Cost | None:
    """The likely cost of a month; None if not one whole month of a person in the role is known."""
    known = [inputs for month in quarter.months for inputs in _months_of(session, plan, month)]
    return likely_cost(plan, known, period, quarter.people, SEED) if known and quarter.people else None


def _months_of(session: Session, plan: Plan, period: Period) -> list[Inputs]:
    """The inputs of everybody who had the role all month, or as long as they were here."""
    assigned = list_assignments(session, period.first_day, period.last_day)
    people = {item.person_id for item in assigned if item.role == plan.id}
    months = figures_with(session, plan, period, people)
    found: list[Inputs] = []
    for person_id in sorted(people):
        own = months[-1].of(person_id)
        if len(own) == 1 and own[0].plan is not None and own[0].plan.id == plan.id and own[0].sums:
            inputs = trial_inputs(person_id, 0, months)
            if not missing_inputs(own[0].plan, inputs):
                found.append(inputs)
    return found
