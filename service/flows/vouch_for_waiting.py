"""Vouch for waiting events: a person answers for what its sender could not prove."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from service.domain.audit import EVENTS_VOUCHED, AuditEntry
from service.domain.event import JsonValue, QuarantineReason
from service.domain.waiting import Decision, NothingChosenError, WaitingQuery, demand_reason
from service.store.audit import add_new_audit
from service.store.holds import add_vouching


def vouch_for_waiting(session: Session, wanted: WaitingQuery, decision: Decision) -> WaitingQuery:
    """Let the wanted events of low trust be judged without it from now on; which ones are left to replay."""
    demand_reason(decision.why)
    if not wanted.chooses:
        raise NothingChosenError
    low = replace(wanted, reason=QuarantineReason.LOW_TRUST)
    vouched = add_vouching(session, low, decision)
    if vouched:
        detail: dict[str, JsonValue] = {"why": decision.why, "events": vouched, "receipts": list(wanted.receipts)}
        add_new_audit(session, AuditEntry(decision.at, decision.who, EVENTS_VOUCHED, "quarantine", detail))
    return low
