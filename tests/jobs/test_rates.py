"""Rates that processes share: never more than one process would grant, and none lost to whoever asks alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from service.domain.rate import BURST_S, Ask
from service.jobs.rates import RESERVE_S, RESERVED_FOR, SharedRates

NOON = datetime(2026, 10, 14, 12, tzinfo=UTC)
PER_S = 200
NEAR = 50
"""Requests in a reserve and more: so close to the limit nothing is reserved."""


def granted(rates: SharedRates, count: int, now: datetime = NOON, amount: int = 1) -> int:
    return sum(not rates(Ask("crm", amount, PER_S), now) for _ in range(count))


def test_a_process_alone_grants_the_whole_burst_and_no_more(redis_url: str) -> None:
    rates = SharedRates(redis_url)
    assert granted(rates, PER_S * BURST_S + NEAR) == PER_S * BURST_S
    assert granted(rates, PER_S + NEAR, NOON + timedelta(seconds=1)) == PER_S


def test_processes_together_grant_no_more_than_one(redis_url: str) -> None:
    processes = [SharedRates(redis_url) for _ in range(4)]
    turns = PER_S * BURST_S // len(processes) + NEAR
    total = sum(granted(rates, 1) for _ in range(turns) for rates in processes)
    assert total == PER_S * BURST_S


def test_what_an_idle_process_reserved_is_all_that_the_others_miss(redis_url: str) -> None:
    idle, busy = SharedRates(redis_url), SharedRates(redis_url)
    assert granted(idle, 1) == 1
    most = PER_S * BURST_S
    assert most - 1 - PER_S * RESERVE_S <= granted(busy, most) < most


def test_a_reserve_ends_after_a_second(redis_url: str) -> None:
    first, second = SharedRates(redis_url), SharedRates(redis_url)
    assert granted(first, 1) == 1
    later = NOON + RESERVED_FOR
    assert granted(second, PER_S * BURST_S, later) == PER_S * BURST_S
    assert granted(first, 1, later) == 0


def test_large_asks_are_counted_exactly(redis_url: str) -> None:
    processes = [SharedRates(redis_url) for _ in range(2)]
    found = [granted(rates, 1, amount=PER_S) for _ in range(BURST_S) for rates in processes]
    assert sum(found) == BURST_S
