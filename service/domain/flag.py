"""Flags: what looks odd in a person's month, with the events that show it; never a penalty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from service.domain.errors import BusinessConflictError, NotFoundError
from service.domain.event import Event
from service.domain.period import Period


class FlagKind(StrEnum):
    """What looks odd."""

    BURST = "burst"
    SAME_NUMBER = "same_number"
    JUST_ABOVE = "just_above_minimum"
    SELF_DEALING = "self_dealing"
    LOST_AFTER = "lost_after_month_end"
    MOVED = "moved_over_month_end"
    CREATED_AGAIN = "created_again"
    BOUNCED = "bounced"
    EDITED = "amounts_edited"


class UnknownFlagError(NotFoundError):
    """A flag that is not there, or no longer."""

    code = "unknown_flag"

    def __init__(self, flag_id: str) -> None:
        super().__init__(f'There is no flag "{flag_id[:40]}". `stimul flags list` shows all of them.')


class ResolvedFlagError(BusinessConflictError):
    """A flag that somebody looked at before."""

    code = "flag_resolved"

    def __init__(self) -> None:
        super().__init__("Somebody has looked at this flag and written what it was.")


@dataclass(frozen=True, slots=True)
class Seen:
    """An event of somebody, as it was told: the person who did it, its day, and when it came."""

    event: Event
    person_id: str
    day: date
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Flag:
    """What looks odd in a person's month: a sentence, and the receipts of the events that show it."""

    flag_id: str
    person_id: str
    period: Period
    kind: FlagKind
    detail: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FlagQuery:
    """Which flags; what is empty or None does not choose."""

    person_id: str = ""
    period: Period | None = None
    kind: FlagKind | None = None
    resolved: bool | None = None
