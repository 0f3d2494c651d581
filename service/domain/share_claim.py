"""Share claims: shares of a deal that a sender named and that differ from the company's, until a person has decided."""

from __future__ import annotations

from enum import StrEnum

from service.domain.errors import BusinessConflictError, ForbiddenError
from service.domain.event import Event
from service.domain.fact import WHOLE

SHARES_APPROVED = "shares_approved"
"""The reason of a release by which an event counts by its sender's shares, beside the reasons of the quarantine."""


class ClaimState(StrEnum):
    """Whether the sent shares wait for a decision, and what it was."""

    HELD = "held"
    APPROVED = "approved"
    REFUSED = "refused"


class NoClaimToDecideError(BusinessConflictError):
    """An event whose shares wait for nobody: none were sent that differ, or it is decided already."""

    code = "no_share_claim"

    def __init__(self) -> None:
        super().__init__("No shares of this event wait for a decision: none differ from the company's, or it is done.")


class OwnClaimError(ForbiddenError):
    """A source that would approve the shares it sent itself."""

    code = "own_share_claim"

    def __init__(self) -> None:
        super().__init__("A key of the source that sent the shares cannot decide about them; somebody else must.")


class SharesNotWholeError(BusinessConflictError):
    """Sent shares that leave something of the deal to nobody, or give away more than there is."""

    code = "shares_not_whole"

    def __init__(self) -> None:
        super().__init__(
            "The sent shares cannot hold: every part needs one and they must add to 100 %. "
            "Reject them, and let the sender replace the event."
        )


def names_shares(event: Event) -> bool:
    """Whether the sender says how the money is to be shared."""
    return bool(event.credit) and any(claim.share_percent is not None for claim in event.credit)


def demand_other_hands(event: Event, sender: str | None) -> None:
    """Refuse a decision by a key of the source (`sender`) that sent the shares."""
    if sender == event.source_id:
        raise OwnClaimError


def demand_whole(event: Event) -> None:
    """Refuse shares that do not add to the whole."""
    shares = [claim.share_percent for claim in event.credit if claim.share_percent is not None]
    if len(shares) != len(event.credit) or sum(shares) != WHOLE:
        raise SharesNotWholeError
