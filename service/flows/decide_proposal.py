"""Deciding a proposal of somebody else."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.audit import PROPOSAL_DECIDED, AuditEntry
from service.domain.proposal import Proposal, ProposalState, demand_other_person
from service.domain.waiting import Decision
from service.store.audit import add_new_audit
from service.store.proposals import lock_proposal, mark_decided


def decide_proposal(session: Session, proposal_id: str, state: ProposalState, decision: Decision) -> Proposal:
    """Confirm or refuse a proposal, once; the proposal, whose events the caller ingests if it was confirmed."""
    found = lock_proposal(session, proposal_id)
    demand_other_person(found, decision.who, state)
    mark_decided(session, proposal_id, state, decision)
    detail = {"kind": found.kind.value, "state": state.value, "proposed_by": found.proposed_by}
    add_new_audit(session, AuditEntry(decision.at, decision.who, PROPOSAL_DECIDED, proposal_id, detail))
    return found
