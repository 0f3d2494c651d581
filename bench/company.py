"""The demo company's work as the measurements send it: its runtime on a database of their own, and its messages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from service.app import build_runtime, create_app
from service.cli.demo.company import found_company
from service.cli.demo.history import Span, history
from service.cli.demo.message import ZONE, Message
from service.cli.demo.opening import fill_demo_calendar, open_company
from service.config import Settings
from service.domain.period import Period
from service.runtime import Runtime, install, system_clock

SEED = 7

BATCH = 1_000
"""Events of one request: the largest a sender may send."""


@dataclass(frozen=True, slots=True)
class Office:
    """The company on its database, with the key of its CRM and everything the CRM tells."""

    runtime: Runtime
    key: str
    span: Span
    messages: Sequence[Message]


@contextmanager
def opened_office(settings: Settings) -> Iterator[Office]:
    """Open the company; its jobs wait until they are asked for."""
    now = system_clock()
    runtime = replace(build_runtime(settings), nudge=leave, clock=lambda: now)
    install(runtime)
    runtime.migrate()
    span = Span(Period.of(now.date()).preceding, now.astimezone(ZONE))
    calendar = fill_demo_calendar(runtime, span)
    company = found_company(SEED, span.first_month, calendar)
    key = open_company(runtime, company)
    try:
        yield Office(runtime, key, span, _once(history(SEED, company, span, calendar), now))
    finally:
        runtime.engine.dispose()


def send_month(office: Office, month: Period) -> None:
    """Everything that happened up to the end of a month, through the API."""
    client = create_app(runtime=office.runtime).test_client()
    headers = {"Authorization": f"Bearer {office.key}"}
    for body in bodies([item for item in office.messages if item.happened_at.date() <= month.last_day]):
        client.post("/v1/events", data=body, content_type="application/json", headers=headers)


def bodies(messages: Sequence[Message]) -> list[bytes]:
    """The messages as request bodies."""
    rest = iter(messages)
    return [
        json.dumps([dict(message.body) for message in batch]).encode()
        for batch in iter(lambda: list(islice(rest, BATCH)), [])
    ]


def _once(messages: Sequence[Message], now: datetime) -> list[Message]:
    """Each event once: a repetition is less work and would flatter the figure."""
    return list({item.external_id: item for item in messages if item.arrives_at <= now}.values())


def leave(job: str) -> None:
    """Leave a job for later: its work is marked in the database."""
    del job
