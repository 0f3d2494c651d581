"""What points, streaks and badges add to the scoring of everybody's months: the same months, with and without them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select

from bench.company import bodies, opened_office
from bench.figure import Figure
from service.app import create_app
from service.config import Settings, read_settings
from service.domain.period import Period
from service.jobs.pipeline import refresh
from service.runtime import Runtime
from service.store.derived_tables import scorecard
from service.store.stale import mark_stale
from tests import rooms, services

GAME = ("points", "badges")
"""The sections that are left out for comparison; in the shipped plans nothing else reads them."""

ROUNDS = 3
"""The fastest of them counts: whatever else the machine does only slows one down."""


def measure() -> Iterator[Figure]:
    """Score the demo company's two months again and again, under the shipped plans and under plans without a game."""
    server = services.given(services.POSTGRES) or services.running_postgres() or ""
    seconds: dict[str, float] = {}
    with TemporaryDirectory() as folder:
        for name, settings in _variants(Path(folder)).items():
            with (
                rooms.database(server, f"stimul_bench_{os.getpid()}_{name}") as url,
                opened_office(
                    replace(settings, database_url=read_settings({"DATABASE_URL": url}).database_url)
                ) as office,
            ):
                client = create_app(runtime=office.runtime).test_client()
                for body in bodies(office.messages):
                    headers = {"Authorization": f"Bearer {office.key}"}
                    client.post("/v1/events", data=body, content_type="application/json", headers=headers)
                refresh()
                seconds[name] = min(_scored_again(office.runtime) for _ in range(ROUNDS))
    for name, value in seconds.items():
        yield Figure(f"scoring everybody's two months, {name}", f"{value:.2f}", "s")
    yield Figure("scoring with points beside scoring without", f"{seconds['game'] / seconds['plain']:.2f}", "times")


def _variants(folder: Path) -> Mapping[str, Settings]:
    settings = read_settings({})
    for path in sorted(settings.rules_dir.glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        (folder / path.name).write_text(_without_game(text), encoding="utf-8")
    return {"game": settings, "plain": replace(settings, rules_dir=folder)}


def _without_game(text: str) -> str:
    """A plan file without its points and badges."""
    kept, skipping = [], False
    for line in text.splitlines(keepends=True):
        if line[:1].isalpha():
            skipping = line.partition(":")[0] in GAME
        if not skipping:
            kept.append(line)
    return "".join(kept)


def _scored_again(runtime: Runtime) -> float:
    with runtime.transaction() as session:
        rows = session.execute(select(scorecard.c.person_id, scorecard.c.period)).all()
        mark_stale(session, [(row.person_id, Period.parse(row.period)) for row in rows], runtime.now())
    started = time.perf_counter()
    refresh()
    return time.perf_counter() - started


def _address(url: str) -> str:
    return read_settings({"DATABASE_URL": url}).database_url
