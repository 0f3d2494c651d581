"""Rules by deal over real months and closes: whose a deal is, in which month, and what becomes of its own part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from service.domain.closing import MonthIncompleteError
from service.domain.event import CreditClaim, Event, JsonValue, Part
from service.domain.period import Period
from service.runtime import Runtime
from tests.company import SOURCE, a_void, an_assignment
from tests.deals import AUGUST, JULY, OCTOBER, SEPTEMBER, DealCompany, on_day, paid, refunded
from tests.teams import a_lead, team_rules

PLAN = """
schema: incentive/1
plan: {plan}
title: Closer
version: "1"
effective: {{from: 2026-07-01}}
extends: [_org]
rules:
  deals:
    kind: tiers
    label: Commission by deal
    label_bg: Комисиона по сделки
    scope: deal
    mode: marginal
    measure: deal.amount
    tiers: [{{from: 0, rate: 2%}}, {{from: 10_000, rate: 3%}}]
{more}
examples:
  - name: A month
    given: {{deals: {{A: {{amount: 20_000}}}}{given}}}
    expect: {{deals: 500.00{expected}}}
"""

KEPT = """  kept:
    kind: holdback
    label: Kept until paid
    label_bg: Отложено до плащане
    lines: [deals]
    share: 50%
    release: {when: deal.paid_pro_rata, within: 200d, otherwise: forfeit}
"""

BACK = """  back:
    kind: clawback
    label: Taken back
    label_bg: Върната комисиона
    of: [deals]
    event: payment.refunded
    within: 90d
    due: balance.clawback_due
    lines: [deals]
    max_share: 50%
