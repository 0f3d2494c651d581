"""Decide about the shares that a sender named: from now on they hold, or the company's stay."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.audit import SHARES_DECIDED, AuditEntry
from service.domain.hold import NoSuchReceiptError
from service.domain.share_claim import ClaimState, NoClaimToDecideError, demand_other_hands, demand_whole
from service.domain.waiting import Decision, demand_reason
from service.plans.words import words_of
from service.store.audit import add_new_audit
from service.store.days import hold_sources, make_event_again
from service.store.events import find_event_by_receipt
from service.store.quarantine import is_waiting
from service.store.share_claims import end_claim
from service.store.vocabulary import list_vocabularies


def decide_shares(
    session: Session, receipt_id: str, state: ClaimState, decision: Decision, sender: str | None = None
) -> None:
    """Approve or refuse the shares of an event; approved ones count at once, in a closed month as an adjustment.

    `sender` is the source that the decider's key belongs to, if any: nobody approves the own shares.
    """
    demand_reason(decision.why)
    recorded = find_event_by_receipt(session, receipt_id)
    if recorded is None:
        raise NoSuchReceiptError(receipt_id)
    demand_other_hands(recorded.event, sender)
    hold_sources(session, [recorded.event])
    # What waits in quarantine is judged there first: a replay beside this would not see the decision.
    if is_waiting(session, recorded.event_id) or not end_claim(session, recorded.event_id, state, decision):
        raise NoClaimToDecideError
    if state is ClaimState.APPROVED:
        demand_whole(recorded.event)
        words = words_of((version.starts_on, version.document) for version in list_vocabularies(session))
        make_event_again(session, recorded, words.measures, decision.at)
    detail = {"why": decision.why, "state": state.value}
    add_new_audit(session, AuditEntry(decision.at, decision.who, SHARES_DECIDED, receipt_id, detail))
