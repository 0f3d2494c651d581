"""Score person-months: facts and targets to scorecards, to what the plans are evaluated on, and to points."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from fractions import Fraction

from sqlalchemy.orm import Session

from service.domain.award import DayAward, StreakMonth
from service.domain.days import Days, common
from service.domain.earning import ONCE, Balances
from service.domain.event import canonical_json
from service.domain.money import to_units
from service.domain.part import NO_DEAL, PartOf, added
from service.domain.period import Period, months_between
from service.domain.statement import ENGINE, document_hash
from service.plans import Plan, missing_inputs, plan_from_document
from service.plans.accumulated import accumulated_inputs, first_month, first_of
from service.plans.attribution import measures_of, told_by_deal
from service.plans.carried import CLAWBACK_DUE, DRAW, Carried, is_carrying
from service.plans.fast import amounts
from service.plans.month_deals import deals_document
from service.plans.month_figures import MonthFigures, plan_lookup
from service.plans.month_inputs import SegmentFigures, Value, plan_inputs, rankable_tenths, snapshot_document
from service.plans.teams import OVER
from service.plans.words import words_of
from service.store.awards import replace_points, replace_streaks
from service.store.deals import list_deal_events, sum_by_deal
from service.store.earnings import list_balances, list_drafts_with_parts
from service.store.month_work import get_company_month
from service.store.paid import list_paid
from service.store.parts import list_parts
from service.store.periods import lock_period
from service.store.plans import get_document, list_in_force
from service.store.scorecards import InputRow, PersonMonth, ScorecardRow, replace_inputs, replace_scorecards
from service.store.statements import find_statement
from service.store.vocabulary import list_vocabularies


def score(session: Session, months: Sequence[PersonMonth]) -> None:
    """Write the scorecard, the plan inputs and the points of these person-months; the caller holds them."""
    cards: list[ScorecardRow] = []
    inputs: list[InputRow] = []
    points: list[DayAward] = []
    streaks: list[StreakMonth] = []
    for period in sorted({period for _, period in months}):
        person_ids = sorted(person_id for person_id, own in months if own == period)
        closed = lock_period(session, period, shared=True).state.is_closed
        figures = _figures(session, period, person_ids)
        for person_id in person_ids:
            own = figures.of(person_id)
            cards.append(_card(person_id, period, own))
            inputs += _inputs(session, figures, person_id, closed=closed)
            points += _points(person_id, figures)
            streaks += _streaks(person_id, figures)
    replace_scorecards(session, cards)
    replace_inputs(session, months, inputs)
    replace_points(session, months, points)
    replace_streaks(session, months, streaks)


def _figures(session: Session, period: Period, person_ids: Collection[str]) -> MonthFigures:
    month = get_company_month(session, period, person_ids)
    roles = {item.role for held in month.assignments.values() for item in held}
    versions = list_in_force(session, roles, period.first_day, period.last_day)
    dated = [
        (row.plan_id, row.starts_on, row.ends_on, plan_from_document(get_document(session, row.plan_hash)))
        for row in versions
    ]
    return MonthFigures(month, plan_lookup(dated))


def _inputs(session: Session, figures: MonthFigures, person_id: str, *, closed: bool) -> list[InputRow]:
    period, own = figures.month.period, figures.of(person_id)
    rests = any(item.plan is not None and is_carrying(item.plan) for item in own)
    carried = _carried(session, person_id, period) if rests and not closed else Carried()
    told = _told(session, person_id, period) if rests and closed else {}
    rows = []
    for position, item in enumerate(own):
        if item.plan is None:
            continue
        inputs = plan_inputs(item)
        begin = first_month(item.plan, period)
        if begin is not None:
            earlier = [_figures(session, month, [person_id]) for month in months_between(begin, period.preceding)]
            inputs |= accumulated_inputs(person_id, position, [*earlier, figures])
            inputs |= _balances(session, item.plan, person_id, period)
        due = carried.dues(item.plan, period)
        inputs |= told.get(item.plan.id, {}) if closed else carried.balances(item.plan, due)
        if is_carrying(item.plan) and not closed and not missing_inputs(item.plan, inputs):
            carried = carried.after(item.plan, amounts(item.plan, inputs, period), due)
        snapshot = canonical_json(snapshot_document(inputs))
        hashed = document_hash(snapshot)
        deals = deals_document(_weights(session, figures, person_id, item), due)
        rows.append(InputRow(person_id, period, position, item.plan.content_hash, ENGINE, snapshot, hashed, deals))
    return rows


def _carried(session: Session, person_id: str, period: Period) -> Carried:
    """What the months before leave to this one: as posted, and as the months still open will."""
    drafts = [line for line in list_drafts_with_parts(session, [person_id]) if line.period < period]
    later = [part for line in drafts if line.kind in ONCE for part in line.parts]
    parts = (*list_parts(session, [person_id]).get(person_id, ()), *later)
    deals = {part.deal_id for part in parts if part.what is PartOf.EARNED} - {NO_DEAL}
    balances = list_balances(session, [person_id], period.preceding).get(person_id, Balances())
    return Carried(balances.draw_minor, parts, list_deal_events(session, deals) if deals else {})


def _told(session: Session, person_id: str, period: Period) -> dict[str, dict[str, Value]]:
    """The balances that the plans of a closed month were evaluated on: they do not change any more."""
    statement = find_statement(session, person_id, period)
    plans = json.loads(statement.document)["plans"] if statement else []
    return {
        item["plan"]: {
            name: Fraction(text) for name, text in item["inputs"]["numbers"].items() if name in (DRAW, CLAWBACK_DUE)
        }
        for item in plans
    }


def _weights(
    session: Session, figures: MonthFigures, person_id: str, segment: SegmentFigures
) -> dict[str, dict[str, Fraction]]:
    """What each deal has in the measure of the lines that a holdback or a clawback names."""
    plan = segment.plan
    assert plan is not None, "a segment without a plan has no lines"
    rules = [rule for rule in told_by_deal(plan) if not rule.lowered.lines and not rule.per_deal]
    if not rules:
        return {}
    measures = words_of((version.starts_on, version.document) for version in list_vocabularies(session)).measures
    found: dict[str, dict[str, Fraction]] = {}
    for rule in rules:
        sums = []
        for measure in measures_of(plan, rule):
            days_of: dict[str, Days] = {person_id: (segment.span,)}
            if measure.team:
                days_of = figures.month.members(person_id, segment.span, direct=measure.team.over == OVER[0])
            if rule.window:
                days_of = {who: common(days, (rule.window,)) for who, days in days_of.items()}
            sums.append(sum_by_deal(session, days_of, [measure.metric], measures))
        found[rule.id] = added(sums)
    return found


def _points(person_id: str, figures: MonthFigures) -> list[DayAward]:
    """What each day gave; a person has one plan on a day, so a rule gives at most once."""
    return [
        DayAward(person_id, item.day, item.rule, awards.plan.content_hash, item.points, item.value, item.length)
        for awards in figures.awards(person_id)
        if awards is not None
        for item in awards.given
    ]


def _streaks(person_id: str, figures: MonthFigures) -> list[StreakMonth]:
    """The streaks of the month: of a role that was left and taken up again, from its first day to its last."""
    found: dict[tuple[str, str], StreakMonth] = {}
    for awards in figures.awards(person_id):
        for rule, after in awards.carried_out.items() if awards is not None else ():
            assert awards is not None, "only a segment with awards has streaks"
            key, before = (awards.plan.id, rule), awards.carried_in[rule]
            known = found.get(key)
            found[key] = StreakMonth(
                person_id,
                figures.month.period,
                *key,
                awards.plan.content_hash,
                known.carried_in if known else before,
                after,
            )
    return list(found.values())


def _balances(session: Session, plan: Plan, person_id: str, period: Period) -> dict[str, Value]:
    """What rules that accumulate gave in the months before, posted and drafted."""
    return {
        f"balance.paid_{rule.id}": to_units(
            list_paid(session, person_id, plan.id, first_of(rule.accumulate, period), period).get(rule.id, 0)
        )
        for rule in plan.rules
        if rule.accumulate
    }


def _card(person_id: str, period: Period, own: Sequence[SegmentFigures]) -> ScorecardRow:
    """The scorecard of a person-month: of its last segment, which is the board the person stands on."""
    if not own:
        return ScorecardRow(person_id, period, "", "", "", None, None, "{}")
    last = own[-1]
    basis = last.basis
    used = {result.standard.metric for result in last.results if result.weight}
    reached: list[datetime] = [
        total.reached_at for metric, total in last.sums.items() if metric in used and total.reached_at
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
        rankable_tenths(last),
        max(reached, default=None),
        canonical_json(document),
    )
