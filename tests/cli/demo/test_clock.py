"""The clock of the demo is set by hand, goes forward only, and can run on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from service.cli.demo.clock import DemoClock, running_from

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


def test_the_clock_goes_forward_and_never_back() -> None:
    clock = DemoClock(NOON)
    clock.set_forward(NOON + timedelta(hours=2))
    clock.set_forward(NOON + timedelta(hours=1))
    assert clock() == NOON + timedelta(hours=2)


def test_a_clock_runs_on_from_a_moment_like_another() -> None:
    other = DemoClock(NOON)
    clock = running_from(NOON - timedelta(days=100), other)
    assert clock() == NOON - timedelta(days=100)
    other.set_forward(NOON + timedelta(seconds=5))
    assert clock() == NOON - timedelta(days=100) + timedelta(seconds=5)
