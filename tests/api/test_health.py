"""Whether the service says truthfully how it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flask.testing import FlaskClient

from service.app import create_app
from service.config import read_settings
from service.domain.period import Period
from service.runtime import Runtime, open_runtime
from service.store.stale import mark_stale
from tests.application import Clock


def test_a_process_that_answers_is_alive(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}


def test_a_service_with_its_tables_is_ready(client: FlaskClient) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.get_json()) == (
        200,
        {"status": "ok", "database": "ok", "queue": "ok", "conflicts": 0, "waiting": 0, "waiting_s": 0},
    )


def test_what_waits_to_be_scored_is_counted_and_how_long_it_has(
    client: FlaskClient, runtime: Runtime, clock: Clock
) -> None:
    with runtime.transaction() as session:
        for who in ("ann", "bob", "ann"):
            mark_stale(session, [(who, Period(2026, 10))], runtime.now())
    clock.now += timedelta(minutes=2)
    told = client.get("/readyz").get_json()
    assert (told["waiting"], told["waiting_s"]) == (2, 120)


def test_a_queue_that_is_away_is_named_and_stops_nobody(runtime: Runtime) -> None:
    client = create_app(runtime=replace(runtime, queue_answers=lambda: False)).test_client()
    response = client.get("/readyz")
    assert (response.status_code, response.get_json()["queue"]) == (200, "away")


def test_a_database_without_tables_is_not_ready(database_url: str) -> None:
    runtime = open_runtime(read_settings({"DATABASE_URL": database_url}), print)
    response = create_app(runtime=runtime).test_client().get("/readyz")
    runtime.engine.dispose()
    assert (response.status_code, response.get_json()["database"]) == (503, "not migrated")


def test_a_database_that_is_away_is_not_ready() -> None:
    runtime = open_runtime(read_settings({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}), print)
    client = create_app(runtime=runtime).test_client()
    assert (client.get("/readyz").status_code, client.get("/healthz").status_code) == (503, 200)
