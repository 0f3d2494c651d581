"""Clawbacks over real closes: what a refund takes of a stored line, once, up to a share of a month."""

from __future__ import annotations

import pytest

from service.plans import load_texts
from service.runtime import Runtime
from tests.company import a_void, an_assignment
from tests.deals import AUGUST, DECEMBER, JULY, NOVEMBER, OCTOBER, SEPTEMBER, DealCompany, on_day, paid, refunded, won
from tests.teams import ORG

GROSS = ORG.replace(
    "\nmetrics:\n",
    "\nmetrics:\n  gross: {title: Money received, from: payment.received, agg: sum, field: amount, type: money}\n",
)
PLAN = """
schema: incentive/1
plan: closer
title: Closer
version: "1"
effective: {{from: 2026-07-01}}
extends: [_org]
rules:
  commission: {{kind: rate, label: Commission, base: metric.gross, rate: 10%}}
{more}
  back:
    kind: clawback
    label: Taken back
    of: [commission]
    event: {event}
    within: 60d
    due: balance.clawback_due
    lines: [commission]
    max_share: 50%
examples:
  - name: A month
    given: {{metric: {{gross: 10_000}}, balance: {{clawback_due: 900}}}}
    expect: {{commission: 1000.00, back: -500.00{expected}}}
"""
KEPT = """
  kept:
    kind: holdback
    label: Kept
    lines: [commission]
    share: 20%
    release: {when: deal.paid_in_full, within: 300d, otherwise: forfeit}
"""


def clawing(runtime: Runtime, event: str = "payment.refunded", more: str = "", expected: str = "") -> DealCompany:
    company = DealCompany(runtime, now=on_day(JULY, 1))
    text = PLAN.format(event=event, more=more, expected=expected)
    company.found_team([an_assignment("ann")], load_texts({"_org.yaml": GROSS, "closer.yaml": text}))
    company.refresh()
    return company


def test_a_partial_refund_takes_its_share_of_the_line_once(runtime: Runtime) -> None:
    company = clawing(runtime)
    company.send(paid("ann", "A", "1000", JULY), paid("ann", "B", "500", JULY))
    company.close_month(JULY)
    company.send(refunded("ann", "A", "250", AUGUST), paid("ann", "C", "1000", AUGUST))
    company.close_month(AUGUST)
    # A earned 100.00 of July's 150.00; a quarter of it was refunded.
    assert company.told("ann", AUGUST) == {"commission rate": "100.00", "back clawback": "-25.00"}
    (line,) = [line for line in company.statement("ann", AUGUST)["lines"] if line["rule"] == "back"]
    assert line["deals"] == [{"deal": "A", "amount": "25.00"}]
    company.send(paid("ann", "D", "1000", SEPTEMBER))
    company.close_month(SEPTEMBER)
    assert company.told("ann", SEPTEMBER) == {"commission rate": "100.00"}
    assert company.accounts("ann") == {"expense": -32500, "payable": 32500}


def test_never_more_than_the_share_of_a_month_and_the_rest_is_carried(runtime: Runtime) -> None:
    company = clawing(runtime)
    company.send(paid("ann", "A", "10000", JULY))
    company.close_month(JULY)
    company.send(refunded("ann", "A", "10000", AUGUST), paid("ann", "B", "6000", AUGUST))
    company.close_month(AUGUST)
    company.close_month(SEPTEMBER)
    company.send(paid("ann", "C", "20000", OCTOBER))
    company.close_month(OCTOBER)
    company.send(paid("ann", "D", "20000", NOVEMBER))
    company.close_month(NOVEMBER)
    # 1,000.00 are due: 300.00 are half of August, nothing in September, 700.00 of the 1,000.00 that October allows.
    assert [company.told("ann", month).get("back clawback") for month in (AUGUST, SEPTEMBER, OCTOBER, NOVEMBER)] == [
        "-300.00",
        None,
        "-700.00",
        None,
    ]


