"""Jobs without a queue: run at once, never inside themselves, never forgotten."""

from __future__ import annotations

import threading

import pytest

from service.jobs.inline import Inline


def test_a_job_runs_at_once() -> None:
    ran: list[str] = []
    Inline(lambda job: lambda: ran.append(job))("refresh")
    assert ran == ["refresh"]


def test_a_job_that_asks_for_itself_runs_again_afterwards_and_not_inside() -> None:
    depths: list[int] = []
    running = 0

    def job() -> None:
        nonlocal running
        running += 1
        depths.append(running)
        if len(depths) < 3:
            inline("refresh")
        running -= 1

    inline = Inline(lambda _: job)
    inline("refresh")
    assert depths == [1, 1, 1]


def test_whoever_asks_while_it_runs_does_not_wait_and_is_not_forgotten() -> None:
    begun, finish = threading.Event(), threading.Event()
    runs: list[int] = []

    def job() -> None:
        runs.append(1)
        begun.set()
        assert finish.wait(10)

    inline = Inline(lambda _: job)
    first = threading.Thread(target=inline, args=("refresh",))
    first.start()
    assert begun.wait(10)
    inline("refresh")
    assert len(runs) == 1
    finish.set()
    first.join()
    assert len(runs) == 2


def test_after_a_failure_the_next_one_to_ask_runs_it() -> None:
    runs: list[int] = []

    def job() -> None:
        runs.append(1)
        if len(runs) == 1:
            raise ValueError

    inline = Inline(lambda _: job)
    with pytest.raises(ValueError):  # noqa: PT011 - raised three lines above
        inline("refresh")
    inline("refresh")
    assert len(runs) == 2
