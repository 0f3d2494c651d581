"""Note that an approved month was paid: what is owed by its closing moves to what left the company."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.approval import NotApprovedError, Payment, payment_document
from service.domain.audit import PERIOD_PAID, AuditEntry
from service.domain.chain import DocumentKey, DocumentKind
from service.domain.event import JsonValue
from service.domain.ledger import owed_minor, payment_entries
from service.domain.period import Period, PeriodState
from service.domain.statement import document_hash
from service.store.approvals import add_new_payment, list_approvals
from service.store.audit import add_new_audit
from service.store.chain import sign
from service.store.ledger import add_new_entries, list_closing_entries
from service.store.periods import PeriodRow, find_closing, lock_period, set_period


def pay(session: Session, period: Period, paid_by: str, *, now: datetime) -> Payment:
    """Record the payment of an approved period, once.

    Raises `NotApprovedError` or what signing raises, and changes nothing.
    """
    row = lock_period(session, period)
    closing = find_closing(session, period)
    if closing is None or row.state is not PeriodState.APPROVED:
        raise NotApprovedError(period, row.state)
    entries = list_closing_entries(session, period, row.version)
    amounts = [(entry.person_id, entry.month_worked, amount) for entry in entries if (amount := owed_minor(entry))]
    approvals = list_approvals(session, period, row.version)
    document = payment_document(period, row.version, closing.document_hash, approvals, amounts)
    payment = Payment(period, row.version, now, paid_by, document, document_hash(document))
    add_new_entries(session, payment_entries(entries), now)
    add_new_payment(session, payment)
    set_period(session, PeriodRow(period, PeriodState.PAID, row.version))
    detail: dict[str, JsonValue] = {"version": row.version, "document_hash": payment.document_hash}
    add_new_audit(session, AuditEntry(now, paid_by, PERIOD_PAID, str(period), detail))
    sign(session, DocumentKey(DocumentKind.PAYMENT, period, row.version), PeriodState.PAID, now)
    return payment
