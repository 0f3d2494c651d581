"""Pages per second and memory of printing 10,000 statements."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from pypdf import PdfReader

from bench.company import opened_office, send_month
from bench.figure import Figure
from service.cli.demo.season import close_month
from service.config import read_settings
from service.domain.figures import Language
from service.domain.signing import new_signing_key
from service.jobs.pipeline import refresh
from service.reports.printed.pdf import Printer
from service.reports.printed.sheet import Composer
from service.reports.statement import Statement, get_statement, ready_statements

STATEMENTS = 10_000

WARM = 500
"""Statements printed before the memory is looked at for the first time."""

KIB = 1024


def measure() -> Iterator[Figure]:
    """Close the demo's month and print its statements for 10,000 people, each with a name of its own."""
    with TemporaryDirectory() as folder:
        settings = {"DATABASE_URL": f"sqlite:///{Path(folder)}/stimul.db", "STIMUL_SIGNING_KEY": new_signing_key()}
        with opened_office(read_settings(settings)) as office:
            month = office.span.first_month
            send_month(office, month)
            refresh()
            close_month(office.runtime, month)
            with office.runtime.reading() as session:
                people = [item.person_id for item in ready_statements(session, month)]
                found = [get_statement(session, person, month) for person in people]
                yield from _printed(Composer(session, Language.BG), found)


def _printed(composer: Composer, found: list[Statement]) -> Iterator[Figure]:
    printer = Printer()
    pages = written = 0
    started = time.perf_counter()
    warm = 0
    for number, item in enumerate(islice(cycle(found), STATEMENTS)):
        own = replace(item, document=item.document | {"name": f"Служител {number}", "person": f"p{number}"})
        printed = printer.pdf(composer.sheet(own), own.issued_at)
        written += len(printed)
        if number < len(found):
            pages += len(PdfReader(BytesIO(printed)).pages)
        if number == WARM:
            warm = _peak_mib()
    seconds = time.perf_counter() - started
    per_statement = pages / len(found)
    yield Figure("statements as PDF, one core", f"{STATEMENTS / seconds:,.0f}", "statements/s")
    yield Figure("pages of them", f"{STATEMENTS * per_statement / seconds:,.0f}", "pages/s")
    yield Figure("a statement as PDF", f"{written / STATEMENTS / KIB:,.0f}", "KiB")
    yield Figure(f"memory at most after {WARM} statements", f"{warm:,}", "MiB")
    yield Figure(f"memory at most after {STATEMENTS:,} statements", f"{_peak_mib():,}", "MiB")


def _peak_mib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // KIB
