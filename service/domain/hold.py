"""Held events: kept and shown, and not counted until a person has decided about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from service.domain.errors import BusinessConflictError, InvalidError, NotFoundError

REVIEWER_CHARACTERS = 120
"""Longest name of whoever shall decide: a line of a list."""

RELEASED_HOLD = "held"
"""The reason of a release after a hold, beside the reasons of the quarantine."""


class HoldState(StrEnum):
    """Whether an event waits for a decision, and what the last one was."""

    HELD = "held"
    RELEASED = "released"
    REJECTED = "rejected"


class NoSuchReceiptError(NotFoundError):
    """A receipt of no event."""

    code = "unknown_receipt"

    def __init__(self, receipt_id: str) -> None:
        super().__init__(f'There is no event with the receipt "{receipt_id[:40]}".')


class NotCountingError(BusinessConflictError):
    """An event that cannot be held because it does not count anyway."""

    code = "not_counting"

    def __init__(self) -> None:
        super().__init__("This event takes another one back, or waits in quarantine, so there is nothing to hold.")


class DecidedError(BusinessConflictError):
    """An event that is held already, or that nobody holds any more."""

    code = "not_to_decide"

    def __init__(self, state: str) -> None:
        super().__init__(
            f"This event is {state}. Only a held one is released or rejected, and only one that counts held."
        )


class InvalidHoldError(InvalidError):
    """A hold without a reviewer, or one that is to be decided in the past."""

    code = "invalid_hold"

    def __init__(self) -> None:
        super().__init__("Say who decides (up to 120 characters) and by which day, today or later.")


@dataclass(frozen=True, slots=True)
class Hold:
    """Why an event does not count for now, who decides about it and by which day."""

    why: str
    reviewer: str
    due_on: date
    state: HoldState = HoldState.HELD


@dataclass(frozen=True, slots=True)
class HeldEvent:
    """The identity of a held event, and since when it is held."""

    event_id: int
    state: HoldState
    held_at: datetime


def demand_reviewer(hold: Hold, today: date) -> None:
    """Refuse a hold that nobody would decide, or that was to be decided already."""
    named = 1 <= len(hold.reviewer.strip()) <= REVIEWER_CHARACTERS and hold.reviewer.isprintable()
    if not named or hold.due_on < today:
        raise InvalidHoldError
