"""Proposing events that another key must confirm."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.audit import PROPOSED, AuditEntry
from service.domain.proposal import Proposal
from service.domain.waiting import demand_reason
from service.store.audit import add_new_audit
from service.store.proposals import add_new_proposal


def propose(session: Session, proposal: Proposal) -> None:
    """Keep a proposal; nothing of it counts until somebody else confirms it."""
    demand_reason(proposal.why)
    add_new_proposal(session, proposal)
    detail = {"kind": proposal.kind.value, "subject": proposal.subject, "why": proposal.why}
    entry = AuditEntry(proposal.proposed_at, proposal.proposed_by, PROPOSED, proposal.proposal_id, detail)
    add_new_audit(session, entry)
