"""Score person-months: facts and targets to scorecards, and to what the plans are evaluated on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.domain.event import canonical_json
from service.domain.period import Period
from service.domain.person_month import Stretch, stretches
from service.domain.statement import ENGINE, document_hash
from service.plans import Plan, plan_from_document
from service.plans.month_inputs import (
    StandardResult,
    plan_inputs,
    rankable_tenths,
    snapshot_document,
    standard_results,
)
from service.store.calendar import get_work_calendar
from service.store.facts import FactSum, sum_facts
from service.store.people import list_absences, list_assignments_of, list_people_of
from service.store.plans import get_document, list_in_force
from service.store.scorecards import InputRow, PersonMonth, ScorecardRow, replace_inputs, replace_scorecards
from service.store.targets import list_targets


@dataclass(frozen=True, slots=True)
class _Scored:
    """One stretch of one person, under its plan, with the facts of its days."""

    person_id: str
    period: Period
    stretch: Stretch
    plan: Plan | None
    facts: Mapping[str, FactSum]
    results: list[StandardResult]


def score(session: Session, months: Sequence[PersonMonth]) -> None:
    """Write the scorecard and the plan inputs of these person-months; the caller holds them."""
    cards: list[ScorecardRow] = []
    inputs: list[InputRow] = []
    for period in sorted({period for _, period in months}):
        person_ids = sorted(person_id for person_id, own in months if own == period)
        scored = _score_period(session, period, person_ids)
        for person_id in person_ids:
            own = [item for item in scored if item.person_id == person_id]
            cards.append(_card(person_id, period, own))
            inputs += [_input(item, position) for position, item in enumerate(own) if item.plan is not None]
    replace_scorecards(session, cards)
    replace_inputs(session, months, inputs)


def _score_period(session: Session, period: Period, person_ids: list[str]) -> list[_Scored]:
    cut = _stretches(session, period, person_ids)
    spans = sorted({(stretch.first_day, stretch.last_day) for _, stretch in cut})
    facts = {span: sum_facts(session, person_ids, *span) for span in spans}
    plans = _plans(session, {stretch.role for _, stretch in cut}, period)
    assigned = list_targets(session, period, person_ids)
    scored = []
    for person_id, stretch in cut:
        plan = _plan_on(plans, stretch)
        own = facts[stretch.first_day, stretch.last_day].get(person_id, {})
        stored = {metric: total.value for metric, total in own.items()}
        targets = {standard: amount for (person, standard), amount in assigned.items() if person == person_id}
        results = standard_results(plan, stretch, stored, targets, period) if plan else []
        scored.append(_Scored(person_id, period, stretch, plan, own, results))
    return scored


def _stretches(session: Session, period: Period, person_ids: list[str]) -> list[tuple[str, Stretch]]:
    calendar = get_work_calendar(session, period.first_day, period.last_day)
    assignments = list_assignments_of(session, person_ids)
    absences = list_absences(session, person_ids, period.first_day, period.last_day)
    return [
        (person.person_id, stretch)
        for person in list_people_of(session, person_ids)
        for stretch in stretches(
            person,
            [item for item in assignments if item.person_id == person.person_id],
            [item for item in absences if item.person_id == person.person_id],
            calendar,
            period,
        )
    ]


def _plans(session: Session, roles: set[str], period: Period) -> list[tuple[str, date, date | None, Plan]]:
    found = list_in_force(session, roles, period.first_day, period.last_day)
    return [
        (row.plan_id, row.starts_on, row.ends_on, plan_from_document(get_document(session, row.plan_hash)))
        for row in found
    ]


def _plan_on(plans: list[tuple[str, date, date | None, Plan]], stretch: Stretch) -> Plan | None:
    for plan_id, starts_on, ends_on, plan in plans:
        covers = starts_on <= stretch.first_day and (ends_on is None or stretch.first_day <= ends_on)
        if plan_id == stretch.role and covers:
            return plan
    return None


def _input(item: _Scored, position: int) -> InputRow:
    assert item.plan is not None
    stored = {metric: total.value for metric, total in item.facts.items()}
    inputs = plan_inputs(item.plan, item.stretch, stored, item.results)
    snapshot = canonical_json(snapshot_document(inputs))
    return InputRow(
        item.person_id, item.period, position, item.plan.content_hash, ENGINE, snapshot, document_hash(snapshot)
    )


def _card(person_id: str, period: Period, own: list[_Scored]) -> ScorecardRow:
    """The scorecard of a person-month: of its last stretch, which is the board the person stands on."""
    if not own:
        return ScorecardRow(person_id, period, "", "", "", None, None, "{}")
    last = own[-1]
    used = {result.standard.metric for result in last.results if result.weight}
    reached: list[datetime] = [
        total.reached_at for metric, total in last.facts.items() if metric in used and total.reached_at
    ]
    document = {
        "present_days": last.stretch.present_days,
        "workdays": last.stretch.workdays,
        "paid_days": last.stretch.paid_days,
        "grade": last.stretch.grade,
        "standards": [result.as_json() for result in last.results],
    }
    return ScorecardRow(
        person_id,
        period,
        last.stretch.role,
        last.stretch.team,
        last.plan.content_hash if last.plan else "",
        rankable_tenths(last.results, last.stretch),
        max(reached, default=None),
        canonical_json(document),
    )
