"""Approve a closed month: bound to the closing document that was read, by somebody else than who closed it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.approval import (
    Approval,
    ApprovalFinalError,
    ApprovedByYouError,
    ClosedByYouError,
    NotClosedError,
    OtherDocumentError,
    OwnPayError,
    Signer,
    approvals_needed,
)
from service.domain.audit import PERIOD_APPROVED, AuditEntry
from service.domain.chain import DocumentKey, DocumentKind
from service.domain.event import JsonValue
from service.domain.ledger import owed_minor
from service.domain.money import parse_minor
from service.domain.period import Period, PeriodState
from service.store.approvals import add_new_approval, list_approvals
from service.store.audit import add_new_audit
from service.store.chain import sign
from service.store.ledger import list_closing_entries
from service.store.periods import Closing, PeriodRow, find_closing, lock_period, set_period


def approve(
    session: Session,
    period: Period,
    document_hash: str,
    signer: Signer,
    *,
    second_above_minor: int | None,
    now: datetime,
) -> PeriodRow:
    """Approve the closing whose document has this hash; the period as it stands then.

    A run that pays more than `second_above_minor` stays closed until a second person approves it. Raises
    `NotClosedError`, `ApprovalFinalError`, `OtherDocumentError`, `ClosedByYouError`, `OwnPayError`,
    `ApprovedByYouError` or what signing raises, and changes nothing.
    """
    row = lock_period(session, period)
    closing = _closing(session, row)
    if closing.document_hash != document_hash:
        raise OtherDocumentError(period, row.version)
    given = list_approvals(session, period, row.version)
    _demand_somebody_else(session, closing, given, signer)
    position = len(given) + 1
    add_new_approval(
        session, Approval(period, row.version, position, now, signer.name, signer.person_id, document_hash)
    )
    payable_minor = parse_minor(json.loads(closing.document)["payable"])
    is_enough = position >= approvals_needed(payable_minor, second_above_minor)
    after = PeriodRow(period, PeriodState.APPROVED if is_enough else PeriodState.CLOSED, row.version)
    set_period(session, after)
    detail: dict[str, JsonValue] = {
        "version": row.version,
        "document_hash": document_hash,
        "approval": position,
        "hand": signer.hand,
    }
    add_new_audit(session, AuditEntry(now, signer.name, PERIOD_APPROVED, str(period), detail))
    sign(session, DocumentKey(DocumentKind.APPROVAL, period, row.version, position), after.state, now)
    return after


def _closing(session: Session, row: PeriodRow) -> Closing:
    """The closing that may be approved now."""
    closing = find_closing(session, row.period)
    if closing is None or not row.state.is_closed:
        raise NotClosedError(row.period)
    if row.state is not PeriodState.CLOSED:
        raise ApprovalFinalError(row.period, row.state)
    return closing


def _demand_somebody_else(session: Session, closing: Closing, given: Sequence[Approval], signer: Signer) -> None:
    """Refuse who closed the month, who approved it already, and who is paid by it."""
    if signer.is_also(closing.closed_by, closing.closed_by_person):
        raise ClosedByYouError(closing.period)
    if any(signer.is_also(other.approved_by, other.person_id) for other in given):
        raise ApprovedByYouError(closing.period)
    entries = list_closing_entries(session, closing.period, closing.version)
    if any(entry.person_id == signer.person_id and owed_minor(entry) for entry in entries):
        raise OwnPayError(closing.period)
