"""Turns: work that never ends keeps no other job waiting."""

from __future__ import annotations

from redis import Redis

from service.domain.period import Period
from service.jobs.queue import Nudge, _queue
from service.jobs.turns import take_turn
from service.runtime import Runtime
from service.store.stale import count_stale, mark_stale
from tests.company import Company
from tests.jobs.test_queue import a_worker, until

STEPS = 3
"""Transactions that the work of these tests takes."""


MANY = 1_000
"""Hints of which a worker takes a few in a second."""


def marked(runtime: Runtime) -> None:
    """Leave marks for more person-months than one transaction takes."""
    months = [Period(2000 + number // 12, number % 12 + 1) for number in range((STEPS - 1) * 50 + 1)]
    with runtime.transaction() as session:
        mark_stale(session, [("ann", month) for month in months], runtime.now())


def waiting(runtime: Runtime) -> int:
    with runtime.reading() as session:
        return count_stale(session)


def test_a_turn_that_is_over_asks_for_another_and_the_last_one_does_not(runtime: Runtime, nudged: list[str]) -> None:
    Company(runtime).found()
    marked(runtime)
    left = [waiting(runtime)]
    while left[-1]:
        nudged.clear()
        take_turn("refresh", 0)
        left.append(waiting(runtime))
        assert nudged == ["refresh"]
    assert len(left) == STEPS + 1
    nudged.clear()
    take_turn("refresh", 0)
    assert nudged == []


def test_a_lane_that_is_never_empty_does_not_hold_up_another(tables_url: str, redis_url: str) -> None:
    with Redis.from_url(redis_url) as redis:
        for _ in range(MANY):
            _queue("refresh", redis).enqueue(take_turn, "refresh")
        Nudge(redis_url)("flags")
        with a_worker(tables_url, redis_url):
            assert until(lambda: not _queue("flags", redis).count)
            assert _queue("refresh", redis).count
