"""Messages of CRMs share a transaction where they tell of different objects, and otherwise follow each other."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from service.api import gathering
from service.api.gathering import Arrival, Gathering
from service.domain.change import Change, Notice
from service.domain.delivery import Delivery, Sent, new_delivery_id
from service.domain.event import Item, ItemResult
from service.flows.project import project
from service.jobs.pipeline import rebuild
from service.runtime import Runtime
from service.sources.adapter import Vendor
from tests.hubspot import EXPECTED, NOW, Office, changed, history

PATIENCE_S = 20


class Lines:
    """A process that takes messages, whose first transaction waits until it is let go."""

    def __init__(self, office: Office, stack: ExitStack) -> None:
        self.office = office
        self.groups: list[list[str]] = []
        self.let_go = threading.Event()
        self._gathering = Gathering(office.runtime)
        self._pool = stack.enter_context(ThreadPoolExecutor(16))
        stack.callback(self.let_go.set)

    def project(self, session: Session, notices: Sequence[Notice], vendor: Vendor, **named: Any) -> list[list[Item]]:
        """The flow, with a note of whose messages came together."""
        self.groups.append([notice.changes[0].object_id for notice in notices])
        assert self.let_go.wait(PATIENCE_S)
        return project(session, notices, vendor, **named)

    def take(self, *changes: Change) -> Future[Sequence[ItemResult]]:
        """Send a message, which has its place in the line when this returns."""
        before = sum(map(len, self._gathering._lines.values()))
        running = self._pool.submit(self._gathering.take, self._arrival(changes))
        deadline = time.monotonic() + PATIENCE_S
        while sum(map(len, self._gathering._lines.values())) == before or not self.groups:
            assert time.monotonic() < deadline
            time.sleep(0.002)
        return running

    def _arrival(self, changes: Sequence[Change]) -> Arrival:
        name = new_delivery_id()
        delivery = Delivery(name, "hub", NOW, "application/json", b"[]", "0" * 64, 0)
        return Arrival(Sent(delivery, ()), None, Notice(name, changes), self.office.vendor)


@pytest.fixture
def office(runtime: Runtime) -> Office:
    return Office(runtime).found()


@pytest.fixture
def stack() -> Any:
    with ExitStack() as opened:
        yield opened


@pytest.fixture
def lines(office: Office, stack: ExitStack, monkeypatch: pytest.MonkeyPatch) -> Lines:
    made = Lines(office, stack)
    monkeypatch.setattr(gathering, "project", made.project)
    return made


def test_messages_of_one_object_follow_each_other_and_others_share_a_transaction(lines: Lines, office: Office) -> None:
    first, *rest = history("8")
    taken = [lines.take(first), lines.take(rest[0]), *[lines.take(*history(deal)) for deal in ("9", "10")]]
    taken += [lines.take(change) for change in rest[1:]]
    lines.let_go.set()
    for running in taken:
        running.result(PATIENCE_S)
    assert lines.groups == [["8"], ["8", "9", "10"], ["8"], ["8"], ["8"], ["8"]]
    assert office.facts() == {key: value * 3 for key, value in EXPECTED.items()}
    assert rebuild().changed_facts == 0


def test_under_another_mapping_a_message_is_read_in_the_next_transaction(lines: Lines, office: Office) -> None:
    taken = [lines.take(changed("amount", "1", 1, deal)) for deal in ("7", "8")]
    office.own += "tables: {stages: {12345: negotiation}}\n"
    taken += [lines.take(changed("amount", "1", 1, deal)) for deal in ("9", "10")]
    lines.let_go.set()
    for running in taken:
        running.result(PATIENCE_S)
    assert lines.groups == [["7"], ["8"], ["9", "10"]]


def test_a_message_that_fails_costs_the_others_nothing(
    lines: Lines, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    class BrokenMessageError(Exception):
        """Stands for a mistake of ours in one message."""

    def fragile(session: Session, notices: Sequence[Notice], vendor: Vendor, *, now: datetime) -> list[list[Item]]:
        found = lines.project(session, notices, vendor, now=now)
        if any(notice.changes[0].object_id == "broken" for notice in notices):
            raise BrokenMessageError
        return found

    monkeypatch.setattr(gathering, "project", fragile)
    taken = [lines.take(*history(deal)) for deal in ("7", "8", "broken", "9")]
    lines.let_go.set()
    mistakes = [running.exception(PATIENCE_S) for running in taken]
    assert [type(mistake) for mistake in mistakes] == [type(None), type(None), BrokenMessageError, type(None)]
    assert office.facts() == {key: value * 3 for key, value in EXPECTED.items()}
