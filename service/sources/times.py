"""Times as senders write them: RFC 3339 with an offset, nothing guessed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_TIME = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)[Tt ](?P<minute>(?:[01]\d|2[0-3]):\d\d):(?P<second>\d\d)(?:\.(?P<fraction>\d{1,9}))?"
    r"(?:[Zz]|(?P<sign>[+-])(?P<hours>\d\d):(?P<minutes>\d\d))",
    re.ASCII,
)

# As nearly all are written, with nothing to be cut or moved.
_PLAIN = re.compile(r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:[0-5]\d(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII)
_COUNT = re.compile(r"\d{1,19}", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

LEAP_SECOND = "60"
MICROSECOND_DIGITS = 6
MICROSECONDS = 10**MICROSECOND_DIGITS


def parse_time(text: str) -> datetime | None:
    """The instant in UTC; None for anything but a real time with its offset.

    A leap second is the last microsecond of its minute: clocks cannot hold it, and it must not move into the next day.
    Digits beyond the microsecond are cut.
    """
    if _PLAIN.fullmatch(text):
        try:
            return datetime.fromisoformat(text).astimezone(UTC)
        except (ValueError, OverflowError):
            return None
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    leaps = match["second"] == LEAP_SECOND
    second = "59" if leaps else match["second"]
    fraction = "999999" if leaps else (match["fraction"] or "")[:MICROSECOND_DIGITS].ljust(MICROSECOND_DIGITS, "0")
    try:
        moment = datetime.fromisoformat(f"{match['date']}T{match['minute']}:{second}.{fraction}")
        moment = moment.replace(tzinfo=_offset(match)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    # A leap second is put in at the end of a UTC day and nowhere else.
    return None if leaps and (moment.hour, moment.minute) != (23, 59) else moment


def _offset(match: re.Match[str]) -> timezone:
    if match["sign"] is None:
        return UTC
    minutes = int(match["minutes"])
    if minutes >= 60:  # noqa: PLR2004 - an hour
        raise ValueError
    size = timedelta(hours=int(match["hours"]), minutes=minutes)
    return timezone(-size if match["sign"] == "-" else size)


def from_epoch(value: object, per_second: int = 1) -> datetime | None:
    """The instant that a count since 1970 means, in seconds or as many parts of one; None for anything else.

    Digits beyond the microsecond are cut. Numbers are exact: what a float could not hold never becomes one.
    """
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not _COUNT.fullmatch(text):
        return None
    try:
        return _EPOCH + timedelta(microseconds=int(text) * MICROSECONDS // per_second)
    except OverflowError:
        return None