@pytest.mark.parametrize(("day", "taken"), [(29, "-100.00"), (30, None)])
def test_a_refund_after_the_window_takes_nothing(runtime: Runtime, day: int, taken: str | None) -> None:
    company = clawing(runtime)
    company.send(paid("ann", "A", "1000", JULY))
    for month in (JULY, AUGUST):
        company.close_month(month)
    # Sixty days after July are the 29th of September.
    company.send(paid("ann", "B", "5000", SEPTEMBER), refunded("ann", "A", "1000", SEPTEMBER, day=day))
    company.close_month(SEPTEMBER)
    assert company.told("ann", SEPTEMBER).get("back clawback") == taken


def test_a_refund_that_names_its_payment_takes_of_that_month_alone(runtime: Runtime) -> None:
    company = clawing(runtime)
    company.send(paid("ann", "A", "1000", JULY))
    company.close_month(JULY)
    company.send(paid("ann", "A", "3000", AUGUST))
    company.close_month(AUGUST)
    company.send(refunded("ann", "A", "1000", SEPTEMBER, of=f"A-{JULY}-10"), paid("ann", "B", "9000", SEPTEMBER))
    company.close_month(SEPTEMBER)
    (line,) = [line for line in company.statement("ann", SEPTEMBER)["lines"] if line["rule"] == "back"]
    # Without the name it would be a quarter of both months, which is as much here: 25.00 and 75.00.
    assert line["deals"] == [{"deal": "A", "amount": "100.00"}]


def test_what_is_held_back_was_never_paid_and_is_not_taken_back(runtime: Runtime) -> None:
    company = clawing(runtime, more=KEPT, expected=", kept: -200.00")
    company.send(won("ann", "A", "2000", JULY), paid("ann", "A", "1000", JULY))
    company.close_month(JULY)
    company.send(refunded("ann", "A", "1000", AUGUST), paid("ann", "", "4000", AUGUST))
    company.close_month(AUGUST)
    assert company.told("ann", AUGUST)["back clawback"] == "-80.00"


def test_a_lost_customer_takes_the_whole_line(runtime: Runtime) -> None:
    company = clawing(runtime, "deal.lost")
    company.send(paid("ann", "A", "1000", JULY))
    company.close_month(JULY)
    lost = won("ann", "A", "1000", AUGUST)
    company.send(type(lost)(lost.source_id, "lost-A", "deal.lost", lost.occurred_at, "ann", lost.data))
    company.send(paid("ann", "B", "5000", AUGUST))
    company.close_month(AUGUST)
    assert company.told("ann", AUGUST)["back clawback"] == "-100.00"


def test_a_refund_withdrawn_after_it_was_taken_is_given_back(runtime: Runtime) -> None:
    company = clawing(runtime)
    company.send(paid("ann", "A", "1000", JULY))
    company.close_month(JULY)
    company.send(refunded("ann", "A", "1000", AUGUST), paid("ann", "B", "5000", AUGUST))
    company.close_month(AUGUST)
    company.send(a_void("v1", f"back-A-{AUGUST}-20", on_day(SEPTEMBER, 2)))
    company.close_month(SEPTEMBER)
    assert company.told("ann", SEPTEMBER) == {"back clawback": "100.00"}
    for month in (OCTOBER, NOVEMBER, DECEMBER):
        company.close_month(month)
    assert company.accounts("ann") == {"expense": -60000, "payable": 60000}


def test_a_correction_of_a_closed_month_does_not_take_back_again(runtime: Runtime) -> None:
    company = clawing(runtime)
    company.send(paid("ann", "A", "1000", JULY))
    company.close_month(JULY)
    company.send(refunded("ann", "A", "1000", AUGUST), paid("ann", "B", "1000", AUGUST))
    company.close_month(AUGUST)
    assert company.told("ann", AUGUST)["back clawback"] == "-50.00"
    company.send(paid("ann", "C", "1000", AUGUST, day=28))
    company.close_month(SEPTEMBER)
    # August is 100.00 more; what it took back stays 50.00, and September has no line of its own to take from.
    assert company.told("ann", SEPTEMBER) == {"commission adjustment 2026-08": "100.00"}
