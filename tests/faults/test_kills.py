"""Processes are killed where it hurts most, under load with retries: nothing is lost, doubled or wrong afterwards."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.app import build_runtime
from service.config import read_settings
from service.domain.key import Scope, new_key
from service.domain.source_settings import SourceSettings
from service.flows.create_key import create_key
from service.flows.set_source import set_source
from service.jobs import pipeline
from service.runtime import install
from service.store.tables import delivery, event
from tests import servers
from tests.intake import CRM, PEOPLE, Intake

SENDERS = 6
PATIENCE_S = 150
"""A web process is there again after some seconds; a loaded machine needs more."""


@dataclass
class Load:
    """Senders that send each event until somebody says it is known; one in five is sent again after that."""

    port: int
    key: str
    stop: threading.Event = field(default_factory=threading.Event)
    known: set[str] = field(default_factory=set)

    def run(self, sender: int) -> None:
        """Send until told to stop; the event that is on its way is sent to its end."""
        number = 0
        while not self.stop.is_set():
            number += 1
            name = f"s{sender}-{number}"
            self.until_known(name)
            if number % 5 == 0:
                self.until_known(name)
            self.known.add(name)

    def until_known(self, name: str) -> None:
        """Send one event until a server says 202, whoever dies meanwhile."""
        deadline = time.monotonic() + PATIENCE_S
        while not self._sent(name):
            assert time.monotonic() < deadline, f"nobody took {name}"
            time.sleep(0.05)

    def _sent(self, name: str) -> bool:
        who = PEOPLE[len(name) % 2]
        told = {"id": name, "type": "call.ended", "time": "2026-10-14T09:00:00Z", "subject": who}
        body = json.dumps(told | {"data": {"direction": "out", "talk_s": 60, "customer_kind": "new"}})
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
            connection.request("POST", "/v1/events", body, headers)
            return connection.getresponse().status == 202
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


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


@contextmanager
def loaded(port: int, key: str) -> Iterator[Load]:
    load = Load(port, key)
    threads = [threading.Thread(target=load.run, args=(number,)) for number in range(SENDERS)]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        load.stop.set()
        for thread in threads:
            thread.join(PATIENCE_S)


@pytest.fixture
def intake(postgres_tables: str, redis_url: str) -> Iterator[Intake]:
    runtime = build_runtime(read_settings({"DATABASE_URL": postgres_tables, "REDIS_URL": redis_url}))
    install(runtime)
    found = Intake(runtime).found()
    with runtime.transaction() as session:
        set_source(session, CRM, SourceSettings(10_000, 1_000_000), "a test", now=found.now)
    yield found
    runtime.engine.dispose()


def key_of(intake: Intake) -> str:
    key, text = new_key("a sender", [Scope.EVENTS_WRITE], CRM, now=datetime(2026, 10, 1, tzinfo=UTC))
    with intake.runtime.transaction() as session:
        create_key(session, key, "a test")
    return text


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
        load = stack.enter_context(loaded(port, key_of(intake)))
        deadline = time.monotonic() + PATIENCE_S + at_least * 5
        while record.stat().st_size < at_least:
            assert time.monotonic() < deadline, f"only {record.stat().st_size} processes died"
            time.sleep(0.1)
    return load


def assert_nothing_is_lost_or_doubled(intake: Intake, load: Load) -> None:
    stored = [row[0] for row in intake.rows(event, "external_id")]
    assert len(stored) == len(set(stored))
    assert load.known, "nothing was sent"
    assert load.known <= set(stored)
    assert len(intake.rows(delivery, "delivery_id")) >= len(load.known)
    pipeline.refresh()
    intake.assert_rebuild_changes_nothing()


@pytest.mark.parametrize("point", ["before_commit", "after_commit", "before_queue"])
def test_a_few_kills_lose_and_double_nothing(intake: Intake, point: str, tmp_path: Path) -> None:
    load = killed(intake, point, 4, tmp_path / "kills")
    assert_nothing_is_lost_or_doubled(intake, load)


@pytest.mark.long
@pytest.mark.timeout(3_000)
@pytest.mark.parametrize("point", ["before_commit", "after_commit", "before_queue", "amid_statements"])
def test_hundreds_of_kills_lose_and_double_nothing(intake: Intake, point: str, tmp_path: Path) -> None:
    load = killed(intake, point, 50, tmp_path / "kills")
    assert_nothing_is_lost_or_doubled(intake, load)
