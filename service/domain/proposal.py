"""A proposal: events that one key asks for and another one must confirm before they are taken."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from service.domain.errors import BusinessConflictError, NotFoundError

ID_LENGTH = 26
"""Characters after "prp_": 130 random bits."""


class UnknownProposalError(NotFoundError):
    """A proposal that was never made."""

    code = "unknown_proposal"

    def __init__(self) -> None:
        super().__init__("There is no such proposal. GET /v1/proposals lists those that wait.")


class ProposalDecidedError(BusinessConflictError):
    """A proposal was to be decided a second time."""

    code = "proposal_decided"

    def __init__(self, state: str) -> None:
        super().__init__(f"This proposal is {state} already. Propose the opposite if that was wrong.")


class SamePersonError(BusinessConflictError):
    """A proposal was to be confirmed by the key that made it."""

    code = "same_person"

    def __init__(self) -> None:
        super().__init__("Whoever proposed it cannot confirm it. Somebody else must, with a key of their own.")


class ProposalKind(StrEnum):
    """What is proposed."""

    VOID = "void"
    REPLACE = "replace"
    MANUAL_FACTS = "manual_facts"


class ProposalState(StrEnum):
    """Whether it waits, and what was decided."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Events to be taken from a source; `document` is canonical JSON with `source` and `events` in our own format.

    `proposed_by` and `decided_by` are ids of keys.
    """

    proposal_id: str
    kind: ProposalKind
    subject: str
    document: str
    why: str
    proposed_at: datetime
    proposed_by: str
    state: ProposalState = ProposalState.OPEN
    decided_at: datetime | None = None
    decided_by: str = ""


def new_proposal_id() -> str:
    """`prp_` and 26 random characters."""
    return "prp_" + base64.b32encode(secrets.token_bytes(17)).decode().lower()[:ID_LENGTH]


def demand_other_person(proposal: Proposal, who: str, state: ProposalState) -> None:
    """Refuse a second decision, and a confirmation by whoever proposed; to take it back oneself is allowed."""
    if proposal.state is not ProposalState.OPEN:
        raise ProposalDecidedError(proposal.state.value)
    if state is ProposalState.CONFIRMED and who == proposal.proposed_by:
        raise SamePersonError
