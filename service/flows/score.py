"""Score person-months: facts and targets to scorecards, to what the plans are evaluated on, and to points."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.award import DayAward, StreakMonth
from service.domain.event import canonical_json
from service.domain.money import to_units
from service.domain.period import Period, months_between
from service.domain.statement import ENGINE, document_hash
from service.plans import Plan, plan_from_document
from service.plans.accumulated import accumulated_inputs, first_month, first_of
from service.plans.month_figures import MonthFigures, plan_lookup
from service.plans.month_inputs import SegmentFigures, Value, plan_inputs, rankable_tenths, snapshot_document
from service.store.awards import replace_points, replace_streaks
from service.store.month_work import get_company_month
from service.store.paid import list_paid
from service.store.plans import get_document, list_in_force
from service.store.scorecards import InputRow, PersonMonth, ScorecardRow, replace_inputs, replace_scorecards


def score(session: Session, months: Sequence[PersonMonth]) -> None:
    """Write the scorecard, the plan inputs and the points of these person-months; the caller holds them."""
    cards: list[ScorecardRow] = []
    inputs: list[InputRow] = []
    points: list[DayAward] = []
    streaks: list[StreakMonth] = []
    for period in sorted({period for _, period in months}):
        person_ids = sorted(person_id for person_id, own in months if own == period)
        figures = _figures(session, period, person_ids)
        for person_id in person_ids:
            own = figures.of(person_id)
            cards.append(_card(person_id, period, own))
            inputs += _inputs(session, figures, person_id, own)
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


def _inputs(session: Session, figures: MonthFigures, person_id: str, own: Sequence[SegmentFigures]) -> list[InputRow]:
    period = figures.month.period
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
        snapshot = canonical_json(snapshot_document(inputs))
        hashed = document_hash(snapshot)
        rows.append(InputRow(person_id, period, position, item.plan.content_hash, ENGINE, snapshot, hashed))
    return rows


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
