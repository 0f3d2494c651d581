"""Trials: what a person's month would pay if more were done, by the real flows in a transaction that is taken back."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time

from sqlalchemy.orm import Session

from service.domain.delivery import Delivery, Sent, Trust, new_delivery_id
from service.domain.event import JsonValue
from service.domain.period import Period
from service.domain.what_if import LineChange, compared, demand_all_counted
from service.flows.earn import earn
from service.flows.hold_month import hold_month
from service.flows.imagine import imagine
from service.flows.ingest import ingest
from service.flows.release import release
from service.flows.score import score
from service.plans.hints import Hint
from service.reports.company import company_today
from service.reports.earnings import Earnings, get_earnings
from service.reports.next_steps import next_steps
from service.runtime import current
from service.sources.native import read_items

NOON = time(12, tzinfo=UTC)
"""When an imagined event happens on the last day of a month that is over."""


@dataclass(frozen=True, slots=True)
class Imagined:
    """Things that were not done: so much more of metrics, and events as a sender would send them."""

    added: Mapping[str, str] = field(default_factory=dict)
    events: Sequence[Mapping[str, JsonValue]] = ()


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A month as it is and as it would be, line by line, and what would pay next then."""

    before: Earnings
    after: Earnings
    lines: Sequence[LineChange]
    steps: Sequence[Hint]


def what_if(person_id: str, period: Period | None, imagined: Imagined) -> WhatIf:
    """What the person's open month (the present one if none is named) would pay; nothing of it is stored.

    Pools are shared when the month is closed, and are not in it. Raises `WhatIfRefusedError` or `MonthNotOpenError`.
    """
    runtime = current()
    now = runtime.now()
    with runtime.trial() as session:
        today = company_today(session, now)
        month = period or Period.of(today)
        hold_month(session, person_id, month, Period.of(today))
        _work(session, person_id, month)
        before = get_earnings(session, person_id, month)
        day = min(today, month.last_day)
        sender = f"what-if-{secrets.token_hex(8)}"
        imagine(session, person_id, day, imagined.added, sender, now=now)
        if imagined.events:
            happened = now if day == today else datetime.combine(day, NOON)
            sent = _sent(person_id, imagined.events, sender, happened, now)
            demand_all_counted(ingest(session, [sent], now=now)[0])
        _work(session, person_id, month)
        after = get_earnings(session, person_id, month)
        steps = next_steps(session, person_id, month, today)
    return WhatIf(before, after, compared(before.lines, after.lines), steps)


def _work(session: Session, person_id: str, period: Period) -> None:
    """The way of a marked month, as the pipeline takes it."""
    months = [(person_id, period)]
    score(session, months)
    earn(session, months)
    release(session, months)


def _sent(
    person_id: str, events: Sequence[Mapping[str, JsonValue]], sender: str, happened: datetime, now: datetime
) -> Sent:
    """Events as their own sender sends them: each the person's, at its time or now."""
    own: dict[str, JsonValue] = {"subject": person_id, "time": happened.isoformat()}
    documents: list[JsonValue] = [{**own, **event, "id": f"e{place}"} for place, event in enumerate(events)]
    items = read_items(documents, sender, len(json.dumps(documents, default=str)))
    delivery = Delivery(new_delivery_id(), sender, now, "application/json", b"", "0" * 64, len(items), Trust.TIMED)
    return Sent(delivery, items)
