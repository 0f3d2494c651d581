"""Hold an event: it stays where it is, shown to its owner, and does not count until a person has decided."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.audit import EVENT_HELD, AuditEntry
from service.domain.event import Operation
from service.domain.hold import DecidedError, Hold, NoSuchReceiptError, NotCountingError, demand_reviewer
from service.domain.waiting import Decision, demand_reason
from service.plans.words import words_of
from service.store.audit import add_new_audit
from service.store.days import hold_sources, make_event_again
from service.store.events import find_event_by_receipt
from service.store.holds import add_hold, find_hold_state
from service.store.quarantine import is_waiting
from service.store.vocabulary import list_vocabularies


def hold_event(session: Session, receipt_id: str, hold: Hold, decision: Decision) -> None:
    """Keep an event, and whatever stands in its place, from counting; a closed month gets an adjustment."""
    demand_reason(hold.why)
    words = words_of((version.starts_on, version.document) for version in list_vocabularies(session))
    demand_reviewer(hold, words.measures.day_of(decision.at))
    recorded = find_event_by_receipt(session, receipt_id)
    if recorded is None:
        raise NoSuchReceiptError(receipt_id)
    if recorded.event.op is Operation.VOID or is_waiting(session, recorded.event_id):
        raise NotCountingError
    hold_sources(session, [recorded.event])
    if not add_hold(session, recorded, hold, decision):
        raise DecidedError(find_hold_state(session, recorded.event_id))
    make_event_again(session, recorded, words.measures, decision.at)
    detail = {"why": hold.why, "reviewer": hold.reviewer, "due_on": hold.due_on.isoformat()}
    add_new_audit(session, AuditEntry(decision.at, decision.who, EVENT_HELD, receipt_id, detail))
