"""Settle a flag: somebody looked at its evidence and wrote what it was."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.audit import FLAG_RESOLVED, AuditEntry
from service.domain.flag import ResolvedFlagError, UnknownFlagError
from service.domain.waiting import Decision, demand_reason
from service.store.audit import add_new_audit
from service.store.flags import has_flag, resolve_flag


def settle_flag(session: Session, flag_id: str, decision: Decision) -> None:
    """Note who looked at a flag and what it was; nothing is counted otherwise because of it."""
    demand_reason(decision.why)
    if not resolve_flag(session, flag_id, decision):
        if has_flag(session, flag_id):
            raise ResolvedFlagError
        raise UnknownFlagError(flag_id)
    add_new_audit(session, AuditEntry(decision.at, decision.who, FLAG_RESOLVED, flag_id, {"why": decision.why}))
