"""The opening of the demo company: an empty database, its tables, people, targets and plans, and the key of its CRM."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from holidays import country_holidays

from service.app import build_runtime
from service.cli.demo.clock import DemoClock
from service.cli.demo.company import SOURCE, Company
from service.cli.demo.history import Span
from service.cli.demo.message import ZONE
from service.cli.demo.roster import roster
from service.config import Settings, embedded_database_url, read_settings
from service.domain.calendar import WorkCalendar
from service.domain.key import Scope, new_key
from service.domain.signing import new_signing_key
from service.domain.source import SourceKind, new_source
from service.flows.add_source import add_source
from service.flows.create_key import create_key
from service.flows.fill_calendar import COUNTRY, fill_calendar
from service.flows.import_people import import_people
from service.flows.publish_plan import Publication, publish_plan
from service.plans import load_rules
from service.runtime import Runtime

DATABASE_FILE, SIGNING_KEY_FILE = "stimul.db", "signing.key"

HEAD_OF_SALES = "head of sales"
"""Who publishes the plans and closes the month in the demo."""


def demo_settings(directory: Path) -> Settings:
    """The settings of the environment, on a database of the demo's own and without a queue."""
    settings = read_settings(os.environ)
    return replace(
        settings,
        database_url=embedded_database_url(directory / DATABASE_FILE),
        redis_url="",
        demo=True,
        signing_key=settings.signing_key or _signing_key(directory / SIGNING_KEY_FILE),
    )


def _signing_key(file: Path) -> str:
    """The key of an earlier demo in the same place, or a new one."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(new_signing_key())
    return file.read_text()


def open_runtime(settings: Settings, directory: Path, clock: DemoClock) -> Runtime:
    """A runtime on a new database with all tables; an earlier demo in the directory is gone.

    Its jobs wait until they are asked for: a hundred batches scored one by one would give the same and take longer.
    """
    directory.mkdir(parents=True, exist_ok=True)
    for file in directory.glob(f"{DATABASE_FILE}*"):
        file.unlink()
    runtime = replace(build_runtime(settings), nudge=_wait, clock=clock)
    runtime.migrate()
    return runtime


def fill_demo_calendar(runtime: Runtime, span: Span) -> WorkCalendar:
    """Record the public holidays of the years around the span; the working calendar they make."""
    years = range(span.first_month.year - 1, span.months[-1].year + 1)
    with runtime.transaction() as session:
        fill_calendar(session, years)
    return WorkCalendar(frozenset(country_holidays(COUNTRY, years=years)))


def open_company(runtime: Runtime, company: Company) -> str:
    """Record the company and publish its plans; the key with which its CRM sends events."""
    now, today = runtime.now(), runtime.today(str(ZONE))
    key, text = new_key("CRM of the demo company", [Scope.EVENTS_WRITE], SOURCE, now=now)
    rules = load_rules(runtime.settings.rules_dir)
    publication = Publication(HEAD_OF_SALES, "the first plans of a new company")
    with runtime.transaction() as session:
        add_source(session, new_source(SOURCE, SourceKind.NATIVE, "", now=now))
        create_key(session, key, "the demo")
        import_people(session, roster(company), "the demo", now=now)
        for plan_id in sorted({assignment.role for assignment in company.assignments}):
            publish_plan(session, rules, plan_id, publication, today=today, now=now)
    return text


def _wait(job: str) -> None:
    """Leave a job for later: its work is marked in the database."""
    del job
