"""Draft what person-months earn: lines while a month is open, corrections in an open month once it is closed."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy.orm import Session

from service.domain.earning import (
    Cause,
    ClosedMonth,
    Disposition,
    EarningLine,
    adjustments,
    changed_inputs,
    without_pools,
)
from service.domain.period import Period
from service.plans import evaluate, missing_inputs, plan_from_document
from service.plans.month_inputs import inputs_from_snapshot
from service.store.earnings import LineScope, replace_lines
from service.store.ledger import list_posted
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
        for person_id in sorted(person_id for person_id, own in months if own == period):
            entitled = _entitlement(session, person_id, period)
            scopes.append((person_id, posting_period, period))
            lines += _correct(session, entitled, (person_id, period), posting_period) if closed else entitled
    replace_lines(session, scopes, lines)


def _entitlement(session: Session, person_id: str, period: Period) -> list[EarningLine]:
    """What the month is worth on all facts known now, under the plans in force then."""
    lines: list[EarningLine] = []
    for row in list_inputs(session, [(person_id, period)]):
        plan = plan_from_document(get_document(session, row.plan_hash))
        inputs = inputs_from_snapshot(json.loads(row.snapshot))
        if missing_inputs(plan, inputs):
            continue
        for line in evaluate(plan, inputs, period).lines:
            lines.append(
                EarningLine(
                    person_id=person_id,
                    period=period,
                    month_worked=period,
                    position=len(lines),
                    rule=line.rule,
                    kind=line.kind,
                    label=line.label,
                    label_bg=line.label_bg,
                    amount_minor=line.amount_minor,
                    disposition=Disposition.PAYABLE if line.payable else Disposition.INFORMATION,
                    plan_hash=row.plan_hash,
                    explanation=line.explanation,
                )
            )
    return lines


def _correct(
    session: Session, entitled: list[EarningLine], month: PersonMonth, posting_period: Period
) -> list[EarningLine]:
    """The difference to what was posted, with its cause."""
    person_id, period = month
    posted = without_pools(list_posted(session, person_id, period))
    rows = list_inputs(session, [month])
    if not rows and not posted:
        return []
    closed = ClosedMonth(person_id, period, rows[-1].plan_hash if rows else "", entitled, posted)
    return adjustments(closed, posting_period, _cause(session, month, rows))


def _cause(session: Session, month: PersonMonth, rows: list[InputRow]) -> Cause:
    statement = find_statement(session, *month)
    closing = find_closing(session, month[1])
    assert closing is not None, "a correction belongs to a closed month"
    told = json.loads(statement.document)["plans"] if statement else []
    before = [dict(item["inputs"]["numbers"]) for item in told]
    now = [dict(json.loads(row.snapshot)["numbers"]) for row in rows]
    late = list_late_receipts(session, month, closing.closed_at)
    return Cause(late, changed_inputs(before, now))
