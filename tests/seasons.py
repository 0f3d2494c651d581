"""Two months of a real company for tests: the shipped plans, and everything that makes a month depend on another."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Table, delete, insert, select, update

from service.config import ROOT
from service.domain.event import Event
from service.domain.period import Period
from service.domain.person import Assignment
from service.flows.withdraw import withdraw
from service.plans import Rules, load_texts
from service.runtime import Runtime
from tests.books import unguard
from tests.company import SOURCE, an_assignment
from tests.deals import OCTOBER, SEPTEMBER, DealCompany, on_day, paid, won
from tests.teams import a_lead

POOL = """
pools:
  together:
    label: For the group
    label_bg: За групата
    fund: {base: team.collected, rate: 1%, max: 400}
    members: subordinates_all
    eligible: metric.collected >= 1
    share_by: metric.collected
    member_max: 60%

accept:"""
"""The shipped plans share no pool; this one stands before what their authors accepted."""

PLANS = ("_org", "_defaults", "closer", "farmer", "group_lead")

MEMBERS = ("ann", "bob", "cyn")


@cache
def shipped_rules() -> Rules:
    """The shipped plans of sellers and their lead, who shares a pool."""
    texts = {f"{name}.yaml": (ROOT / "rules" / f"{name}.yaml").read_text(encoding="utf-8") for name in PLANS}
    texts["group_lead.yaml"] = texts["group_lead.yaml"].replace("\naccept:", POOL)
    return load_texts(texts)


def a_dial(name: str, number: int, month: Period, day: int) -> Event:
    """A conversation."""
    data: dict[str, Any] = {"direction": "out", "answered": True, "talk_s": 60, "customer_kind": "existing"}
    return Event(SOURCE, f"call-{name}-{month}-{number}", "call.ended", on_day(month, day), name, data)


def people() -> list[Assignment]:
    """Three closers of lea; cyn becomes a farmer in the middle of October."""
    terms = {"manager_id": "lea", "soft_salary_minor": 45_000}
    changed = [
        an_assignment("cyn", ends_on=date(2026, 10, 14), **terms),
        an_assignment("cyn", starts_on=date(2026, 10, 15), role="farmer", **terms | {"soft_salary_minor": 60_000}),
    ]
    return [*(an_assignment(name, **terms) for name in MEMBERS[:2]), *changed, a_lead("lea", soft_salary_minor=88_000)]


class Season(DealCompany):
    """A company under the shipped plans, of which September and October are worked, corrected and closed."""

    def begin(self) -> None:
        """Found it in September and let it work."""
        self.now = on_day(SEPTEMBER, 1)
        self.found_team(people(), shipped_rules())
        self.work(SEPTEMBER)

    def work(self, month: Period) -> None:
        """A month of calls and money: ann above her plan, bob at it, cyn below."""
        calls = [a_dial(name, number, month, 1 + number % 20) for name in MEMBERS for number in range(12)]
        money = [paid(name, f"{name}-{month}", amount, month, 8) for name, amount in zip(MEMBERS, AMOUNTS, strict=True)]
        wins = [won(name, f"{name}-{month}", "40000", month) for name in MEMBERS]
        self.send(*calls, *wins, *money)
        self.refresh()

    def close_and_go_on(self) -> None:
        """Close September; in October something of September comes late, and a deal of it is paid in full."""
        self.close_month(SEPTEMBER)
        self.work(OCTOBER)
        self.send(paid("ann", f"ann-{SEPTEMBER}", "100.03", SEPTEMBER, 29))
        self.send(paid("bob", f"bob-{SEPTEMBER}", "2500", OCTOBER, 20))
        self.assign("bob", "collected", "41000.5", OCTOBER)

    def withdraw_and_reissue(self) -> None:
        """Close October, take it back for an event that was missing, and close it again."""
        self.close_month(OCTOBER)
        with self.runtime.transaction() as session:
            withdraw(session, OCTOBER, "a payment of ann's was missing", "finance", now=self.now)
        self.send(paid("ann", f"ann-{OCTOBER}", "77.77", OCTOBER, 30))
        self.close_month(OCTOBER)


Change = Callable[[dict[str, Any]], dict[str, object]]
"""New values of a row's columns."""

AMOUNTS = ("39000.05", "37500", "28000.10")


def a_season(runtime: Runtime) -> Season:
    """Two closed months: September once, October withdrawn and issued again."""
    season = Season(runtime)
    season.begin()
    season.close_and_go_on()
    season.withdraw_and_reissue()
    return season


@contextmanager
def tampered(runtime: Runtime, table: Table, where: Any, change: Change | None) -> Iterator[None]:
    """Change one row (None: take it away) behind the back of the service, and put it back at the end."""
    with runtime.transaction() as session:
        unguard(session)
        row = dict(session.execute(select(table).where(where)).mappings().one())
        own = [column == row[column.name] for column in table.primary_key.columns]
        session.execute(update(table).where(*own).values(change(row)) if change else delete(table).where(*own))
    yield
    with runtime.transaction() as session:
        session.execute(update(table).where(*own).values(row) if change else insert(table).values(row))


def saying(change: Callable[[Any], None]) -> Change:
    """A change of what the document of a row says."""

    def changed(row: dict[str, Any]) -> dict[str, object]:
        told = json.loads(row["document"])
        change(told)
        return {"document": json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))}

    return changed
