"""Score person-months: facts and targets to scorecards, and to what the plans are evaluated on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.domain.event import canonical_json
from service.domain.pay_basis import PayBasis, pay_bases
from service.domain.period import Period
from service.domain.segment import Segment
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
    """One segment of one person's month, under its plan, with the facts of its days."""

    person_id: str
    period: Period
    basis: PayBasis
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
    cut = _bases(session, period, person_ids)
    spans = sorted({(basis.segment.first_day, basis.segment.last_day) for _, basis in cut})
    facts = {span: sum_facts(session, person_ids, *span) for span in spans}
    plans = _plans(session, {basis.segment.role for _, basis in cut}, period)
    assigned = list_targets(session, period, person_ids)
    scored = []
    for person_id, basis in cut:
        plan = _plan_on(plans, basis.segment)
        own = facts[basis.segment.first_day, basis.segment.last_day].get(person_id, {})
        stored = {metric: total.value for metric, total in own.items()}
        targets = {standard: amount for (person, standard), amount in assigned.items() if person == person_id}
        results = standard_results(plan, basis, stored, targets, period) if plan else []
        scored.append(_Scored(person_id, period, basis, plan, own, results))
    return scored


def _bases(session: Session, period: Period, person_ids: list[str]) -> list[tuple[str, PayBasis]]:
    calendar = get_work_calendar(session, period.first_day, period.last_day)
    assignments = list_assignments_of(session, person_ids)
    absences = list_absences(session, person_ids, period.first_day, period.last_day)
    return [
        (person.person_id, basis)
        for person in list_people_of(session, person_ids)
        for basis in pay_bases(
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


def _plan_on(plans: list[tuple[str, date, date | None, Plan]], segment: Segment) -> Plan | None:
    for plan_id, starts_on, ends_on, plan in plans:
        covers = starts_on <= segment.first_day and (ends_on is None or segment.first_day <= ends_on)
        if plan_id == segment.role and covers:
            return plan
    return None


def _input(item: _Scored, position: int) -> InputRow:
    assert item.plan is not None
    stored = {metric: total.value for metric, total in item.facts.items()}
    inputs = plan_inputs(item.plan, item.basis, stored, item.results)
    snapshot = canonical_json(snapshot_document(inputs))
    return InputRow(
        item.person_id, item.period, position, item.plan.content_hash, ENGINE, snapshot, document_hash(snapshot)
    )


def _card(person_id: str, period: Period, own: list[_Scored]) -> ScorecardRow:
    """The scorecard of a person-month: of its last segment, which is the board the person stands on."""
    if not own:
        return ScorecardRow(person_id, period, "", "", "", None, None, "{}")
    last = own[-1]
    used = {result.standard.metric for result in last.results if result.weight}
    reached: list[datetime] = [
        total.reached_at for metric, total in last.facts.items() if metric in used and total.reached_at
    ]
    document = {
        "present_days": last.basis.present_days,
        "workdays": last.basis.workdays,
        "paid_days": last.basis.paid_days,
        "grade": last.basis.segment.last_assignment.grade,
        "standards": [result.as_json() for result in last.results],
    }
    return ScorecardRow(
        person_id,
        period,
        last.basis.segment.role,
        last.basis.segment.last_assignment.team,
        last.plan.content_hash if last.plan else "",
        rankable_tenths(last.results, last.basis),
        max(reached, default=None),
        canonical_json(document),
    )
