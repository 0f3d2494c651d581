"""Processes are killed where it hurts most, under load with retries: nothing is lost, doubled or wrong afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from service.app import build_runtime
from service.config import read_settings
from service.domain.source_settings import SourceSettings
from service.flows.set_source import set_source
from service.runtime import install
from tests import servers
from tests.faults.load import PATIENCE_S, Load, assert_nothing_is_lost_or_doubled, key_of, loaded
from tests.intake import CRM, Intake


@contextmanager
def process(words: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process of ours until the end of the test; one that was killed as a whole is started again by its keeper."""
    command = [sys.executable, "-m", *words]
    # A group of its own, so that what it forked ends with it, even where it died before.
    started = subprocess.Popen(command, env=os.environ | environment, start_new_session=True)  # noqa: S603 - our own command
    try:
        yield started
    finally:
        with suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGKILL)
        started.wait()


@contextmanager
def kept(words: list[str], environment: dict[str, str]) -> Iterator[None]:
    """The same process again and again, as a supervisor would have it."""
    ended = threading.Event()

    def keep() -> None:
        while not ended.is_set():
            with process(words, environment) as running:
                while running.poll() is None and not ended.wait(0.1):
                    pass

    keeper = threading.Thread(target=keep)
    keeper.start()
    try:
        yield
    finally:
        ended.set()
        keeper.join()


@pytest.fixture
def intake(postgres_tables: str, redis_url: str) -> Iterator[Intake]:
    runtime = build_runtime(read_settings({"DATABASE_URL": postgres_tables, "REDIS_URL": redis_url}))
    install(runtime)
    found = Intake(runtime).found()
    with runtime.transaction() as session:
        set_source(session, CRM, SourceSettings(10_000, 1_000_000), "a test", now=found.now)
    yield found
    runtime.engine.dispose()


def killed(intake: Intake, point: str, at_least: int, record: Path) -> Load:
    """Keep a web server and a worker that crash at a point under load, until that many processes were killed."""
    port, settings = servers.free_port(), intake.runtime.settings
    environment = {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "STIMUL_LOG_LEVEL": "ERROR",
    }
    crashing = ["tests.faults.launched", point, str(record)]
    web = ["serve", "--port", str(port), "--workers", "2"]
    record.touch()
    with ExitStack() as stack:
        stack.enter_context(kept([*crashing, *web], environment))
        stack.enter_context(kept([*crashing, "worker"], environment))
        load = stack.enter_context(loaded(port, key_of(intake.runtime)))
        deadline = time.monotonic() + PATIENCE_S + at_least * 5
        while record.stat().st_size < at_least:
            assert time.monotonic() < deadline, f"only {record.stat().st_size} processes died"
            time.sleep(0.1)
    return load


POINTS = ("before_commit", "after_commit", "before_queue", "amid_statements")


@pytest.mark.parametrize("point", POINTS)
def test_06_a_few_kills_lose_and_double_nothing(intake: Intake, point: str, tmp_path: Path) -> None:
    load = killed(intake, point, 3, tmp_path / "kills")
    assert_nothing_is_lost_or_doubled(intake, load)


@pytest.mark.long
@pytest.mark.timeout(3_000)
@pytest.mark.parametrize("point", POINTS)
def test_hundreds_of_kills_lose_and_double_nothing(intake: Intake, point: str, tmp_path: Path) -> None:
    load = killed(intake, point, 50, tmp_path / "kills")
    assert_nothing_is_lost_or_doubled(intake, load)
    # A worker's jobs seldom ask for others, so it seldom comes past the queue.
    assert set((tmp_path / "kills").read_text()) >= ({"s"} if point == "before_queue" else {"s", "w"})
