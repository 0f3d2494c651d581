"""Times on a clock: an hour that was skipped moves forward, of one that came twice the first is meant, both flagged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.sources.local_time import Doubt, LocalTime, parse_local_time, parse_time_in

SOFIA = ZoneInfo("Europe/Sofia")


@pytest.mark.parametrize(
    ("text", "instant", "doubt"),
    [
        ("2026-11-23 13:00:00", datetime(2026, 11, 23, 11, tzinfo=UTC), None),
        ("2026-07-01T13:00:00.5", datetime(2026, 7, 1, 10, tzinfo=UTC), None),
        ("2026-03-29 02:59:59", datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), None),
        ("2026-03-29 03:00:00", datetime(2026, 3, 29, 1, tzinfo=UTC), Doubt.GAP),
        ("2026-03-29 03:59:59", datetime(2026, 3, 29, 1, 59, 59, tzinfo=UTC), Doubt.GAP),
        ("2026-03-29 04:00:00", datetime(2026, 3, 29, 1, tzinfo=UTC), None),
        ("2026-10-25 03:00:00", datetime(2026, 10, 25, 0, tzinfo=UTC), Doubt.FOLD),
        ("2026-10-25 03:59:59", datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC), Doubt.FOLD),
        ("2026-10-25 04:00:00", datetime(2026, 10, 25, 2, tzinfo=UTC), None),
    ],
)
def test_a_time_on_the_clock_is_an_instant(text: str, instant: datetime, doubt: Doubt | None) -> None:
    assert parse_local_time(text, SOFIA) == LocalTime(instant, doubt)


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2026-13-01 00:00:00", "2026-11-23 24:00:00", "2026-11-23 13:00", "2026-11-23 13:00:00Z", "٢٠٢٦"],
)
def test_anything_else_is_no_time(text: str) -> None:
    assert parse_local_time(text, SOFIA) is None


@pytest.mark.parametrize("name", ["", "Nowhere/Land", "../../etc/passwd", "Europe", "\0", "a" * 5_000])
def test_nobody_guesses_a_zone(name: str) -> None:
    assert parse_time_in("2026-11-23 13:00:00", name) is None


def test_the_first_and_the_last_year_are_no_trouble() -> None:
    for text in ("0001-01-01 00:00:00", "9999-12-31 23:59:59"):
        for name in ("Pacific/Kiritimati", "Etc/GMT+12"):
            parse_time_in(text, name)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001 - naive is the point
    st.sampled_from(["Europe/Sofia", "Australia/Lord_Howe"]),
)
def test_the_clock_at_the_instant_shows_the_time_or_is_flagged(moment: datetime, name: str) -> None:
    moment = moment.replace(microsecond=0)
    found = parse_time_in(moment.isoformat(sep=" "), name)
    assert found is not None
    shown = found.instant.astimezone(ZoneInfo(name)).replace(tzinfo=None)
    if found.doubt is Doubt.GAP:
        assert timedelta(0) < shown - moment <= timedelta(hours=1)
    else:
        assert shown == moment
