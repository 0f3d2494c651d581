"""A season of the demo company: it opens, works, closes its first month and goes on to the present day."""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import click

from service.app import create_app
from service.cli.demo.clock import DemoClock
from service.cli.demo.company import found_company
from service.cli.demo.history import Span, history
from service.cli.demo.message import Message, working_moment
from service.cli.demo.opening import HEAD_OF_SALES, fill_demo_calendar, open_company
from service.cli.demo.outcome import Outcome, Season, read_outcome
from service.cli.demo.sending import send
from service.cli.demo.telephone_list import SELLERS
from service.domain.calendar import WorkCalendar
from service.domain.period import Period
from service.flows.close import close
from service.jobs.pipeline import refresh
from service.runtime import Runtime, install

DAYS_TO_CLOSE = 3
"""Working days of the new month that are left for late messages before finance closes the old one."""


def play(runtime: Runtime, clock: DemoClock, seed: int, span: Span, size: int = len(SELLERS)) -> Outcome:
    """Let the company work from the first day of the span to its last moment, and read what came of it."""
    install(runtime)
    calendar = fill_demo_calendar(runtime, span)
    company = found_company(seed, span.first_month, calendar, size, with_staff=True)
    key = open_company(runtime, company)
    click.echo("Living through two months of work...", err=True)
    messages = history(seed, company, span, calendar)
    # A million small objects that live to the end: without this every full collection would look through them again.
    gc.freeze()
    season = _work(runtime, clock, key, messages, closing_at=min(_closing_moment(span, calendar), span.until))
    clock.set_forward(span.until)
    return read_outcome(runtime, span.first_month, replace(season, people=len(company.people)))


def _work(runtime: Runtime, clock: DemoClock, key: str, messages: Sequence[Message], *, closing_at: datetime) -> Season:
    """Send what arrives before the close, close, and send the rest; late money of that month becomes an adjustment."""
    client = create_app(runtime=runtime).test_client()
    in_time = [message for message in messages if message.arrives_at <= closing_at]
    started = time.perf_counter()
    states = send(client, key, in_time, clock, title="Events until the close")
    refresh()
    sent = time.perf_counter()
    clock.set_forward(closing_at)
    close_month(runtime, Period.of(in_time[0].happened_at.date()))
    closed = time.perf_counter()
    states += send(client, key, messages[len(in_time) :], clock, title="Events after it     ")
    refresh()
    ended = time.perf_counter()
    return Season(0, states, ingest_s=sent - started + ended - closed, close_s=closed - sent)


def close_month(runtime: Runtime, period: Period) -> None:
    """Close a month as the head of sales does."""
    now = runtime.now()
    today = runtime.today("Europe/Sofia")
    with runtime.transaction() as session:
        close(session, period, HEAD_OF_SALES, today=today, now=now)


def _closing_moment(span: Span, calendar: WorkCalendar) -> datetime:
    """The end of the last working day that is left for late messages."""
    return working_moment(calendar.workdays(span.first_month.following.days)[DAYS_TO_CLOSE - 1], 0)
