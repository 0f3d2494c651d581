"""Redis is emptied or away, PostgreSQL is restarted, under load: nothing is lost, doubled, wrong or left unscored."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis import Redis

from service.app import build_runtime
from service.config import read_settings
from service.domain.source_settings import SourceSettings
from service.flows.set_source import set_source
from service.runtime import install
from service.store.derived_tables import earning_line, stale
from tests import servers, services
from tests.company import SOURCE, Company
from tests.faults.load import SENDERS, Load, assert_nothing_is_lost_or_doubled, key_of, loaded
from tests.intake import Intake
from tests.journey.installation import Installation, new_installation, serving, until, working

PER_CALL_MINOR = 150
"""What the plan of the small company pays for a conversation."""

AWAY_S = 2
"""How long PostgreSQL is away: every sender is refused several times."""

SCORED_WITHIN_S = 150
"""Ten times the pause between two sweeps."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A company whose processes run, and what its database holds."""

    installation: Installation
    intake: Intake

    @contextmanager
    def served(self) -> Iterator[None]:
        """A web process and a worker, which must outlive the block."""
        with serving(self.installation) as web, working(self.installation) as worker:
            yield
            assert (web.poll(), worker.poll()) == (None, None)

    @contextmanager
    def under_load(self, known: set[str] | None = None) -> Iterator[Load]:
        """Senders; after them all that they sent is scored before long, with nobody's help."""
        with loaded(self.installation.port, key_of(self.intake.runtime), known) as load:
            self.until_scored(load, 10)
            yield load
        until(lambda: self.scored() == len(load.known), "all is scored", timeout_s=SCORED_WITHIN_S)
        until(lambda: not self.intake.rows(stale), "no mark is left", timeout_s=SCORED_WITHIN_S)

    def until_scored(self, load: Load, more: int) -> None:
        """Wait until so many events are scored that nobody had sent before."""
        wanted = len(load.known) + more
        until(lambda: self.scored() >= wanted, f"{wanted} events are scored", timeout_s=SCORED_WITHIN_S)

    def scored(self) -> int:
        """How many conversations the people are paid for."""
        lines = self.intake.rows(earning_line, "rule", "amount_minor")
        return sum(int(amount) for rule, amount in lines if rule == "per_call") // PER_CALL_MINOR


@contextmanager
def scene(directory: Path, database_url: str, redis_url: str) -> Iterator[Scene]:
    """A small company whose sender may send as much as it likes."""
    installation = new_installation(directory, database_url, redis_url)
    runtime = build_runtime(read_settings({"DATABASE_URL": database_url, "REDIS_URL": redis_url}))
    install(runtime)
    company = Company(runtime)
    company.found()
    with runtime.transaction() as session:
        set_source(session, SOURCE, SourceSettings(10_000, 1_000_000), "a test", now=company.now)
    yield Scene(installation, Intake(runtime))
    runtime.engine.dispose()


def test_a_redis_that_is_emptied_then_away_then_back_costs_nothing(
    postgres_tables: str, private_redis: servers.Server, tmp_path: Path
) -> None:
    server = private_redis
    try:
        with scene(tmp_path, postgres_tables, server.url) as here:
            with here.served():
                with here.under_load() as load:
                    with Redis.from_url(server.url) as redis:
                        redis.flushall()
                    here.until_scored(load, 1)
                    servers.halt(server)
                # Whatever was hinted at before is done: from here on only the sweep can find work.
                with here.under_load(load.known) as load:
                    server = servers.resume(server)
                    here.until_scored(load, 1)
            assert_nothing_is_lost_or_doubled(here.intake, load)
            assert here.scored() == len(load.known)
    finally:
        servers.stop(server)


def test_a_restart_of_postgresql_costs_nothing(redis_url: str, tmp_path: Path) -> None:
    programs = services.postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL was not found")
    server = servers.start_postgres(programs)
    try:
        with scene(tmp_path, server.url, redis_url) as here:
            with here.served(), here.under_load() as load:
                servers.halt(server)
                before = len(load.known)
                time.sleep(AWAY_S)
                assert len(load.known) <= before + SENDERS, "each may still have read the answer to one"
                server = servers.resume(server)
                here.until_scored(load, 1)
            assert_nothing_is_lost_or_doubled(here.intake, load)
            assert here.scored() == len(load.known)
    finally:
        servers.stop(server)
