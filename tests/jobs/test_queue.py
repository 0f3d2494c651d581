"""The queue carries hints: one waits at most, a dead Redis delays nobody, and no work is lost with it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import func, select

from service.app import build_runtime, create_app
from service.config import read_settings
from service.jobs.queue import Nudge, answers
from service.runtime import QueueAwayError, Runtime
from service.store.derived_tables import stale
from service.store.session import follow_up
from tests import servers
from tests.application import Keys
from tests.company import Company, a_call

STIMUL = Path(sys.executable).parent / "stimul"
PATIENCE_S = 60
"""A worker starts in two seconds and sweeps every fifteen; a loaded machine needs more."""

VOID = {"id": "v1", "op": "void", "target": "x", "time": "2026-11-23T11:00:00Z"}


@contextmanager
def a_worker(database_url: str, redis_url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process as an operator starts it."""
    environment = os.environ | {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    worker = subprocess.Popen([str(STIMUL), "worker"], env=environment)  # noqa: S603 - our own command
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()


def until(true: Callable[[], bool]) -> bool:
    """Whether it becomes true in time."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.1)
    return False


def waiting_marks(runtime: Runtime) -> int:
    with runtime.reading() as session:
        return session.execute(select(func.count()).select_from(stale)).scalar_one()


@pytest.fixture
def company(runtime: Runtime) -> Company:
    """A company with a call that nobody has scored."""
    found = Company(runtime)
    found.found()
    found.send(a_call("ann", "c1"))
    assert waiting_marks(runtime)
    return found


def test_one_hint_is_enough_until_it_is_taken(redis_url: str) -> None:
    nudge = Nudge(redis_url)
    for _ in range(5):
        nudge("refresh")
    redis = Redis.from_url(redis_url)
    assert redis.llen("rq:queue:stimul-refresh") == 1
    redis.lpop("rq:queue:stimul-refresh")
    nudge("refresh")
    assert redis.llen("rq:queue:stimul-refresh") == 1
    redis.close()


@pytest.fixture(params=["refused", "silent"])
def dead_redis(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a Redis that refuses, or of one that takes the call and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        if request.param == "silent":
            listener.listen()
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


def test_a_redis_that_is_away_is_given_up_at_once(dead_redis: str) -> None:
    """The promise is 250 ms for a sender's answer; seconds would be the library's patience."""
    started = time.perf_counter()
    with pytest.raises(QueueAwayError):
        Nudge(dead_redis)("refresh")
    assert not answers(dead_redis)
    assert time.perf_counter() - started < 2


def test_events_are_taken_while_redis_is_away(runtime: Runtime, keys: Keys, dead_redis: str) -> None:
    header = keys("events:write", source="crm")
    url = runtime.engine.url.render_as_string(hide_password=False)
    away = build_runtime(read_settings({"DATABASE_URL": url, "REDIS_URL": dead_redis}))
    client = create_app(runtime=away).test_client()
    assert client.post("/v1/events", json=VOID, headers=header).status_code == 202
    told = client.get("/readyz").get_json()
    assert (told["status"], told["database"], told["queue"]) == ("ok", "ok", "away")
    away.engine.dispose()


def test_a_hint_that_cannot_be_sent_costs_one_line_of_the_log(
    runtime: Runtime, dead_redis: str, caplog: pytest.LogCaptureFixture
) -> None:
    away = replace(runtime, nudge=Nudge(dead_redis))
    with away.transaction() as session:
        follow_up(session, "refresh")
    (line,) = caplog.records
    assert "Redis does not answer" in line.getMessage()
    assert line.exc_info is None


def test_a_worker_takes_a_hint_and_ends_when_told(tables_url: str, company: Company, redis_url: str) -> None:
    with a_worker(tables_url, redis_url) as worker:
        assert until(lambda: waiting_marks(company.runtime) == 0)
        assert until(lambda: bool(Redis.from_url(redis_url).keys("rq:worker:*")))
        company.send(a_call("bob", "c2"))
        Nudge(redis_url)("refresh")
        assert until(lambda: waiting_marks(company.runtime) == 0)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(PATIENCE_S) == 0


def test_work_is_done_while_redis_is_away_and_after_it_came_back_empty(
    sqlite_tables: str, private_redis: servers.Server
) -> None:
    url = private_redis.url
    runtime = build_runtime(read_settings({"DATABASE_URL": sqlite_tables, "REDIS_URL": url}))
    company = Company(runtime)
    company.found()
    with a_worker(sqlite_tables, url) as worker:
        assert until(lambda: bool(Redis.from_url(url).keys("rq:worker:*")))
        servers.stop(private_redis)
        company.send(a_call("ann", "c1"))
        assert until(lambda: waiting_marks(runtime) == 0)
        again = servers.start_redis(Path("redis-server"), port=int(url.rpartition(":")[2]))
        try:
            company.send(a_call("ann", "c2"))
            assert until(lambda: waiting_marks(runtime) == 0)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(PATIENCE_S) == 0
        finally:
            servers.stop(again)
    runtime.engine.dispose()
