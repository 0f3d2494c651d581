"""Proposals that wait or were decided, and what a correction of an event would meet."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.counting import RecordedEvent
from service.domain.period import Period
from service.domain.proposal import Proposal, ProposalState
from service.plans.words import words_of
from service.reports.event_trace import UnknownEventError
from service.store.events import find_event_by_receipt
from service.store.periods import list_periods
from service.store.proposals import list_proposals
from service.store.vocabulary import list_vocabularies

MOST_SHOWN = 200
"""Proposals of one list, the oldest first; whoever has more decides these before."""


def proposals_in(session: Session, state: ProposalState) -> list[dict[str, object]]:
    """The oldest proposals in a state, as JSON."""
    return [proposal_document(found) for found in list_proposals(session, state, MOST_SHOWN)]


def proposal_document(found: Proposal) -> dict[str, object]:
    """A proposal as JSON."""
    return {
        "proposal_id": found.proposal_id,
        "kind": found.kind.value,
        "subject": found.subject,
        "why": found.why,
        "state": found.state.value,
        "proposed_at": found.proposed_at.isoformat(),
        "proposed_by": found.proposed_by,
        "decided_at": found.decided_at.isoformat() if found.decided_at else None,
        "decided_by": found.decided_by or None,
        **json.loads(found.document),
    }


def correctable(session: Session, receipt_id: str, source_id: str | None) -> RecordedEvent:
    """The event of a receipt; one of another source than the key's is unknown to it."""
    found = find_event_by_receipt(session, receipt_id)
    if found is None or source_id not in (None, found.event.source_id):
        raise UnknownEventError
    return found


def is_closed(session: Session, moment: datetime) -> bool:
    """Whether the company's month of a moment is closed."""
    words = words_of((version.starts_on, version.document) for version in list_vocabularies(session))
    period = Period.of(words.measures.day_of(moment))
    return any(row.period == period and row.state.is_closed for row in list_periods(session))
