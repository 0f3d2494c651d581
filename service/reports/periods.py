"""The periods as they stand, and everything that was signed about one of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.domain.approval import Approval, Payment, Withdrawal
from service.domain.event import JsonValue
from service.domain.period import Period, PeriodState
from service.reports.company import company_today
from service.store.approvals import list_approvals, list_payments, list_withdrawals
from service.store.periods import Closing, PeriodRow, find_closing, find_period, list_periods


@dataclass(frozen=True, slots=True)
class SignedPeriod:
    """A period with the closing that holds (None: open), its approvals and payments, and what was withdrawn."""

    row: PeriodRow
    closing: Closing | None
    approvals: list[Approval]
    payments: list[Payment]
    withdrawals: list[Withdrawal]


def shown_period(session: Session, period: Period, *, now: datetime) -> PeriodRow:
    """A period as everybody is shown it: one that is over and not closed is settling, by the company's day."""
    return _shown(find_period(session, period), company_today(session, now))


def all_periods(session: Session, *, now: datetime) -> list[PeriodRow]:
    """Every period something was done with, the present one and the one before it, in the order of time."""
    today = company_today(session, now)
    present = Period.of(today)
    rows = {period: PeriodRow(period, PeriodState.OPEN, 0) for period in (present.preceding, present)}
    rows |= {row.period: row for row in list_periods(session)}
    return [_shown(rows[period], today) for period in sorted(rows)]


def _shown(row: PeriodRow, today: date) -> PeriodRow:
    return replace(row, state=row.state.on(today, row.period.last_day))


def signed_period(session: Session, period: Period, *, now: datetime) -> SignedPeriod:
    """What is signed of a period, for who approves it."""
    row = find_period(session, period)
    shown = shown_period(session, period, now=now)
    withdrawals = list_withdrawals(session, period)
    if not row.state.is_closed:
        return SignedPeriod(shown, None, [], [], withdrawals)
    approvals = list_approvals(session, period, row.version)
    payments = list_payments(session, period)
    return SignedPeriod(shown, find_closing(session, period), approvals, payments, withdrawals)


def closed_at(session: Session, period: Period) -> datetime:
    """When a closed period was closed."""
    closing = find_closing(session, period)
    assert closing is not None, f"{period} is not closed"
    return closing.closed_at


def signed_document(signed: SignedPeriod) -> dict[str, JsonValue]:
    """A signed period as JSON: `document` is what the hash was computed from and what an approval is for."""
    closing = signed.closing
    return {
        "period": str(signed.row.period),
        "state": signed.row.state.value,
        "version": signed.row.version,
        "document_hash": closing.document_hash if closing else "",
        "closed_at": closing.closed_at.isoformat() if closing else None,
        "closed_by": closing.closed_by if closing else "",
        "document": json.loads(closing.document) if closing else None,
        "approvals": [
            {
                "approved_at": item.approved_at.isoformat(),
                "approved_by": item.approved_by,
                "document_hash": item.document_hash,
            }
            for item in signed.approvals
        ],
        "payments": [payment_told(item) for item in signed.payments],
        "withdrawals": [
            {
                "version": item.version,
                "withdrawn_at": item.withdrawn_at.isoformat(),
                "withdrawn_by": item.withdrawn_by,
                "reason": item.reason,
            }
            for item in signed.withdrawals
        ],
    }


def payment_told(payment: Payment) -> dict[str, JsonValue]:
    """A payment as JSON: `document` names what it paid and what differs."""
    return {
        "position": payment.position,
        "paid_at": payment.paid_at.isoformat(),
        "paid_by": payment.paid_by,
        "document_hash": payment.document_hash,
        "document": json.loads(payment.document),
    }
