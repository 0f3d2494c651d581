"""Jobs without a queue: run at once, never inside themselves, never forgotten."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from service.app import create_app
from service.jobs.inline import Inline
from service.runtime import Runtime, current, sender_waits
from tests.application import Keys
from tests.intake import CRM, PEOPLE, Intake

PATIENCE_S = 60


def test_a_job_runs_at_once() -> None:
    ran: list[str] = []
    Inline(lambda job, _: ran.append(job))("refresh")
    assert ran == ["refresh"]


def test_a_job_that_asks_for_itself_runs_again_afterwards_and_not_inside() -> None:
    depths: list[int] = []
    running = 0

    def job(_name: str, _turn_s: float | None) -> None:
        nonlocal running
        running += 1
        depths.append(running)
        if len(depths) < 3:
            inline("refresh")
        running -= 1

    inline = Inline(job)
    inline("refresh")
    assert depths == [1, 1, 1]


def test_whoever_asks_while_it_runs_does_not_wait_and_is_not_forgotten() -> None:
    begun, finish = threading.Event(), threading.Event()
    runs: list[int] = []

    def job(_name: str, _turn_s: float | None) -> None:
        runs.append(1)
        begun.set()
        assert finish.wait(PATIENCE_S)

    inline = Inline(job)
    first = threading.Thread(target=inline, args=("refresh",))
    first.start()
    assert begun.wait(PATIENCE_S)
    inline("refresh")
    assert len(runs) == 1
    finish.set()
    first.join()
    assert len(runs) == 2


def test_after_a_failure_the_next_one_to_ask_runs_it() -> None:
    runs: list[int] = []

    def job(_name: str, _turn_s: float | None) -> None:
        runs.append(1)
        if len(runs) == 1:
            raise ValueError

    inline = Inline(job)
    with pytest.raises(ValueError):  # noqa: PT011 - raised three lines above
        inline("refresh")
    inline("refresh")
    assert len(runs) == 2


def send_a_call(runtime: Runtime, keys: Keys, inline: Inline) -> None:
    """One event over HTTP that asks for the job."""
    Intake(runtime).found()
    data = {"direction": "out", "talk_s": 60, "customer_kind": "new"}
    call = {"id": "c1", "type": "call.ended", "time": "2026-10-14T09:00:00Z", "subject": PEOPLE[0], "data": data}
    client = create_app(runtime=replace(runtime, nudge=inline)).test_client()
    assert client.post("/v1/events", json=call, headers=keys("events:write", source=CRM)).status_code == 202


def test_a_sender_waits_for_one_step_and_the_rest_is_done_behind_its_answer(runtime: Runtime, keys: Keys) -> None:
    turns: list[tuple[float | None, bool, bool]] = []
    answered, done = threading.Event(), threading.Event()

    def turn(job: str, turn_s: float | None) -> None:
        own = threading.current_thread() is threading.main_thread()
        turns.append((turn_s, own, sender_waits()))
        if len(turns) < 3:
            current().send(job)
        if not own:
            assert answered.wait(PATIENCE_S)
        if len(turns) == 3:
            done.set()

    send_a_call(runtime, keys, Inline(turn))
    answered.set()
    assert done.wait(PATIENCE_S)
    assert turns == [(0.0, True, False), (None, False, False), (None, False, False)]


def test_a_job_of_a_request_that_failed_is_tried_again_when_nobody_asks(runtime: Runtime, keys: Keys) -> None:
    tried, done = [], threading.Event()

    def turn(job: str, _turn_s: float | None) -> None:
        tried.append(job)
        if len(tried) < 3:
            raise ValueError
        done.set()

    send_a_call(runtime, keys, Inline(turn, again_s=0.01))
    assert done.wait(PATIENCE_S)
