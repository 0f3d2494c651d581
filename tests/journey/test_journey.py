"""A month from webhook to statement, on the embedded default and on PostgreSQL with Redis and real processes."""

from __future__ import annotations

from pathlib import Path
from random import Random

import psycopg
import pytest

from service.cli.demo.company import SOURCE
from service.domain.event import receipt_id
from tests import servers, services
from tests.journey import story
from tests.journey.installation import (
    Installation,
    kill_with_children,
    new_installation,
    serving,
    until,
    working,
)

ACCEPTED = {202, 207}
"""All durable, or the trainee's calls waiting for clarification."""


@pytest.fixture
def embedded(tmp_path: Path, sqlite_url: str) -> Installation:
    return new_installation(tmp_path, sqlite_url)


@pytest.fixture
def complete(tmp_path: Path, empty_postgres_url: str, redis_url: str) -> Installation:
    directory = tmp_path / "complete"
    directory.mkdir()
    return new_installation(directory, empty_postgres_url, redis_url)


def test_both_installations_give_the_same_statements_byte_for_byte(
    embedded: Installation, complete: Installation
) -> None:
    """The second one gets the same events in another order and some batches twice, and scores them in a worker."""
    keys = story.found(embedded)
    with serving(embedded):
        for batch in story.batches(story.messages()):
            assert story.send(embedded, keys, batch).status in ACCEPTED
        story.close(embedded, keys)
        told = story.statements(embedded, keys)
    shuffled = list(story.messages())
    Random(3).shuffle(shuffled)  # noqa: S311 - any other order will do
    keys = story.found(complete)
    with serving(complete), working(complete):
        for batch in [*story.batches(shuffled), *story.batches(shuffled[: story.BATCH])]:
            assert story.send(complete, keys, batch).status in ACCEPTED
        story.close(complete, keys)
        assert story.statements(complete, keys) == told
        totals = story.read(complete, keys, f"/v1/payouts/{story.MONTH}")
    assert totals["people"] == len(told)


def test_events_sent_while_redis_is_away_are_accepted_and_scored_after_it_returns(
    tmp_path: Path, empty_postgres_url: str
) -> None:
    program = services.redis_program()
    if program is None:
        pytest.skip("Redis was not found")
    queue = servers.start_redis(program)
    port = int(queue.url.rpartition(":")[2])
    try:
        installation = new_installation(tmp_path, empty_postgres_url, queue.url)
        keys = story.found(installation)
        told = [message for message in story.messages() if message.body["subject"] != "900"]
        first, *others = story.batches(told)
        with serving(installation), working(installation):
            assert story.send(installation, keys, first).status == 202
            servers.stop(queue)
            assert all(story.send(installation, keys, batch).status == 202 for batch in others)
            queue = servers.start_redis(program, port=port)
            story.close(installation, keys)
            assert dials(installation, keys) == expected_dials()
    finally:
        servers.stop(queue)


def test_a_worker_killed_in_the_middle_of_scoring_loses_nothing(complete: Installation) -> None:
    """It has claimed the marks and written scorecards when it dies; another one does the work again."""
    keys = story.found(complete)
    with serving(complete):
        for batch in story.batches(story.messages()):
            story.send(complete, keys, batch)
        with psycopg.connect(complete.environment["DATABASE_URL"]) as blocker, working(complete) as victim:
            blocker.execute("LOCK TABLE earning_line IN ACCESS EXCLUSIVE MODE")
            until(lambda: is_waiting_for_us(complete), "the worker has come as far as the earning lines", victim)
            kill_with_children(victim)
        assert story.try_to_close(complete, keys).status == 409
        with working(complete):
            story.close(complete, keys)
            assert dials(complete, keys) == expected_dials()


def is_waiting_for_us(installation: Installation) -> bool:
    with psycopg.connect(installation.environment["DATABASE_URL"]) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_class ON pg_class.oid = relation "
            "WHERE relname = 'earning_line' AND NOT granted"
        ).fetchone()
    return row is not None and row[0] > 0


def dials(installation: Installation, keys: story.Keys) -> dict[str, int]:
    """What everybody's statement says of outgoing calls."""
    told = {}
    for seller in story.company().sellers:
        path = f"/v1/statements/{seller.person_id}/{story.MONTH}"
        standards = story.read(installation, keys, path)["document"]["scorecard"]["standards"]
        for item in standards:
            if item["metric"] == "dials":
                told[seller.person_id] = int(item["actual"])
    return told


def expected_dials() -> dict[str, int]:
    """The outgoing calls of each closer, each counted once."""
    by_user = {seller.crm_user: seller for seller in story.company().sellers if seller.role == "closer"}
    counted: dict[str, set[str]] = {seller.person_id: set() for seller in by_user.values()}
    for message in story.messages():
        seller = by_user.get(str(message.body["subject"]))
        data = message.body["data"]
        assert isinstance(data, dict)
        if seller and message.body["type"] == "call.ended" and data["direction"] == "out":
            counted[seller.person_id].add(receipt_id(SOURCE, message.external_id))
    return {person_id: len(receipts) for person_id, receipts in counted.items()}
