"""A company that pays for tests: three teams, both pay channels, names of every kind, and a correction of a month."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import update

from service.domain.approval import Payment, Signer
from service.domain.period import Period
from service.domain.person import Assignment, PayChannel, Person
from service.domain.returned_list import ReturnedList, ReturnedRow
from service.flows.approve import approve
from service.flows.pay import pay
from service.plans.payout_settings import payout_settings
from service.reports.payroll import open_dues
from service.reports.periods import signed_period
from service.runtime import Runtime
from service.store.people import replace_people
from service.store.tables import assignment
from tests.company import an_assignment
from tests.deals import AUGUST, JULY, DealCompany, on_day, paid, won
from tests.repository import ROOT
from tests.teams import team_rules

PLAN = """
schema: incentive/1
plan: closer
title: Closer
version: "1"
effective: {from: 2026-07-01}
extends: [_org]
rules:
  commission:
    {kind: rate, label: Commission, label_bg: Комисиона, base: metric.collected, rate: 10%,
     pay_code: "220", account: "604.3", amortise: {months: 24}}
  calling:
    {kind: rate, label: Calls, label_bg: Обаждания, base: metric.calls, each: 1.5, pay_code: "230", account: "604.2"}
  kept:
    kind: holdback
    label: Kept until paid in full
    label_bg: Отложено до пълно плащане
    pay_code: "221"
    account: "604.3"
    lines: [commission]
    share: 20%
    release: {when: deal.paid_in_full, within: 60d, otherwise: pay}
examples:
  - name: A month
    given: {employee: {tenure_months: 1}, metric: {collected: 10_000, calls: 2}}
    expect: {commission: 1000.00, calling: 3.00, kept: -200.00}
"""

NAMES = {
    "ann": "=HYPERLINK(0)",
    "bob": "Борис Щърбанов",
    "eva": '@Eva; "the" second',
    "ivo": "-1+Ivo",
    "zoe": "Zoë Öztürk",
}
"""Of every kind: formulas, Cyrillic, separators, what windows-1251 has no letters for."""

NUMBERS = {"ann": "0042", "bob": "0007", "eva": "", "ivo": "0100", "zoe": ""}
TEAMS = {"ann": "north", "bob": "north", "eva": "south", "ivo": "", "zoe": "south"}
CENTRES = {"ann": "sales", "bob": "sales", "eva": "export", "ivo": "", "zoe": "export"}
INVOICED = frozenset({"eva", "zoe"})
"""Who sends an invoice; all others are employed."""


def a_payee(name: str, **changes: object) -> Assignment:
    """An assignment of one of these people."""
    channel = PayChannel.INVOICE if name in INVOICED else PayChannel.PAYROLL
    own = {
        "team": TEAMS[name],
        "cost_centre": CENTRES[name],
        "personnel_number": NUMBERS[name],
        "legal_entity": "Demo OOD",
        "pay_channel": channel,
    }
    return an_assignment(name, **(own | changes))


def a_paying_company(runtime: Runtime, plan: str = PLAN) -> DealCompany:
    """The company with July closed, and August closed with its own money, a correction of July and a release."""
    company = DealCompany(runtime, now=on_day(JULY, 1))
    company.found_team([a_payee(name) for name in NAMES], team_rules(closer=plan))
    with runtime.transaction() as session:
        people = [Person(name, shown, date(2025, 1, 1)) for name, shown in NAMES.items()]
        replace_people(session, people, [a_payee(name) for name in NAMES], [])
    company.refresh()
    company.send(*(won(name, f"D-{name}", "4000", JULY) for name in NAMES))
    company.send(*(paid(name, f"D-{name}", f"{number}000.05", JULY) for number, name in enumerate(NAMES, 1)))
    company.close_month(JULY)
    company.send(*(paid(name, f"D-{name}", "500.10", AUGUST) for name in NAMES))
    # Late: July's, and so a correction in August.
    company.send(paid("ann", "D-late", "333.33", JULY, day=30))
    company.refresh()
    company.close_month(AUGUST)
    return company


def approve_month(company: DealCompany, period: Period = AUGUST) -> None:
    """Approve a closed month as somebody who is not paid by it."""
    with company.runtime.transaction() as session:
        closing = signed_period(session, period, now=company.now).closing
        assert closing is not None
        signer = Signer("fred", None)
        approve(session, period, closing.document_hash, signer, second_above_minor=None, now=company.now)


def pay_whole(runtime: Runtime, period: Period, paid_by: str, *, now: datetime) -> Payment:
    """Pay an approved month as if payroll had paid all of it; whoever has no number gets their id as one."""
    settings = payout_settings(ROOT / "rules")
    with runtime.transaction() as session:
        without = assignment.c.personnel_number == ""
        session.execute(update(assignment).where(without).values(personnel_number=assignment.c.person_id))
    with runtime.transaction() as session:
        owed = [item.due for item in open_dues(session, period, settings)]
        rows = [
            ReturnedRow(line, due.number, due.code, due.payout.month_worked, due.amount_minor)
            for line, due in enumerate(owed, 1)
        ]
        return pay(session, period, ReturnedList(tuple(rows)), Signer(paid_by, None), rules={}, now=now)
