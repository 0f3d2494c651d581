"""Draft what person-months earn: lines while a month is open, corrections in an open month once it is closed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from service.domain.earning import (
    ONCE,
    Cause,
    ClosedMonth,
    Disposition,
    EarningLine,
    adjustments,
    changed_inputs,
)
from service.domain.period import Period
from service.domain.set_off import made_good
from service.plans import Plan, evaluate, missing_inputs, plan_from_document
from service.plans.attribution import charge_of, line_parts
from service.plans.carried import clawed
from service.plans.dues import clawback_of
from service.plans.evaluate import NOTHING_POSTED
from service.plans.month_deals import month_deals
from service.plans.month_inputs import inputs_from_snapshot
from service.store.earnings import LineScope, list_posted_lines, replace_lines
from service.store.known import note_unkept
from service.store.lineage import list_late_receipts
from service.store.periods import find_closing, lock_earliest_open, lock_period
from service.store.plans import get_document
from service.store.scorecards import InputRow, PersonMonth, list_inputs
from service.store.statements import find_statement


def earn(session: Session, months: Sequence[PersonMonth]) -> None:
    """Replace the draft lines of these person-months; the caller holds them and has scored them."""
    scopes: list[LineScope] = []
    lines: list[EarningLine] = []
    for period in sorted({period for _, period in months}):
        closed = lock_period(session, period, shared=True).state.is_closed
        posting_period = lock_earliest_open(session, period) if closed else period
        for month in sorted(month for month in months if month[1] == period):
            scopes.append((month[0], posting_period, period))
            lines += _correct(session, month, posting_period) if closed else _entitlement(session, month)
    replace_lines(session, scopes, lines)
    note_unkept(session, months)


def _entitlement(session: Session, month: PersonMonth) -> list[EarningLine]:
    """What an open month is worth on all facts known now, under the plans in force then."""
    lines: list[EarningLine] = []
    for row in list_inputs(session, [month]):
        plan = _plan(session, row)
        found = _lines(row, plan, NOTHING_POSTED, len(lines))
        amounts = {line.rule: line.amount_minor for line in found}
        taken = clawed(plan, amounts, month_deals(row.deals).dues) if found else ()
        rule = clawback_of(plan)
        lines += [replace(line, parts=taken) if rule and line.rule == rule.id else line for line in found]
    return lines


def _entitlement_again(session: Session, month: PersonMonth, posted: Sequence[EarningLine]) -> list[EarningLine]:
    """What a closed month is worth now; what depends on the way of a balance stands as it was posted."""
    stands: dict[tuple[str, str], int] = {}
    for line in posted:
        if line.kind in ONCE and line.plan_hash:
            key = plan_from_document(get_document(session, line.plan_hash)).id, line.rule
            stands[key] = stands.get(key, 0) + line.amount_minor
    lines: list[EarningLine] = []
    for row in list_inputs(session, [month]):
        plan = _plan(session, row)
        # Given by the first stretch of the month under the plan: a second one adds nothing to what was posted.
        once = {rule.id: stands.pop((plan.id, rule.id), 0) for rule in plan.rules if rule.kind in ONCE}
        lines += _lines(row, plan, once, len(lines))
    return lines


def _lines(row: InputRow, plan: Plan, posted: Mapping[str, int], taken: int) -> list[EarningLine]:
    """The lines of one stretch of a month; none while an input is missing. `taken` positions are others'."""
    inputs = inputs_from_snapshot(json.loads(row.snapshot))
    if missing_inputs(plan, inputs):
        return []
    evaluated = evaluate(plan, inputs, row.period, posted).lines
    parts = line_parts(plan, evaluated, month_deals(row.deals).weights, row.period)
    charges = {rule.id: charge_of(rule) for rule in plan.rules}
    return [
        EarningLine(
            person_id=row.person_id,
            period=row.period,
            month_worked=row.period,
            position=taken + position,
            rule=line.rule,
            kind=line.kind,
            label=line.label,
            label_bg=line.label_bg,
            amount_minor=line.amount_minor,
            disposition=Disposition.PAYABLE if line.payable else Disposition.INFORMATION,
            plan_hash=row.plan_hash,
            explanation=line.explanation,
            charge=charges[line.rule],
            parts=parts.get(line.rule, ()),
        )
        for position, line in enumerate(evaluated)
    ]


def _correct(session: Session, month: PersonMonth, posting_period: Period) -> list[EarningLine]:
    """The difference to what was posted, with its cause."""
    person_id, period = month
    posted = list_posted_lines(session, person_id, period)
    rows = list_inputs(session, [month])
    if not rows and not posted:
        return []
    entitled = _entitlement_again(session, month, posted)
    closed = ClosedMonth(person_id, period, entitled, posted)
    lines = adjustments(closed, posting_period, _cause(session, month, rows))
    return [*lines, *made_good(lines, posted)]


def _plan(session: Session, row: InputRow) -> Plan:
    return plan_from_document(get_document(session, row.plan_hash))


def _cause(session: Session, month: PersonMonth, rows: list[InputRow]) -> Cause:
    statement = find_statement(session, *month)
    closing = find_closing(session, month[1])
    assert closing is not None, "a correction belongs to a closed month"
    told = json.loads(statement.document)["plans"] if statement else []
    before = [dict(item["inputs"]["numbers"]) for item in told]
    now = [dict(json.loads(row.snapshot)["numbers"]) for row in rows]
    late = list_late_receipts(session, month, closing.closed_at)
    return Cause(late, changed_inputs(before, now))
