"""Discard waiting events: they stay, with who decided it and why, and never count."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.audit import EVENTS_DISCARDED, AuditEntry
from service.domain.event import JsonValue
from service.domain.waiting import Decision, NothingChosenError, WaitingQuery, demand_reason
from service.store.audit import add_new_audit
from service.store.conflicts import mark_settled
from service.store.quarantine import mark_discarded


def discard_waiting(session: Session, wanted: WaitingQuery, decision: Decision) -> int:
    """Take the wanted events and conflicts from the list of what waits, for ever; how many."""
    demand_reason(decision.why)
    if not wanted.chooses:
        raise NothingChosenError
    events = mark_discarded(session, wanted, decision)
    conflicts = mark_settled(session, wanted, decision)
    if events or conflicts:
        detail: dict[str, JsonValue] = {
            "why": decision.why,
            "events": len(events),
            "conflicts": conflicts,
            "reason": wanted.reason.value if wanted.reason else None,
            "source": wanted.source_id or None,
            "subject": wanted.subject or None,
            "receipts": list(wanted.receipts),
        }
        subject = wanted.source_id or "quarantine"
        add_new_audit(session, AuditEntry(decision.at, decision.who, EVENTS_DISCARDED, subject, detail))
    return len(events) + conflicts
