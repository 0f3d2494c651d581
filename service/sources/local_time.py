"""Times without an offset, as telephone exchanges write them: read in the time zone that the source was set up with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_LOCAL = re.compile(r"(?P<day>\d{4}-\d\d-\d\d)[T ](?P<clock>\d\d:\d\d:\d\d)(?:\.\d{1,9})?", re.ASCII)


class Doubt(StrEnum):
    """Why a time on a clock is not one instant: a clock put forward skips an hour, one put back shows an hour twice."""

    GAP = "gap"
    FOLD = "fold"


@dataclass(frozen=True, slots=True)
class LocalTime:
    """The instant in UTC, and the doubt that was settled by rule where the clock was changed."""

    instant: datetime
    doubt: Doubt | None = None


def parse_local_time(text: str, zone: ZoneInfo) -> LocalTime | None:
    """The instant of a time on the clock of a zone; None for anything but `2026-10-25 03:30:00`.

    A time that the clock skipped is moved forward by as much as the clock was; of one that it showed twice the first is
    meant. Both are RFC 5545's rules, and both are flagged so that a person can see why a call counts where it does.
    """
    match = _LOCAL.fullmatch(text)
    if match is None:
        return None
    try:
        first = datetime.fromisoformat(f"{match['day']}T{match['clock']}").replace(tzinfo=zone)
        instant = first.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    if first.utcoffset() == first.replace(fold=1).utcoffset():
        return LocalTime(instant)
    skipped = instant.astimezone(zone).replace(tzinfo=None) != first.replace(tzinfo=None)
    return LocalTime(instant, Doubt.GAP if skipped else Doubt.FOLD)


def parse_time_in(text: str, timezone: str) -> LocalTime | None:
    """The same with the name of a zone; None as well where the name is none, for nobody guesses a zone."""
    try:
        zone = ZoneInfo(timezone)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return None
    return parse_local_time(text, zone)
