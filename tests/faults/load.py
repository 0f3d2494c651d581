"""Load with retries on a running service, and what must hold of it afterwards, whatever broke meanwhile."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from service.domain.key import Scope, new_key
from service.flows.create_key import create_key
from service.jobs import pipeline
from service.runtime import Runtime
from service.store.tables import delivery, event
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
        number = len(self.known)
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
def loaded(port: int, key: str, known: set[str] | None = None) -> Iterator[Load]:
    """Senders at work until the end of the block; then all that was begun is known, beside what was known before."""
    load = Load(port, key, known=known or set())
    threads = [threading.Thread(target=load.run, args=(number,)) for number in range(SENDERS)]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        load.stop.set()
        for thread in threads:
            thread.join(PATIENCE_S)


def key_of(runtime: Runtime) -> str:
    """A key to send events with."""
    key, text = new_key("a sender", [Scope.EVENTS_WRITE], CRM, now=datetime(2026, 10, 1, tzinfo=UTC))
    with runtime.transaction() as session:
        create_key(session, key, "a test")
    return text


def assert_nothing_is_lost_or_doubled(intake: Intake, load: Load) -> None:
    """What was accepted is what is stored, and the facts are those of the events."""
    stored = [row[0] for row in intake.rows(event, "external_id")]
    assert len(stored) == len(set(stored))
    assert load.known, "nothing was sent"
    assert load.known == set(stored)
    assert len(intake.rows(delivery, "delivery_id")) >= len(load.known)
    counted = intake.facts()
    assert sum(counted.get((who, "calls"), 0) for who in PEOPLE) == len(load.known)
    pipeline.refresh()
    intake.assert_rebuild_changes_nothing()