"""


def selling(runtime: Runtime, *people: str, more: str = "", given: str = "", expected: str = "") -> DealCompany:
    company = DealCompany(runtime, now=on_day(JULY, 1))
    plans = {
        name: PLAN.format(plan=name, more=more, given=given, expected=expected) for name in ("closer", "group_lead")
    }
    company.found_team([an_assignment(name) for name in people or ("ann",)], team_rules(**plans))
    company.refresh()
    return company


def won(deal: str, amount: str | None, month: Period, name: str = "ann", again: str = "", **more: JsonValue) -> Event:
    data: dict[str, JsonValue] = {"deal_id": deal, "currency": "EUR"} if deal else {"currency": "EUR"}
    data |= ({"amount": amount} if amount else {}) | more
    return Event(SOURCE, f"won-{deal}-{month}{again}", "deal.won", on_day(month, 5), name, data)


def of_deals(company: DealCompany, month: Period) -> Mapping[str, str]:
    """What each deal has in the line, as the statement or the estimate tells it."""
    company.refresh()
    lines: list[Any] = [line for line in company.statement("ann", month)["lines"] if line["rule"] == "deals"]
    return {item["deal"]: item["amount"] for line in lines for item in line.get("deals", ())}


def test_each_deal_won_is_paid_for_itself_and_the_statement_tells_its_part(runtime: Runtime) -> None:
    company = selling(runtime)
    company.send(won("A", "25000", JULY), won("B", "8333.25", JULY), won("C", "100", AUGUST))
    assert of_deals(company, JULY) == {"A": "650.00", "B": "166.67"}
    company.close_month(JULY)
    assert of_deals(company, JULY) == {"A": "650.00", "B": "166.67"}
    assert company.told("ann", JULY) == {"deals tiers": "816.67"}
    assert company.draft("ann", AUGUST) == {"deals tiers": "2.00"}
    assert company.accounts("ann") == {"expense": -81667, "payable": 81667}


def test_a_deal_is_of_the_month_in_which_it_was_first_won_and_worth_what_was_said_last(runtime: Runtime) -> None:
    company = selling(runtime)
    company.send(won("A", "1000", JULY), won("A", "2000", AUGUST))
    assert (of_deals(company, JULY), of_deals(company, AUGUST)) == ({"A": "40.00"}, {})
    company.close_month(JULY)
    company.send(won("A", "3000", SEPTEMBER))
    # It is corrected in the first month that is open, and is no deal of September.
    assert company.draft("ann", AUGUST) == {"deals adjustment 2026-07": "20.00"}
    assert company.draft("ann", SEPTEMBER) == {}


def test_a_first_win_that_is_taken_back_moves_the_deal_to_the_month_of_the_next_one(runtime: Runtime) -> None:
    company = selling(runtime)
    company.send(won("A", "1000", JULY), won("A", "2000", AUGUST))
    assert (of_deals(company, JULY), of_deals(company, AUGUST)) == ({"A": "40.00"}, {})
    company.send(a_void("v1", f"won-A-{JULY}", on_day(AUGUST, 9)))
    assert (of_deals(company, JULY), of_deals(company, AUGUST)) == ({}, {"A": "40.00"})


def test_a_win_that_comes_late_takes_the_deal_to_its_own_month(runtime: Runtime) -> None:
    company = selling(runtime)
    company.send(won("A", "2000", AUGUST))
    assert of_deals(company, AUGUST) == {"A": "40.00"}
    company.send(won("A", "1000", JULY))
    assert (of_deals(company, JULY), of_deals(company, AUGUST)) == ({"A": "40.00"}, {})


def test_a_deal_is_its_owners_alone(runtime: Runtime) -> None:
    company = selling(runtime, "ann", "bob")
    shared = won("A", "1000", JULY, "bob")
    credit = (CreditClaim("ann", Part.SUPPORT),)
    company.send(Event(SOURCE, "w", shared.type, shared.occurred_at, "bob", shared.data, credit))
    company.close_month(JULY)
    assert company.told("ann", JULY) == {}
    assert company.told("bob", JULY) == {"deals tiers": "20.00"}


def test_a_win_without_the_id_of_a_deal_is_a_deal_of_its_own(runtime: Runtime) -> None:
    company = selling(runtime)
    event = won("", "1000", JULY)
    company.send(event)
    assert of_deals(company, JULY) == {event.receipt_id: "20.00"}


def test_a_month_is_not_closed_before_the_amount_of_a_deal_is_told(runtime: Runtime) -> None:
    company = selling(runtime)
    company.send(won("A", None, JULY))
    company.refresh()
    with pytest.raises(MonthIncompleteError, match=r"deals\.A\.amount"):
        company.close_month(JULY)
    company.send(won("A", "1000", JULY, again="-again"))
    company.close_month(JULY)
    assert company.told("ann", JULY) == {"deals tiers": "20.00"}


def test_a_change_of_role_gives_each_plan_the_deals_of_its_own_days_whole(runtime: Runtime) -> None:
    company = selling(runtime)
    sells = an_assignment("ann", ends_on=date(2026, 7, 15))
    company.move("ann", [sells, a_lead("ann", starts_on=date(2026, 7, 16))])
    late = won("B", "20000", JULY)
    company.send(
        won("A", "20000", JULY),
        Event(SOURCE, "late", late.type, on_day(JULY, 20), "ann", late.data),
    )
    company.close_month(JULY)
    lines = [line for line in company.statement("ann", JULY)["lines"] if line["rule"] == "deals"]
    assert [(line["amount"], line["deals"]) for line in lines] == [
        ("500.00", [{"deal": "A", "amount": "500.00"}]),
        ("500.00", [{"deal": "B", "amount": "500.00"}]),
    ]


def test_half_is_kept_and_follows_the_invoices_to_the_cent(runtime: Runtime) -> None:
    company = selling(runtime, more=KEPT, expected=", kept: -250.00")
    company.send(won("A", "15001.65", JULY), won("B", "1000", JULY))
    company.close_month(JULY)
    # A: 200.00 + 150.0495 = 350.05, B: 20.00; half of 370.05 is 185.03, by deal 175.03 and 10.00.
    assert company.told("ann", JULY) == {"deals tiers": "370.05", "kept holdback": "-185.03"}
    company.send(paid("ann", "A", "5000.55", AUGUST))
    company.close_month(AUGUST)
    assert company.told("ann", AUGUST) == {"kept release 2026-07": "58.34"}
    company.send(paid("ann", "A", "5000.55", SEPTEMBER), paid("ann", "B", "1000", SEPTEMBER))
    company.close_month(SEPTEMBER)
    assert company.told("ann", SEPTEMBER) == {"kept release 2026-07": "68.35"}
    company.send(paid("ann", "A", "5000.55", OCTOBER))
    company.close_month(OCTOBER)
    assert company.told("ann", OCTOBER) == {"kept release 2026-07": "58.34"}
    assert company.accounts("ann") == {"expense": -37005, "payable": 37005}


def test_a_refund_takes_the_share_of_the_amount_the_deal_was_won_for(runtime: Runtime) -> None:
    company = selling(runtime, more=BACK, given=", balance: {clawback_due: 300}", expected=", back: -250.00")
    company.send(won("A", "10000", JULY))
    company.close_month(JULY)
    # Of 10,000.00 only 4,000.00 are paid yet; a tenth of the deal is given back, whichever payment it was.
    company.send(paid("ann", "A", "4000", AUGUST), won("B", "10000", AUGUST))
    company.send(refunded("ann", "A", "1000", AUGUST, of=f"A-{AUGUST}-10"))
    company.close_month(AUGUST)
    assert company.told("ann", AUGUST) == {"deals tiers": "200.00", "back clawback": "-20.00"}
    company.close_month(SEPTEMBER)
    assert company.told("ann", SEPTEMBER) == {}
    assert company.accounts("ann") == {"expense": -38000, "payable": 38000}
