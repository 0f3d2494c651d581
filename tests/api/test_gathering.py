"""Small deliveries of one moment share a transaction, and none of them notices."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from service.api import gathering
from service.api.gathering import Arrival, Gathering
from service.domain.delivery import Delivery, Sent, new_delivery_id
from service.domain.event import Item, ItemResult, ItemState
from service.flows.ingest import ingest
from service.runtime import Runtime
from tests.intake import CRM, MORNING, Intake, call

OTHERS = 7
"""Deliveries that come while the first one is at work."""


class BrokenDeliveryError(Exception):
    """Stands for a mistake of ours in one delivery."""


@pytest.fixture
def intake(runtime: Runtime) -> Intake:
    return Intake(runtime).found()


@pytest.fixture
def groups(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The deliveries of each transaction, by the ids of their first events; the first waits until all others stand."""
    found: list[list[str]] = []

    def watched(session: Session, sent: Sequence[Sent], *, now: datetime, **more: Any) -> list[list[ItemResult]]:
        if not found:
            while sum(len(line) for line in LINES._lines.values()) <= OTHERS:
                threading.Event().wait(0.005)
        names = [str(one.items[0].external_id) for one in sent]
        found.append(names)
        if "broken" in names:
            raise BrokenDeliveryError
        return ingest(session, sent, now=now, **more)

    global LINES  # noqa: PLW0603 - the lines of the present test, seen by the watcher
    LINES = Gathering(intake.runtime)
    monkeypatch.setattr(gathering, "ingest", watched)
    return found


def sent(external_id: str) -> Sent:
    event = call(external_id)
    delivery = Delivery(new_delivery_id(), CRM, MORNING, "application/json", b"{}", "0" * 64, 1)
    return Sent(delivery, [Item(0, external_id, replace(event, external_id=external_id))])


def taken(*external_ids: str) -> list[ItemResult | Exception]:
    def one(external_id: str) -> ItemResult | Exception:
        try:
            return LINES.take(Arrival(sent(external_id)))[0]
        except BrokenDeliveryError as mistake:
            return mistake

    with ThreadPoolExecutor(len(external_ids)) as pool:
        return list(pool.map(one, external_ids))


def states(found: Sequence[ItemResult | Exception]) -> list[str]:
    return sorted(item.state.value for item in found if isinstance(item, ItemResult))


def test_what_comes_meanwhile_shares_the_next_transaction(groups: list[list[str]], intake: Intake) -> None:
    found = taken(*[f"e{number}" for number in range(OTHERS + 1)])
    assert [len(group) for group in groups] == [1, OTHERS]
    assert states(found) == ["accepted"] * (OTHERS + 1)
    intake.assert_rebuild_changes_nothing()


def test_of_one_event_in_one_group_one_counts(groups: list[list[str]], intake: Intake) -> None:
    found = taken(*["e"] * (OTHERS + 1))
    assert [len(group) for group in groups] == [1, OTHERS]
    assert states(found) == ["accepted"] + ["duplicate"] * OTHERS
    intake.assert_rebuild_changes_nothing()


def test_nobody_pays_for_the_mistake_of_another(groups: list[list[str]], intake: Intake) -> None:
    found = taken("broken", *[f"e{number}" for number in range(OTHERS)])
    assert states(found) == ["accepted"] * OTHERS
    assert [type(item) for item in found if not isinstance(item, ItemResult)] == [BrokenDeliveryError]
    assert sum(group.count("broken") for group in groups) in {1, 2}
    assert LINES._lines == {}
    intake.assert_rebuild_changes_nothing()


def test_whoever_comes_alone_waits_for_nobody(intake: Intake) -> None:
    lines = Gathering(intake.runtime)
    assert [lines.take(Arrival(sent(name)))[0].state for name in ("a", "b", "a")] == [
        ItemState.ACCEPTED,
        ItemState.ACCEPTED,
        ItemState.DUPLICATE,
    ]


def test_as_many_as_came_together_before_are_waited_for(
    groups: list[list[str]], intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken(*[f"a{number}" for number in range(OTHERS + 1)])
    monkeypatch.setattr(gathering, "LINGER_S", 60)
    taken(*[f"b{number}" for number in range(OTHERS)])
    assert [len(group) for group in groups] == [1, OTHERS, OTHERS]
    intake.assert_rebuild_changes_nothing()


def test_nobody_waits_longer_than_a_moment_for_those_who_stay_away(
    groups: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "LINGER_S", 0.05)
    taken(*[f"a{number}" for number in range(OTHERS + 1)])
    assert states([*taken("b"), *taken("c")]) == ["accepted"] * 2
    assert groups[2:] == [["b"], ["c"]]


LINES: Gathering
