"""Which times are times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.sources.times import from_epoch, parse_time

GOOD = {
    "2026-11-23T10:15:00Z": datetime(2026, 11, 23, 10, 15, tzinfo=UTC),
    "2026-11-23t10:15:00z": datetime(2026, 11, 23, 10, 15, tzinfo=UTC),
    "2026-11-23 10:15:00+02:00": datetime(2026, 11, 23, 8, 15, tzinfo=UTC),
    "2026-11-23T10:15:00.123Z": datetime(2026, 11, 23, 10, 15, 0, 123_000, tzinfo=UTC),
    "2026-11-23T10:15:00.123456789Z": datetime(2026, 11, 23, 10, 15, 0, 123_456, tzinfo=UTC),
    "2026-11-23T10:15:00-00:00": datetime(2026, 11, 23, 10, 15, tzinfo=UTC),
    "2016-12-31T23:59:60Z": datetime(2016, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    "2017-01-01T01:59:60+02:00": datetime(2016, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
}

BAD = [
    "2026-11-23T10:15:00",
    "2026-11-23T24:00:00Z",
    "2026-11-23T10:60:00Z",
    "2026-11-23T10:15:60Z",
    "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00+05:00",
    "9999-12-31T23:59:59-05:00",
    "2026-02-30T10:15:00Z",
    "2026-11-23T10:15Z",
    "2026-11-23",
    "2026-11-23T10:15:00+2:00",
    "2026-11-23T10:15:00+02:60",
    "2026-11-23T10:15:00+25:00",
    "\uff12026-11-23T10:15:00Z",
    "2026-11-23T10:15:00Z\n",
    "1732356900",
    "",
]


@pytest.mark.parametrize(("text", "moment"), GOOD.items())
def test_a_time_with_its_offset_is_an_instant(text: str, moment: datetime) -> None:
    assert parse_time(text) == moment


@pytest.mark.parametrize("text", BAD)
def test_anything_else_is_no_time(text: str) -> None:
    assert parse_time(text) is None


OFFSETS = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1), timezones=OFFSETS))  # noqa: DTZ001 - the zone is drawn too
def test_every_time_that_a_program_writes_is_read_back(moment: datetime) -> None:
    assert parse_time(moment.isoformat()) == moment


@given(st.text(max_size=40))
def test_no_text_makes_it_fail(text: str) -> None:
    assert parse_time(text) is None or text[:4].isdigit()


@pytest.mark.parametrize(
    ("value", "per_second", "moment"),
    [
        (1795431700, 1, datetime(2026, 11, 23, 11, 1, 40, tzinfo=UTC)),
        ("1795431700123", 1_000, datetime(2026, 11, 23, 11, 1, 40, 123_000, tzinfo=UTC)),
        ("1795431700123456789", 1_000_000_000, datetime(2026, 11, 23, 11, 1, 40, 123_456, tzinfo=UTC)),
        (0, 1, datetime(1970, 1, 1, tzinfo=UTC)),
        ("", 1, None),
        ("-1", 1, None),
        (True, 1, None),
        (None, 1, None),
        ([1], 1, None),
        (9**18, 1, None),
        (10**400, 1, None),
    ],
)
def test_a_count_since_1970_is_an_instant(value: object, per_second: int, moment: datetime | None) -> None:
    assert from_epoch(value, per_second) == moment
