"""Noting that somebody corrected an event by hand."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.audit import EVENT_CORRECTED, AuditEntry
from service.domain.event import Operation
from service.domain.waiting import Decision, demand_reason
from service.store.audit import add_new_audit


def note_correction(session: Session, receipt_id: str, op: Operation, decision: Decision) -> None:
    """Write who did what to which event, and why."""
    demand_reason(decision.why)
    detail = {"op": op.value, "why": decision.why}
    add_new_audit(session, AuditEntry(decision.at, decision.who, EVENT_CORRECTED, receipt_id, detail))
