"""Waiting events: which of them are meant, and what a replay or a decision makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from service.domain.errors import InvalidError
from service.domain.event import Quarantine, QuarantineReason

VOUCHABLE = frozenset({QuarantineReason.LOW_TRUST, QuarantineReason.TOO_OLD, QuarantineReason.AMOUNT_OUT_OF_BOUNDS})
"""Why an event waits that may count once a person answers for it."""

DUE_AFTER = timedelta(hours=24)
"""An event that is to come within a day counts by itself when it is due; one further ahead is a mistake."""

REPLAYABLE = frozenset(
    {
        QuarantineReason.UNRESOLVED_SUBJECT,
        QuarantineReason.UNMAPPED_TYPE,
        QuarantineReason.FUTURE_TIME,
        QuarantineReason.UNKNOWN_CURRENCY,
        QuarantineReason.LOW_TRUST,
    }
)
"""Reasons that can go away without a word of the sender; events that wait for others are discarded or corrected."""

WHY_CHARACTERS = 500
"""Longest reason of a decision: a paragraph."""


class NoReasonError(InvalidError):
    """A decision without the reason that others will read, or with one nobody would read."""

    code = "why_missing"

    def __init__(self) -> None:
        super().__init__(f"Say why, in 1 to {WHY_CHARACTERS} characters: whoever looks at it later reads nothing else.")


class NothingChosenError(InvalidError):
    """All waiting events were to be discarded at once."""

    code = "nothing_chosen"

    def __init__(self) -> None:
        super().__init__("Name which events are meant: by receipts, reason, source, subject or time.")


class NotVouchableError(InvalidError):
    """Somebody wants to answer for events that wait for something else than a person's word."""

    code = "not_vouchable"

    def __init__(self, reason: QuarantineReason) -> None:
        able = ", ".join(sorted(VOUCHABLE))
        super().__init__(f"Nobody's word lets events count that wait as {reason}; only those of {able}.")


@dataclass(frozen=True, slots=True)
class WaitingQuery:
    """Which waiting events, by when they began to wait and more; what is empty or None does not choose."""

    reason: QuarantineReason | None = None
    source_id: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None
    receipts: tuple[str, ...] = ()

    @property
    def chooses(self) -> bool:
        """Whether it leaves anything out."""
        return self != WaitingQuery()


@dataclass(frozen=True, slots=True)
class Waiting:
    """One event that waits: which, whose, why and since when."""

    event_id: int
    source_id: str
    subject: str | None
    quarantine: Quarantine
    since: datetime


@dataclass(frozen=True, slots=True)
class Replayed:
    """One step of a replay: how many events count now, how many still wait, and after which number to go on."""

    released: int
    waiting: int
    after: int


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided what about events, when and why."""

    who: str
    why: str
    at: datetime


def demand_reason(why: str) -> None:
    """Refuse a decision that says nothing."""
    if not 1 <= len(why.strip()) <= WHY_CHARACTERS or not why.isprintable():
        raise NoReasonError


def is_due_by_itself(occurred_at: datetime, received_at: datetime) -> bool:
    """Whether an event that came too early was so little early that it may count when its time has come."""
    return occurred_at - received_at <= DUE_AFTER
