"""Rows per second of `stimul ledger verify`, and the memory it takes for one large month and for two."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.company import opened_office, send_month
from bench.figure import Figure
from service.cli.demo.season import close_month
from service.config import read_settings
from service.domain.chain import DocumentKey, DocumentKind
from service.domain.event import canonical_json
from service.domain.ledger import Entry, Posting
from service.domain.period import Period, PeriodState
from service.domain.signing import new_signing_key
from service.domain.statement import document_hash
from service.jobs.pipeline import refresh
from service.runtime import Runtime
from service.store.chain import sign
from service.store.dialect import bulk_insert
from service.store.ledger import add_new_entries, list_closing_entries
from service.store.money_tables import line_deal
from service.store.periods import Closing, add_new_closing, find_closing, lock_period
from service.store.statements import StatementRow, add_new_statements, find_issued_statement
from service.store.tables import closing, ledger_entry, posting, statement
from tests import rooms, services

PEOPLE = 10_000
"""At least so many people in each copied month: a large company."""

MONTHS = 2

# Not the memory that the system counts for an ended child: that begins with the parent's at the fork.
CHECK = """
import json, re, time
from pathlib import Path
from service.cli.opened import opened
from service.reports.ledger import verify_ledger
started = time.perf_counter(), time.process_time()
with opened() as runtime, runtime.reading() as session:
    findings = verify_ledger(session).findings
wall, own = time.perf_counter() - started[0], time.process_time() - started[1]
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]
print(json.dumps({"findings": findings, "wall_s": wall, "own_s": own, "kib": int(peak)}))
"""
"""What `stimul ledger verify` does, the seconds it took (by the clock, and of the processor) and the most memory."""


def measure() -> Iterator[Figure]:
    """Close the demo company's month, write it again with other names for many people, sign that, and check it all."""
    server = services.given(services.POSTGRES) or services.running_postgres() or ""
    with rooms.database(server, f"stimul_bench_{os.getpid()}_books") as url:
        settings = {"DATABASE_URL": url, "STIMUL_SIGNING_KEY": new_signing_key(), "STIMUL_LOG_LEVEL": "WARNING"}
        with opened_office(read_settings(settings)) as office:
            month = office.span.first_month
            send_month(office, month)
            refresh()
            close_month(office.runtime, month)
            copied = month
            for number in range(1, MONTHS + 1):
                copied = copied.following
                seconds = copy_month(office.runtime, month, copied)
                yield Figure(f"signing month {number} of {PEOPLE:,} people", f"{seconds:.1f}", "s")
                yield from _checked(office.runtime, settings, number)


def _checked(runtime: Runtime, settings: Mapping[str, str], months: int) -> Iterator[Figure]:
    """Check the books in a process of its own, as an auditor does."""
    done = subprocess.run(  # noqa: S603 - our own file
        [sys.executable, "-c", CHECK], env=os.environ | settings, stdout=subprocess.PIPE, check=True
    )
    found = json.loads(done.stdout)
    assert not found["findings"], found["findings"][:5]
    with runtime.reading() as session:
        rows = sum(
            session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (closing, ledger_entry, posting, line_deal, statement)
        )
    name = f"{rows:,} rows of {months} {'month' if months == 1 else 'months'}"
    yield Figure(f"ledger verify, {name}", f"{rows / found['wall_s']:,.0f}", "rows/s")
    yield Figure(f"ledger verify, {name}: of processor time", f"{rows / found['own_s']:,.0f}", "rows/s")
    yield Figure(f"ledger verify, {name}: memory", f"{found['kib'] / 1024:.0f}", "MiB")


def copy_month(runtime: Runtime, month: Period, copied: Period) -> float:
    """Write a month's closing again as another month with many more people; the seconds that signing it took."""
    with runtime.transaction() as session:
        kept = find_closing(session, month)
        assert kept is not None
        lock_period(session, copied)
        shape = _Shape.of(session, kept)
        copies = range(-(-PEOPLE // len(shape.statements)))
        statements = [row for copy in copies for row in shape.statements_of(copy, copied)]
        told = json.loads(kept.document) | {
            "people": [{"person": row.person_id, "statement_hash": row.document_hash} for row in statements]
        }
        document = canonical_json(told)
        add_new_closing(session, replace(kept, period=copied, document=document, document_hash=document_hash(document)))
        for copy in copies:
            shape.add_rows(session, copy, copied, kept.closed_at)
        add_new_statements(session, statements)
        started = time.perf_counter()
        sign(session, DocumentKey(DocumentKind.CLOSING, copied, 1), PeriodState.CLOSED, kept.closed_at)
        return time.perf_counter() - started


@dataclass(frozen=True, slots=True)
class _Shape:
    """What one closing wrote: the same again under other names is a month of a larger company."""

    statements: Sequence[StatementRow]
    entries: Sequence[Entry]
    parts: Sequence[Mapping[str, object]]

    @classmethod
    def of(cls, session: Session, kept: Closing) -> _Shape:
        """Read a closing."""
        told = [item["person"] for item in json.loads(kept.document)["people"]]
        found = [find_issued_statement(session, person_id, kept.period, kept.version) for person_id in told]
        parts = session.execute(select(line_deal).where(line_deal.c.period == str(kept.period))).mappings()
        return cls(
            [row for row in found if row],
            list_closing_entries(session, kept.period, kept.version),
            [{name: value for name, value in row.items() if name != "part_id"} for row in parts],
        )

    def statements_of(self, copy: int, period: Period) -> list[StatementRow]:
        """The statements of one copy."""
        return [replace(row, person_id=f"{row.person_id}-{copy}", period=period) for row in self.statements]

    def add_rows(self, session: Session, copy: int, period: Period, now: datetime) -> None:
        """Write the entries and parts of one copy."""
        entries = [
            replace(
                entry,
                person_id=f"{entry.person_id}-{copy}",
                period=period,
                month_worked=period,
                postings=tuple(
                    Posting(
                        f"{side.account}-{copy}" if side.account.endswith(entry.person_id) else side.account,
                        side.amount_minor,
                    )
                    for side in entry.postings
                ),
            )
            for entry in self.entries
        ]
        add_new_entries(session, entries, now)
        renamed = {"period": str(period), "month_worked": str(period)}
        bulk_insert(
            session, line_deal, [{**row, **renamed, "person_id": f"{row['person_id']}-{copy}"} for row in self.parts]
        )
