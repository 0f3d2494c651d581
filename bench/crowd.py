"""People a second of 1, 2 and 4 worker processes and of the close; what a person costs in companies of two sizes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import delete, text

from bench.company import leave
from bench.figure import Figure
from service.app import build_runtime
from service.config import read_settings
from service.domain.signing import new_signing_key
from service.flows.close import close
from service.flows.mark_unscored import mark_unscored
from service.jobs.pipeline import refresh
from service.runtime import Runtime, install
from service.store.derived_tables import stale
from service.store.stale import mark_stale
from tests import rooms, services
from tests.company import an_assignment
from tests.deals import OCTOBER, DealCompany, on_day, paid, won
from tests.seasons import a_dial, shipped_rules
from tests.teams import a_lead

SIZES = (1_000, 10_000)
"""People of a small company and of a large one; `--people` adds one of a third size."""

IN_A_GROUP = 9
"""Closers of one lead, who is paid on what the group does and shares a pool with it."""

CALLS = 4
"""Conversations of a closer, beside a deal won and paid: enough for commission, and for 10,000 people in minutes."""

WORKERS = (1, 2, 4)
"""Worker processes that score a share of the people, each as large as their number: with perfect scaling as long."""

SENT_AT_ONCE = 1_000

WORK = """
import json, time
from service.cli.opened import opened
from service.jobs.pipeline import refresh_some
with opened():
    print("ready", flush=True)
    input()
    started = time.process_time()
    while refresh_some():
        pass
    print(json.dumps(time.process_time() - started), flush=True)
"""
"""What a worker does with the job `refresh`, begun when it is told; the seconds of processor time it took."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds by the clock, and of processors, for some people."""

    people: int
    wall_s: float
    own_s: float

    @property
    def rate(self) -> float:
        """People per second."""
        return self.people / self.wall_s

    @property
    def cost_ms(self) -> float:
        """Milliseconds of processor time for one person."""
        return self.own_s / self.people * 1_000


def measure(people: int | None = None) -> Iterator[Figure]:
    """Score and close a month of companies of each size."""
    server = services.given(services.POSTGRES) or services.running_postgres() or ""
    first: list[Spent] = []
    for size in (*SIZES, *([people] if people else [])):
        with rooms.database(server, f"stimul_bench_{os.getpid()}_crowd") as url:
            settings = {"DATABASE_URL": url, "STIMUL_SIGNING_KEY": new_signing_key(), "STIMUL_LOG_LEVEL": "WARNING"}
            runtime = replace(build_runtime(read_settings(settings)), nudge=leave)
            install(runtime)
            runtime.migrate()
            crowd = _Crowd(DealCompany(runtime, now=on_day(OCTOBER, 1)), size // (IN_A_GROUP + 1))
            crowd.work()
            found = [*(crowd.score(workers, settings) for workers in WORKERS), *crowd.close()]
            runtime.engine.dispose()
        first = first or found
        yield from _told(size, found, first)


def _told(size: int, found: Sequence[Spent], first: Sequence[Spent]) -> Iterator[Figure]:
    names = [f"scoring, {workers} worker process{'es' if workers > 1 else ''}" for workers in WORKERS]
    for name, item, small in zip([*names, "close", "close, with its database"], found, first, strict=True):
        yield Figure(f"{size:,} people: {name}", f"{item.rate:,.0f}", "people/s")
        yield Figure("  of it processor time of a person", f"{item.cost_ms:.2f}", "ms")
        if found is not first:
            yield Figure("  of it beside the smallest company's", f"{item.cost_ms / small.cost_ms:.2f}", "times")
    for workers, item in zip(WORKERS[1:], found[1:], strict=False):
        yield Figure(f"{size:,} people: {workers} workers beside one", f"{item.rate / found[0].rate:.2f}", "times")


@dataclass(frozen=True, slots=True)
class _Crowd:
    """A company of groups with a lead each, in a month that is over and not yet scored."""

    company: DealCompany
    groups: int

    @property
    def runtime(self) -> Runtime:
        return self.company.runtime

    def work(self) -> None:
        """Let everybody work a month."""
        closers = {
            f"c{group:05d}-{own}": f"lead{group:05d}" for group in range(self.groups) for own in range(IN_A_GROUP)
        }
        held = [
            *(
                an_assignment(name, team=lead, manager_id=lead, soft_salary_minor=45_000)
                for name, lead in closers.items()
            ),
            *(a_lead(lead, team=lead, soft_salary_minor=88_000) for lead in sorted(set(closers.values()))),
        ]
        self.company.found_team(held, shipped_rules())
        events = [a_dial(name, number, OCTOBER, 1 + number) for name in closers for number in range(CALLS)]
        events += [won(name, name, "20000", OCTOBER) for name in closers]
        events += [paid(name, name, "13000.05", OCTOBER) for name in closers]
        for place in range(0, len(events), SENT_AT_ONCE):
            self.company.send(*events[place : place + SENT_AT_ONCE])
        self.company.now = on_day(OCTOBER.following, 4)

    def score(self, workers: int, settings: Mapping[str, str]) -> Spent:
        """Let so many processes score their share of the groups."""
        share, before = self.groups // sum(WORKERS), sum(item for item in WORKERS if item < workers)
        groups = range(before * share, self.groups if workers == WORKERS[-1] else (before + workers) * share)
        leads = [f"lead{group:05d}" for group in groups]
        names = [*leads, *(f"c{lead}-{own}" for lead in leads for own in range(IN_A_GROUP))]
        with self.runtime.transaction() as session:
            session.execute(delete(stale))
            mark_stale(session, [(name, OCTOBER) for name in names], self.company.now)
        command = [sys.executable, "-c", WORK]
        started = [
            subprocess.Popen(  # noqa: S603 - our own file
                command, env=os.environ | settings, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            for _ in range(workers)
        ]
        for process in started:
            assert process.stdout is not None, "asked for above"
            process.stdout.readline()
        begun = time.perf_counter()
        for process in started:
            assert process.stdin is not None, "asked for above"
            process.stdin.write("\n")
            process.stdin.flush()
        spent = [float(json.loads(process.communicate()[0])) for process in started]
        return Spent(len(names), time.perf_counter() - begun, sum(spent))

    def close(self) -> tuple[Spent, Spent]:
        """Close the month: the processor time of this process alone, and with that of the database's."""
        with self.runtime.transaction() as session:
            mark_unscored(session, OCTOBER, now=self.company.now)
        refresh()
        people = self.groups * (IN_A_GROUP + 1)
        wall, own = time.perf_counter(), time.process_time()
        with self.runtime.transaction() as session:
            backend = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
            theirs = _processor_s(backend)
            close(session, OCTOBER, "finance", today=self.company.now.date(), now=self.company.now)
            theirs = _processor_s(backend) - theirs
        wall, own = time.perf_counter() - wall, time.process_time() - own
        return Spent(people, wall, own), Spent(people, wall, own + theirs)


def _processor_s(process: int) -> float:
    """Seconds of processor time that a process of this machine has taken."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
