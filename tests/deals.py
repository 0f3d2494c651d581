"""Deals over months for tests: how they are won, paid and refunded, and a company that closes month after month."""

from __future__ import annotations

from datetime import UTC, datetime
from json import dumps, loads
from typing import Any

from service.domain.approval import Signer
from service.domain.event import Event, ItemResult
from service.domain.money import parse_minor
from service.domain.period import Period
from service.domain.reduction import Verdict
from service.flows.approve import approve
from service.flows.decide_reduction import Decided, decide_reduction
from service.reports.ledger import verify_ledger
from service.reports.statement import get_statement
from service.store.periods import find_closing
from tests.books import list_accounts
from tests.company import SOURCE
from tests.teams import TeamCompany

JULY, AUGUST, SEPTEMBER = Period(2026, 7), Period(2026, 8), Period(2026, 9)
OCTOBER, NOVEMBER, DECEMBER = Period(2026, 10), Period(2026, 11), Period(2026, 12)

_PLAN = """
schema: incentive/1
plan: closer
title: Closer
version: "1"
effective: {{from: 2026-07-01}}
extends: [_org]
rules:
{rules}
examples:
  - name: A month
    given: {{employee: {{tenure_months: 1}}, metric: {{collected: 10_000, calls: 1}}}}
    expect: {{commission: 1000.00{expected}}}
"""

COMMISSION = "  commission: {kind: rate, label: Commission, base: metric.collected, rate: 10%}\n"


def plan_text(rules: str, expected: str = "", plan: str = "closer") -> str:
    """A plan of 10 % commission and these rules; `expected` are their lines of 1,000.00 commission: "a: 1, b: 2"."""
    more = f", {expected}" if expected else ""
    return _PLAN.format(rules=COMMISSION + rules, expected=more).replace("plan: closer", f"plan: {plan}")


def on_day(month: Period, day: int = 10) -> datetime:
    """Nine in the morning (UTC) of a day."""
    return datetime(month.year, month.month, day, 9, tzinfo=UTC)


def won(name: str, deal: str, amount: str, month: Period, day: int = 5) -> Event:
    """A deal won for an amount."""
    data: dict[str, Any] = {"deal_id": deal, "amount": amount, "currency": "EUR"}
    return Event(SOURCE, f"won-{deal}", "deal.won", on_day(month, day), name, data)


def paid(name: str, deal: str, amount: str, month: Period, day: int = 10) -> Event:
    """A payment of a deal; its id tells deal, month and day."""
    data: dict[str, Any] = {"amount": amount, "currency": "EUR", "payment_id": f"{deal}-{month}-{day}"}
    data |= {"deal_id": deal} if deal else {}
    return Event(SOURCE, f"paid-{deal}-{month}-{day}-{name}", "payment.received", on_day(month, day), name, data)


def refunded(name: str, deal: str, amount: str, month: Period, day: int = 20, of: str = "") -> Event:
    """Money of a deal given back, perhaps of a named payment."""
    data: dict[str, Any] = {"amount": amount, "currency": "EUR", "deal_id": deal}
    data |= {"of_payment_id": of} if of else {}
    return Event(SOURCE, f"back-{deal}-{month}-{day}", "payment.refunded", on_day(month, day), name, data)


class DealCompany(TeamCompany):
    """A company whose months are closed one after the other."""

    def send(self, *events: Event) -> list[ItemResult]:
        """Deliver events, the latest of which has just happened."""
        self.now = max(self.now, *(event.occurred_at for event in events))
        return super().send(*events)

    def close_month(self, period: Period) -> None:
        """Close a month on the fourth of the next one; the books are right after it, whatever it did."""
        self.now = on_day(period.following, 4)
        self.close(period)
        self.refresh()
        with self.runtime.reading() as session:
            assert verify_ledger(session).findings == ()

    def approve_month(self, period: Period) -> None:
        """Approve the closing of a month, as somebody who has no pay in it."""
        with self.runtime.transaction() as session:
            closing = find_closing(session, period)
            assert closing is not None, f"{period} is not closed"
            signer = Signer("fred", None)
            approve(session, period, closing.document_hash, signer, second_above_minor=None, now=self.now)

    def decide(self, month: Period, posted_in: Period, verdict: Verdict, person_id: str = "ann") -> None:
        """Decide about a reduction as Fred of finance does, and let the workers act on it."""
        asked = Decided((person_id, month, posted_in), verdict, "consent 7", "agreed with the person")
        with self.runtime.transaction() as session:
            decide_reduction(session, asked, Signer("fred", "fred"), now=self.now)
        self.refresh()

    def draft(self, person_id: str, period: Period) -> dict[str, str]:
        """The lines of a month as they stand, refreshed at its end: the amount by rule and kind."""
        self.refresh()
        return self.told(person_id, period)

    def told(self, person_id: str, period: Period) -> dict[str, str]:
        """The lines of a statement or an estimate: "rule kind month" and the amount; zero lines left out."""
        lines = self.statement(person_id, period)["lines"]
        own = str(period)
        return {
            " ".join([line["rule"], line["kind"], *([] if line["month"] == own else [line["month"]])]): line["amount"]
            for line in lines
            if line["amount"] != "0.00"
        }

    def statement(self, person_id: str, period: Period) -> Any:
        """The document of a statement, or of the estimate."""
        with self.runtime.reading() as session:
            return loads(dumps(get_statement(session, person_id, period).document))

    def accounts(self, person_id: str) -> dict[str, int]:
        """The balance of each account of a person in minor units, credit positive: what is owed, held, proposed."""
        with self.runtime.reading() as session:
            found = list_accounts(session, person_id)
        sums: dict[str, int] = {}
        for name, amount in found.items():
            sums[name.partition(":")[0]] = sums.get(name.partition(":")[0], 0) - amount
        return {name: amount for name, amount in sums.items() if amount}

    def payable(self, person_id: str, period: Period) -> int:
        """What a statement says is paid."""
        return parse_minor(self.statement(person_id, period)["payable"])
