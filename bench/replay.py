"""People per second whose closed month is worked out again from its events, under the shipped plans."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figure import Figure
from service.app import build_runtime
from service.config import read_settings
from service.domain.signing import new_signing_key
from service.jobs.bundling import export_closing
from service.jobs.replaying import replay_closing
from service.jobs.verifying import verify_bundle
from service.runtime import Runtime, install
from tests import rooms, services
from tests.company import an_assignment
from tests.deals import OCTOBER, DealCompany, on_day, paid, won
from tests.seasons import a_dial, shipped_rules
from tests.teams import a_lead

GROUPS, IN_A_GROUP = 50, 9
"""500 people: closers in groups with a lead each, who is paid on what the group does and shares a pool with it."""

CALLS = 40
"""Conversations of a person in the month: with three deals enough for every rule to give something."""

SENT_AT_ONCE = 1_000

KIB = 1024


def measure() -> Iterator[Figure]:
    """Let 500 people work a month, close it, and work it out again."""
    server = services.given(services.POSTGRES) or services.running_postgres() or ""
    with rooms.database(server, f"stimul_bench_{os.getpid()}_replay") as url:
        settings = read_settings({"DATABASE_URL": url, "STIMUL_SIGNING_KEY": new_signing_key()})
        runtime = build_runtime(settings)
        install(runtime)
        runtime.migrate()
        company = DealCompany(runtime, now=on_day(OCTOBER, 1))
        _work(company)
        started = time.perf_counter()
        company.close(OCTOBER)
        closed, before = time.perf_counter(), time.process_time()
        found = replay_closing(runtime, OCTOBER)
        took, worked = time.perf_counter() - closed, time.process_time() - before
        assert found.is_equal, found.differences
        bundled = _checked_elsewhere(runtime)
        runtime.engine.dispose()
    yield Figure("closing 500 people in groups, with what it keeps", f"{closed - started:.1f}", "s")
    yield Figure(f"working it out again ({found.events:,} events)", f"{found.people / took:,.0f}", "people/s")
    yield Figure("the same by processor time", f"{found.people / worked:,.0f}", "people/s")
    yield from bundled
    yield Figure("the most memory of it all", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB:,.0f}", "MiB")


def _checked_elsewhere(runtime: Runtime) -> list[Figure]:
    """Write the month into a bundle and check that."""
    with TemporaryDirectory() as folder:
        started = time.perf_counter()
        done = export_closing(runtime, OCTOBER, None, Path(folder) / "october.zip", "bench")
        written = time.perf_counter()
        found = verify_bundle(done.path, runtime.settings, runtime.keyring)
        took = time.perf_counter() - written
    assert found.is_right, found.replayed.differences
    return [
        Figure(f"writing it into a bundle of {done.bytes / KIB:,.0f} KiB", f"{written - started:.1f}", "s"),
        Figure("checking the bundle", f"{found.replayed.people / took:,.0f}", "people/s"),
    ]


def _work(company: DealCompany) -> None:
    leads = [f"lead{number}" for number in range(GROUPS)]
    closers = {f"c{number}-{own}": lead for own, lead in enumerate(leads) for number in range(IN_A_GROUP)}
    held = [an_assignment(name, manager_id=lead, soft_salary_minor=45_000) for name, lead in closers.items()]
    company.found_team([*held, *(a_lead(name, soft_salary_minor=88_000) for name in leads)], shipped_rules())
    events = [a_dial(name, number, OCTOBER, 1 + number % 28) for name in closers for number in range(CALLS)]
    for name in closers:
        for number in range(3):
            deal = f"{name}-{number}"
            events += [won(name, deal, "20000", OCTOBER, 5 + number), paid(name, deal, "13000.05", OCTOBER, 9 + number)]
    for place in range(0, len(events), SENT_AT_ONCE):
        company.send(*events[place : place + SENT_AT_ONCE])
    company.now = on_day(OCTOBER.following, 4)
    company.refresh()
