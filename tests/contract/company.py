"""A small company of the contract: its plan, its people, its keys, and what its senders tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from service.cli.demo.message import ZONE
from service.domain.period import Period
from service.runtime import Runtime, system_clock
from tests.company import CLOSER, DEFAULTS, ORG
from tests.contract.client import Client

NOW = system_clock().astimezone(ZONE)
THIS_MONTH = Period.of(NOW.date())
MONTH = THIS_MONTH.preceding
"""The month before the present one: over, so that a server that knows the real time closes it."""

EARLIER = MONTH.preceding

SHARES = "\ncredits: {deal_team: {owner: 70%, lead_source: 30%}}\n"
FILES = {
    "_org.yaml": ORG.replace("type: money", "type: money\n    credit: deal_team") + SHARES,
    "_defaults.yaml": DEFAULTS,
    "closer.yaml": CLOSER.replace("each: 1.5", "each: 1.5, pay_code: '110', account: '604'").replace(
        "3.3%", "3.3%, pay_code: '120', account: '604'"
    ),
}
GIVEN = {
    "employee": {"fixed_salary": "1500.00", "soft_salary": "0.00", "grade": "middle", "tenure_months": 14},
    "calendar": {"workdays": 20, "worked_days": 10},
    "target": {"calls": 40},
    "metric": {"calls": 1, "collected": "1000.05"},
}
BURST = 45
"""Calls within a minute that nobody makes: a flag."""


@dataclass(frozen=True, slots=True)
class Hands:
    """The keys of the story: one that does nearly everything, and that of a second person."""

    mine: Client
    second: Client
    runtime: Runtime


WHY = {"why": "a test"}
TALK = {"direction": "out", "answered": True, "talk_s": 60}


def person(name: str, since: str = "2025-01-01") -> dict[str, Any]:
    """Somebody who has worked here for long, known to the sender by the own name."""
    return {
        "person_id": name,
        "name": name.title(),
        "hired_on": since,
        "starts_on": since,
        "role": "closer",
        "grade": "middle",
        "fixed_salary": "1500.00",
        "soft_salary": "0.00",
        "personnel_number": f"{name}-1",
        "aliases": [{"source": "crm", "subject": name}],
    }


def noon(day: date) -> datetime:
    """The middle of a day."""
    return datetime.combine(day, time(12), NOW.tzinfo)


def call(name: str, at: datetime) -> dict[str, Any]:
    """A conversation of Ann."""
    return {"id": name, "type": "call.ended", "time": at.isoformat(), "subject": "ann", "data": TALK}


def payment(name: str, at: datetime) -> dict[str, Any]:
    """Money that a customer of Ann paid."""
    paid = {"amount": "1000.05", "currency": "USD" if name == "p2" else "EUR"}
    return {"id": name, "type": "payment.received", "time": at.isoformat(), "subject": "ann", "data": paid}
