"""Note what payroll says it paid of an approved month: what is right is paid, what differs stays open and is named."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.approval import (
    NotApprovedError,
    Payment,
    PaymentContent,
    Signer,
    paid_by_documents,
    payment_document,
)
from service.domain.audit import PERIOD_PAID, AuditEntry
from service.domain.chain import DocumentKey, DocumentKind
from service.domain.due import Due, dues, numbers_of, with_books
from service.domain.event import JsonValue
from service.domain.ledger import payment_entries
from service.domain.payout import RuleBooks, payout_lines
from service.domain.period import Period, PeriodState
from service.domain.returned_list import ReturnedList
from service.domain.settling import Settled, demand_same_codes, settle
from service.domain.statement import document_hash
from service.plans.rule_books import rule_books
from service.store.approvals import add_new_payment, list_approvals, list_payments
from service.store.audit import add_new_audit
from service.store.chain import demand_signing_key, sign
from service.store.ledger import add_new_entries
from service.store.payouts import list_numbers, list_payouts
from service.store.periods import Closing, PeriodRow, find_closing, lock_period, set_period
from service.store.plans import list_documents_of
from service.store.posted_lines import list_posted_lines


def pay(
    session: Session,
    period: Period,
    returned: ReturnedList,
    paid_by: Signer,
    *,
    rules: Mapping[str, RuleBooks],
    now: datetime,
) -> Payment:
    """Record what a returned list pays; `rules` are the books of rules whose plans say nothing.

    The month is paid once nothing of it is open. The same list again changes nothing and gives the same payment.
    Raises `NotApprovedError`, `BooksDifferError`, `CodesChangedError` or what signing raises, and changes nothing.
    """
    demand_signing_key(session)
    row = lock_period(session, period)
    closing = find_closing(session, period)
    if closing is None or row.state not in {PeriodState.APPROVED, PeriodState.PAID}:
        raise NotApprovedError(period, row.state)
    before = list_payments(session, period)
    again = _again(before, returned)
    if row.state is PeriodState.PAID:
        if again is None:
            raise NotApprovedError(period, row.state)
        return again
    owed = _dues(session, row, rules)
    paid_before = paid_by_documents(payment.document for payment in before)
    demand_same_codes(owed, paid_before)
    settled = settle(owed, paid_before, numbers_of(owed, list_numbers(session)), returned)
    if again is not None and not settled.paid:
        return again
    known = {*paid_before, *(due.key for due in settled.paid)}
    still_open = [due for due in owed if due.key not in known]
    document = _document(session, closing, returned, settled, still_open)
    payment = Payment(period, row.version, len(before) + 1, now, paid_by.name, document, document_hash(document))
    _record(session, payment, settled, paid_by, PeriodState.APPROVED if still_open else PeriodState.PAID)
    return payment


def _record(session: Session, payment: Payment, settled: Settled, paid_by: Signer, after: PeriodState) -> None:
    period, version, position = payment.period, payment.version, payment.position
    add_new_entries(session, payment_entries(period, version, position, settled.paid), payment.paid_at)
    add_new_payment(session, payment)
    set_period(session, PeriodRow(period, after, version))
    detail: dict[str, JsonValue] = {
        "version": version,
        "payment": position,
        "document_hash": payment.document_hash,
        "rows": len(settled.paid),
        "differences": len(settled.differences),
        "hand": paid_by.hand,
    }
    add_new_audit(session, AuditEntry(payment.paid_at, paid_by.name, PERIOD_PAID, str(period), detail))
    sign(session, DocumentKey(DocumentKind.PAYMENT, period, version, position), after, payment.paid_at)


def _dues(session: Session, row: PeriodRow, rules: Mapping[str, RuleBooks]) -> list[Due]:
    posted = list_posted_lines(session, row.period)
    books = rule_books(list_documents_of(session, {line.plan_hash for line in posted}))
    return dues(with_books(payout_lines(list_payouts(session, row), posted, books), rules))


def _again(before: Sequence[Payment], returned: ReturnedList) -> Payment | None:
    """The payment that this list made when it came before."""
    hashed = returned.list_hash
    return next((item for item in before if json.loads(item.document).get("list_hash") == hashed), None)


def _document(
    session: Session, closing: Closing, returned: ReturnedList, settled: Settled, still_open: Sequence[Due]
) -> str:
    approvals = list_approvals(session, closing.period, closing.version)
    content = PaymentContent(
        period=closing.period,
        version=closing.version,
        closing_hash=closing.document_hash,
        list_hash=returned.list_hash,
        approved_by=[approval.approved_by for approval in approvals],
        settled=settled,
        open_minor=sum(due.amount_minor for due in still_open),
    )
    return payment_document(content)
