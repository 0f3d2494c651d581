"""Decide about a held event: from now on it counts, or it never does."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.audit import EVENT_REJECTED, EVENT_RELEASED, AuditEntry
from service.domain.hold import DecidedError, HoldState, NoSuchReceiptError
from service.domain.waiting import Decision, demand_reason
from service.plans.words import words_of
from service.store.audit import add_new_audit
from service.store.days import hold_sources, make_event_again
from service.store.events import find_event_by_receipt
from service.store.holds import end_hold, find_hold_state
from service.store.quarantine import mark_hold_released
from service.store.vocabulary import list_vocabularies


def decide_hold(session: Session, receipt_id: str, state: HoldState, decision: Decision) -> None:
    """Release or reject a held event; its days are made again, and a closed month gets an adjustment."""
    demand_reason(decision.why)
    recorded = find_event_by_receipt(session, receipt_id)
    if recorded is None:
        raise NoSuchReceiptError(receipt_id)
    hold_sources(session, [recorded.event])
    held = end_hold(session, recorded.event_id, state, decision)
    if held is None:
        raise DecidedError(find_hold_state(session, recorded.event_id))
    if state is HoldState.RELEASED:
        mark_hold_released(session, held, decision.at)
    words = words_of((version.starts_on, version.document) for version in list_vocabularies(session))
    make_event_again(session, recorded, words.measures, decision.at)
    what = EVENT_RELEASED if state is HoldState.RELEASED else EVENT_REJECTED
    add_new_audit(session, AuditEntry(decision.at, decision.who, what, receipt_id, {"why": decision.why}))
