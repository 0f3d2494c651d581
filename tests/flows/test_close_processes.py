"""Processes that close the same month at once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.reports.ledger import verify_ledger
from service.runtime import Runtime
from tests.books import SIGNING_KEY
from tests.company import EARLY_NOVEMBER, Company, a_call

CLOSERS = 8

ANSWER_S = 120
"""Eight interpreters start on a busy machine; each close takes a fraction of a second."""


ROOT = Path(__file__).parents[2]


@pytest.fixture
def tables_url(postgres_tables: str) -> str:
    """PostgreSQL alone: on SQLite one process writes at a time anyway."""
    return postgres_tables


@pytest.fixture
def closers(runtime: Runtime, tables_url: str) -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that wait for the word to close October, in which Ann is owed something."""
    company = Company(runtime)
    company.found()
    company.send(a_call("ann", "c1"))
    company.refresh()
    settings = {"DATABASE_URL": tables_url, "STIMUL_SIGNING_KEY": SIGNING_KEY}
    environment = os.environ | settings | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.flows.closing_once", "2026-10", EARLY_NOVEMBER.isoformat()]
    pipe = subprocess.PIPE
    started = [
        subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment, cwd=ROOT)  # noqa: S603 - our own file
        for _ in range(CLOSERS)
    ]
    yield started
    for closer in started:
        closer.kill()
        closer.communicate()


def test_of_eight_processes_one_closes_and_seven_are_told_so(
    runtime: Runtime, closers: list[subprocess.Popen[str]]
) -> None:
    for closer in closers:
        assert closer.stdout is not None
        assert closer.stdout.readline() == "ready\n"
    for closer in closers:
        assert closer.stdin is not None
        closer.stdin.write("go\n")
        closer.stdin.flush()
    outcomes = sorted(closer.communicate(timeout=ANSWER_S)[0] for closer in closers)
    assert outcomes == ["already_closed\n"] * (CLOSERS - 1) + ["closed\n"]
    with runtime.reading() as session:
        check = verify_ledger(session)
    assert (check.entries, check.closings, check.findings) == (1, 1, ())
