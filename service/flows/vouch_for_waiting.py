"""Vouch for waiting events: a person answers for what its sender could not prove, or what is too old or too large."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from service.domain.audit import EVENTS_VOUCHED, AuditEntry
from service.domain.event import JsonValue, QuarantineReason
from service.domain.waiting import (
    VOUCHABLE,
    Decision,
    NothingChosenError,
    NotVouchableError,
    WaitingQuery,
    demand_reason,
)
from service.store.audit import add_new_audit
from service.store.holds import add_vouching


def vouch_for_waiting(session: Session, wanted: WaitingQuery, decision: Decision) -> WaitingQuery:
    """Let the wanted events be judged by a person's word from now on; which ones are left to replay.

    Those of low trust are meant unless another reason is named.
    """
    demand_reason(decision.why)
    if not wanted.chooses:
        raise NothingChosenError
    reason = wanted.reason or QuarantineReason.LOW_TRUST
    if reason not in VOUCHABLE:
        raise NotVouchableError(reason)
    meant = replace(wanted, reason=reason)
    vouched = add_vouching(session, meant, decision)
    if vouched:
        detail: dict[str, JsonValue] = {
            "why": decision.why,
            "reason": reason.value,
            "events": vouched,
            "receipts": list(wanted.receipts),
        }
        add_new_audit(session, AuditEntry(decision.at, decision.who, EVENTS_VOUCHED, "quarantine", detail))
    return meant
