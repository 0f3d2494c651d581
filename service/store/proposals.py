"""Rows of proposals."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from service.domain.proposal import Proposal, ProposalKind, ProposalState, UnknownProposalError
from service.domain.waiting import Decision
from service.store.intake_tables import proposal


def add_new_proposal(session: Session, new: Proposal) -> None:
    """Insert a proposal."""
    session.execute(insert(proposal).values(asdict(new)))


def lock_proposal(session: Session, proposal_id: str) -> Proposal:
    """The proposal, which nobody else decides until the end of the transaction."""
    query = select(proposal).where(proposal.c.proposal_id == proposal_id).with_for_update()
    row = session.execute(query).one_or_none()
    if row is None:
        raise UnknownProposalError
    return _proposal(row)


def list_proposals(session: Session, state: ProposalState, limit: int) -> list[Proposal]:
    """The oldest proposals in a state."""
    columns = proposal.c
    query = select(proposal).where(columns.state == state.value).order_by(columns.proposed_at, columns.proposal_id)
    return [_proposal(row) for row in session.execute(query.limit(limit))]


def mark_decided(session: Session, proposal_id: str, state: ProposalState, decision: Decision) -> None:
    """Write what was decided."""
    values = {"state": state.value, "decided_at": decision.at, "decided_by": decision.who}
    session.execute(update(proposal).where(proposal.c.proposal_id == proposal_id).values(values))


def _proposal(row: Row[*tuple[object, ...]]) -> Proposal:
    values = row._asdict()
    return Proposal(**values | {"kind": ProposalKind(values["kind"]), "state": ProposalState(values["state"])})
