"""Seconds to make the files of a month of ten thousand people: report, payroll file and journal."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from bench.books import PEOPLE, copy_month
from bench.company import opened_office, send_month
from bench.figure import Figure
from service.cli.demo.season import close_month
from service.config import ROOT, read_settings
from service.domain.figures import Language
from service.domain.period import Period, PeriodState
from service.domain.signing import new_signing_key
from service.jobs.pipeline import refresh
from service.plans.payout_settings import payout_settings
from service.reports.journal import journal_of
from service.reports.journal_tables import journal_csv
from service.reports.payout_tables import payout_document
from service.reports.payout_workbook import payout_workbook
from service.reports.payouts import payout_report
from service.reports.payroll import payroll_of_month
from service.reports.periods import closed_at
from service.runtime import Runtime
from service.store.derived_tables import earning_line
from service.store.dialect import bulk_insert
from service.store.periods import PeriodRow, set_period
from service.store.tables import assignment, person
from tests import rooms, services


def measure() -> Iterator[Figure]:
    """Close the demo company's month, write it again for many people, approve that, and pull everything once."""
    settings = payout_settings(ROOT / "rules")
    server = services.given(services.POSTGRES) or services.running_postgres() or ""
    with rooms.database(server, f"stimul_bench_{os.getpid()}_payouts") as url:
        wanted = {"DATABASE_URL": url, "STIMUL_SIGNING_KEY": new_signing_key(), "STIMUL_LOG_LEVEL": "WARNING"}
        with opened_office(read_settings(wanted)) as office:
            month = office.span.first_month
            send_month(office, month)
            refresh()
            close_month(office.runtime, month)
            copied = month.following
            _copy_people(office.runtime, month, copied)
            copy_month(office.runtime, month, copied)
            with office.runtime.transaction() as session:
                set_period(session, PeriodRow(copied, PeriodState.APPROVED, 1))
            made: dict[str, Callable[[Session], object]] = {
                "payout report as JSON": lambda session: payout_document(payout_report(session, copied)),
                "payout report as XLSX": lambda session: payout_workbook(
                    payout_report(session, copied), Language.BG, closed_at(session, copied)
                ),
                "payroll file": lambda session: payroll_of_month(session, copied, settings),
                "journal as CSV": lambda session: journal_csv(journal_of(session, copied, settings)),
            }
            for name, make in made.items():
                started = time.perf_counter()
                with office.runtime.reading() as session:
                    make(session)
                yield Figure(f"{name}, {PEOPLE:,} people", f"{time.perf_counter() - started:.1f}", "s")


def _copy_people(runtime: Runtime, month: Period, copied: Period) -> None:
    """The demo's people under other names until there are enough, and their lines of a month as those of another."""
    with runtime.transaction() as session:
        told = {row["person_id"] for row in _rows(session, earning_line)}
        people = [row for row in _rows(session, person) if row["person_id"] in told]
        held = [row for row in _rows(session, assignment) if row["person_id"] in told]
        lines = [row for row in _rows(session, earning_line) if row["period"] == str(month)]
        for copy in range(-(-PEOPLE // len(people))):
            bulk_insert(session, person, [_named(row, copy) for row in people])
            numbered = [_named(row, copy) | {"personnel_number": f"{row['personnel_number']}{copy:04}"} for row in held]
            bulk_insert(session, assignment, [row | {"manager_id": None} for row in numbered])
            own = {"period": str(copied), "month_worked": str(copied)}
            bulk_insert(session, earning_line, [_named(row, copy) | own for row in lines])


def _named(row: dict[str, object], copy: int) -> dict[str, object]:
    return row | {"person_id": f"{row['person_id']}-{copy}"}


def _rows(session: Session, table: Table) -> list[dict[str, object]]:
    keys = {column.name for column in table.primary_key if column.autoincrement is True}
    return [
        {name: value for name, value in row.items() if name not in keys}
        for row in session.execute(select(table)).mappings()
    ]
