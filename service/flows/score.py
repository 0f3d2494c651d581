"""Score person-months: facts and targets to scorecards, and to what the plans are evaluated on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.event import canonical_json
from service.domain.period import Period
from service.domain.statement import ENGINE, document_hash
from service.plans import Plan, plan_from_document
from service.plans.month_inputs import (
    StandardResult,
    plan_inputs,
    rankable_tenths,
    snapshot_document,
    standard_results,
)
from service.store.month_work import SegmentWork, list_month_work
from service.store.plans import get_document, list_in_force, version_on
from service.store.scorecards import InputRow, PersonMonth, ScorecardRow, replace_inputs, replace_scorecards


@dataclass(frozen=True, slots=True)
class _Scored:
    """One segment of one person's month, under its plan."""

    work: SegmentWork
    plan: Plan | None
    results: list[StandardResult]


def score(session: Session, months: Sequence[PersonMonth]) -> None:
    """Write the scorecard and the plan inputs of these person-months; the caller holds them."""
    cards: list[ScorecardRow] = []
    inputs: list[InputRow] = []
    for period in sorted({period for _, period in months}):
        person_ids = sorted(person_id for person_id, own in months if own == period)
        scored = _score_period(session, period, person_ids)
        for person_id in person_ids:
            own = [item for item in scored if item.work.person_id == person_id]
            cards.append(_card(person_id, period, own))
            inputs += [_input(item, position) for position, item in enumerate(own) if item.plan is not None]
    replace_scorecards(session, cards)
    replace_inputs(session, months, inputs)


def _score_period(session: Session, period: Period, person_ids: list[str]) -> list[_Scored]:
    found = list_month_work(session, period, person_ids)
    versions = list_in_force(session, {work.basis.segment.role for work in found}, period.first_day, period.last_day)
    plans = {row.plan_hash: plan_from_document(get_document(session, row.plan_hash)) for row in versions}
    scored = []
    for work in found:
        version = version_on(versions, work.basis.segment.role, work.basis.segment.first_day)
        plan = plans[version.plan_hash] if version else None
        results = standard_results(plan, work.basis, work.stored, work.targets, period) if plan else []
        scored.append(_Scored(work, plan, results))
    return scored


def _input(item: _Scored, position: int) -> InputRow:
    assert item.plan is not None
    work = item.work
    inputs = plan_inputs(item.plan, work.basis, work.stored, item.results)
    snapshot = canonical_json(snapshot_document(inputs))
    return InputRow(
        work.person_id, work.period, position, item.plan.content_hash, ENGINE, snapshot, document_hash(snapshot)
    )


def _card(person_id: str, period: Period, own: list[_Scored]) -> ScorecardRow:
    """The scorecard of a person-month: of its last segment, which is the board the person stands on."""
    if not own:
        return ScorecardRow(person_id, period, "", "", "", None, None, "{}")
    last = own[-1]
    basis = last.work.basis
    used = {result.standard.metric for result in last.results if result.weight}
    reached: list[datetime] = [
        total.reached_at for metric, total in last.work.facts.items() if metric in used and total.reached_at
    ]
    document = {
        "present_days": basis.present_days,
        "workdays": basis.workdays,
        "paid_days": basis.paid_days,
        "grade": basis.segment.last_assignment.grade,
        "standards": [result.as_json() for result in last.results],
    }
    return ScorecardRow(
        person_id,
        period,
        basis.segment.role,
        basis.segment.last_assignment.team,
        last.plan.content_hash if last.plan else "",
        rankable_tenths(last.results, basis),
        max(reached, default=None),
        canonical_json(document),
    )
