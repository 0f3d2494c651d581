"""Withdraw a closing that was not approved: mirror its entries, open the month again, keep what was said readable."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.approval import ApprovalFinalError, LaterClosedError, NotClosedError, Withdrawal
from service.domain.audit import PERIOD_WITHDRAWN, AuditEntry
from service.domain.chain import DocumentKey, DocumentKind
from service.domain.event import JsonValue
from service.domain.ledger import withdrawal_entries
from service.domain.period import Period, PeriodState
from service.domain.waiting import demand_reason
from service.store.approvals import add_new_withdrawal
from service.store.audit import add_new_audit
from service.store.chain import sign
from service.store.earnings import reopen_lines
from service.store.ledger import add_new_entries, list_closing_entries
from service.store.periods import PeriodRow, find_last_closed, lock_period, set_period
from service.store.session import follow_up
from service.store.stale import mark_stale


def withdraw(session: Session, period: Period, reason: str, withdrawn_by: str, *, now: datetime) -> PeriodRow:
    """Take a closing back before it is approved; the period is open then, and its next closing has the next version.

    Raises `NotClosedError`, `ApprovalFinalError`, `LaterClosedError`, `NoReasonError` or what signing raises, and
    changes nothing.
    """
    demand_reason(reason)
    row = lock_period(session, period)
    if not row.state.is_closed:
        raise NotClosedError(period)
    if row.state is not PeriodState.CLOSED:
        raise ApprovalFinalError(period, row.state)
    last = find_last_closed(session)
    if last is not None and last > period:
        raise LaterClosedError(period, last)
    entries = list_closing_entries(session, period, row.version)
    add_new_entries(session, withdrawal_entries(entries), now)
    add_new_withdrawal(session, Withdrawal(period, row.version, now, withdrawn_by, reason.strip()))
    after = PeriodRow(period, PeriodState.OPEN, row.version)
    set_period(session, after)
    mark_stale(session, reopen_lines(session, period), now)
    follow_up(session, "refresh")
    detail: dict[str, JsonValue] = {"version": row.version, "reason": reason.strip()}
    add_new_audit(session, AuditEntry(now, withdrawn_by, PERIOD_WITHDRAWN, str(period), detail))
    sign(session, DocumentKey(DocumentKind.WITHDRAWAL, period, row.version), after.state, now)
    return after
