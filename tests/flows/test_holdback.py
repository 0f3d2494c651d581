"""Holdbacks over real closes: what is kept is released to the cent, paid in time, forfeited or corrected."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DatabaseError

from service.domain.earning import Balances
from service.flows.withdraw import withdraw
from service.reports.earnings import get_earnings
from service.reports.ledger import verify_ledger
from service.reports.payout_tables import payout_rows
from service.reports.payouts import payout_report
from service.runtime import Runtime
from service.store.money_tables import line_deal
from tests.company import a_void, an_assignment
from tests.deals import (
    AUGUST,
    DECEMBER,
    JULY,
    NOVEMBER,
    OCTOBER,
    SEPTEMBER,
    DealCompany,
    on_day,
    paid,
    plan_text,
    refunded,
    won,
)
from tests.teams import a_lead, team_rules

HOLDBACK = """  kept:
    kind: holdback
    label: Kept until paid in full
    label_bg: Отложено до пълно плащане
    lines: [commission]
    share: 20%
    release: {{when: deal.paid_in_full, within: 60d, otherwise: {otherwise}}}
"""


def holding(
    runtime: Runtime, otherwise: str, *people: str, leading: str = HOLDBACK, pro_rata: bool = False
) -> DealCompany:
    company = DealCompany(runtime, now=on_day(JULY, 1))
    rule = HOLDBACK.replace("paid_in_full", "paid_pro_rata") if pro_rata else HOLDBACK
    closer = plan_text(rule.format(otherwise=otherwise), "kept: -200.00")
    lead = plan_text(
        leading.format(otherwise=otherwise), "kept: -" + ("500.00" if "50%" in leading else "200.00"), "group_lead"
    )
    company.found_team([an_assignment(name) for name in people or ("ann",)], team_rules(closer=closer, group_lead=lead))
    company.refresh()
    return company


def test_what_is_kept_of_a_deal_is_released_when_it_is_paid_in_full(runtime: Runtime) -> None:
    company = holding(runtime, "forfeit")
    company.send(won("ann", "A", "1500", JULY), paid("ann", "A", "1000.05", JULY))
    company.refresh()
    # 10 % of 1,000.05 is 100.01 (half up); 20 % of that is 20.00.
    assert company.told("ann", JULY) == {"commission rate": "100.01", "kept holdback": "-20.00"}
    company.close_month(JULY)
    assert company.statement("ann", JULY)["balances"] == {"held": "20.00", "draw": "0.00", "proposed": "0.00"}
    company.send(paid("ann", "A", "499.95", AUGUST))
    company.refresh()
    # August keeps 20 % of its own 50.00 and lets go what July kept: 1,500.00 of 1,500.00 are paid.
    expected = {"commission rate": "50.00", "kept holdback": "-10.00", "kept release 2026-07": "20.00"}
    assert company.told("ann", AUGUST) == expected
    company.close_month(AUGUST)
    assert company.told("ann", AUGUST) == expected
    assert company.statement("ann", AUGUST)["balances"]["held"] == "10.00"
    company.close_month(SEPTEMBER)
    assert company.told("ann", SEPTEMBER) == {"kept release 2026-08": "10.00"}
    assert company.accounts("ann") == {"expense": -15001, "payable": 15001}


def test_a_cent_short_of_the_amount_is_not_paid_in_full_and_is_forfeited_in_time(runtime: Runtime) -> None:
    company = holding(runtime, "forfeit")
    company.send(won("ann", "A", "1000.01", JULY), paid("ann", "A", "1000", JULY))
    for month in (JULY, AUGUST):
        company.close_month(month)
    # Sixty days after July are the 29th of September: the line is in September and takes nothing from what is paid.
    assert company.told("ann", AUGUST) == {}
    company.close_month(SEPTEMBER)
    statement = company.statement("ann", SEPTEMBER)
    assert company.told("ann", SEPTEMBER) == {"kept forfeit 2026-07": "-20.00"}
    assert (statement["payable"], statement["forfeited"], statement["total"]) == ("0.00", "-20.00", "0.00")
    assert statement["lines"][0]["explanation"]["deals"] == [{"deal": "A", "amount": "20.00", "because": "time"}]
    assert company.accounts("ann") == {"expense": -8000, "payable": 8000}


@pytest.mark.parametrize("deal", ["A", ""])
def test_in_time_the_rest_is_paid_where_the_plan_says_so_and_always_where_no_deal_is_known(
    runtime: Runtime, deal: str
) -> None:
    company = holding(runtime, "pay" if deal else "forfeit")
    company.send(paid("ann", deal, "1000", JULY))
    for month in (JULY, AUGUST, SEPTEMBER, OCTOBER):
        company.close_month(month)
    assert company.told("ann", SEPTEMBER) == {"kept release 2026-07": "20.00"}
    assert company.told("ann", OCTOBER) == {}


def test_each_deal_has_its_own_part_and_the_parts_add_up(runtime: Runtime) -> None:
    company = holding(runtime, "forfeit")
    events = [won("ann", deal, "100", JULY) for deal in "ABC"] + [paid("ann", deal, "100", JULY) for deal in "AB"]
    company.send(*events, paid("ann", "C", "33.40", JULY))
    company.close_month(JULY)
    # 23.34 of commission, 4.67 kept: 100 to 100 to 33.40 of 23,340 cents is 2.00, 2.00 and 0.67.
    kept = next(line for line in company.statement("ann", JULY)["lines"] if line["rule"] == "kept")
    assert {item["deal"]: item["amount"] for item in kept["deals"]} == {"A": "2.00", "B": "2.00", "C": "0.67"}
    company.close_month(AUGUST)
    assert company.told("ann", AUGUST) == {"kept release 2026-07": "4.00"}


def test_a_refund_before_the_release_keeps_it_back(runtime: Runtime) -> None:
    company = holding(runtime, "pay")
    company.send(won("ann", "A", "1000", JULY), paid("ann", "A", "1000", JULY))
    company.close_month(JULY)
    assert company.draft("ann", AUGUST) == {"kept release 2026-07": "20.00"}
    company.send(refunded("ann", "A", "0.01", AUGUST))
    assert company.draft("ann", AUGUST) == {}
    company.send(paid("ann", "A", "0.01", AUGUST, day=25))
    assert company.draft("ann", AUGUST) == {"kept release 2026-07": "20.00"}


def test_a_payment_that_is_credited_to_somebody_else_releases_it_and_its_void_takes_that_back(runtime: Runtime) -> None:
    company = holding(runtime, "forfeit", "ann", "bob")
    company.send(won("ann", "A", "2000", JULY), paid("ann", "A", "1000", JULY))
    company.close_month(JULY)
    company.send(paid("bob", "A", "1000", AUGUST))
    assert company.draft("ann", AUGUST) == {"kept release 2026-07": "20.00"}
    company.send(a_void("v1", f"paid-A-{AUGUST}-10-bob", on_day(AUGUST, 11)))
    assert company.draft("ann", AUGUST) == {}


def test_somebody_who_left_is_still_paid_what_was_kept(runtime: Runtime) -> None:
    company = holding(runtime, "forfeit", "ann", "bob")
    company.send(won("ann", "A", "1500", JULY), paid("ann", "A", "1000", JULY))
    company.close_month(JULY)
    company.move("ann", [an_assignment("ann", ends_on=date(2026, 7, 31))])
    company.close_month(AUGUST)
    company.send(paid("bob", "A", "500", SEPTEMBER))
    company.close_month(SEPTEMBER)
    assert company.told("ann", SEPTEMBER) == {"kept release 2026-07": "20.00"}
    assert company.accounts("ann") == {"expense": -10000, "payable": 10000}


def test_a_correction_of_a_closed_month_keeps_its_share_back(runtime: Runtime) -> None:
    company = holding(runtime, "forfeit")
    company.send(won("ann", "A", "2000", JULY), won("ann", "B", "500", JULY), paid("ann", "A", "1000", JULY))
    company.close_month(JULY)
    company.send(paid("ann", "B", "500", JULY))
    # 50.00 more for July, of which 10.00 are kept; B is paid in full, so that they are let go at once.
    assert company.draft("ann", AUGUST) == {
        "commission adjustment 2026-07": "50.00",
        "kept adjustment 2026-07": "-10.00",
        "kept release 2026-07": "10.00",
    }
    company.close_month(AUGUST)
    assert company.accounts("ann") == {"expense": -15000, "payable": 13000, "held": 2000}


def test_a_reduction_after_the_release_takes_it_all_to_finance(runtime: Runtime) -> None:
    company = holding(runtime, "forfeit")
    company.send(won("ann", "A", "1000", JULY), paid("ann", "A", "1000", JULY))
    company.close_month(JULY)
    company.close_month(AUGUST)
    company.send(a_void("v1", f"paid-A-{JULY}-10-ann", on_day(SEPTEMBER, 2)))
    company.close_month(SEPTEMBER)
    # 100.00 are gone; 20.00 of them had been kept, released, and are asked back with the others.
    assert company.told("ann", SEPTEMBER) == {
        "commission adjustment 2026-07": "-100.00",
        "kept adjustment 2026-07": "20.00",
        "kept release 2026-07": "-20.00",
    }
    assert company.accounts("ann") == {"payable": 10000, "proposed": -10000}
    assert company.payable("ann", SEPTEMBER) == 0


def test_a_reduction_before_the_release_takes_what_is_kept_first(runtime: Runtime) -> None:
    company = holding(runtime, "forfeit")
    company.send(won("ann", "A", "1000", JULY), paid("ann", "A", "900", JULY), paid("ann", "A", "50", JULY, day=11))
    company.close_month(JULY)
    company.send(a_void("v1", f"paid-A-{JULY}-11-ann", on_day(AUGUST, 2)))
    company.close_month(AUGUST)
    # 5.00 less for July: 4.00 of them were paid and wait for finance, 1.00 is no longer kept.
    assert company.accounts("ann") == {"expense": -9000, "payable": 7600, "held": 1800, "proposed": -400}


def test_two_roles_in_a_month_keep_back_by_their_own_plans(runtime: Runtime) -> None:
    company = holding(runtime, "pay", "ann", leading=HOLDBACK.replace("20%", "50%").replace("60d", "10d"))
    sells = an_assignment("ann", ends_on=date(2026, 7, 15))
    company.move("ann", [sells, a_lead("ann", starts_on=date(2026, 7, 16))])
    company.send(paid("ann", "A", "1000", JULY, day=10), paid("ann", "B", "100", JULY, day=20))
    company.close_month(JULY)
    held = [line for line in company.statement("ann", JULY)["lines"] if line["kind"] == "holdback"]
    assert [(line["amount"], line["deals"]) for line in held] == [
        ("-20.00", [{"deal": "A", "amount": "20.00"}]),
        ("-5.00", [{"deal": "B", "amount": "5.00"}]),
    ]
    company.close_month(AUGUST)
    assert company.told("ann", AUGUST) == {"kept release 2026-07": "5.00"}
    company.close_month(SEPTEMBER)
    assert company.told("ann", SEPTEMBER) == {"kept release 2026-07": "20.00"}
    assert company.accounts("ann") == {"expense": -11000, "payable": 11000}


def test_finance_and_the_person_see_what_is_held_and_released(runtime: Runtime) -> None:
    company = holding(runtime, "forfeit")
    company.send(won("ann", "A", "1000", JULY), paid("ann", "A", "1000", JULY))
    for month in (JULY, AUGUST):
        company.close_month(month)
    with company.runtime.reading() as session:
        rows = [row for month in (JULY, AUGUST) for row in payout_rows(payout_report(session, month))]
        balances = [get_earnings(session, "ann", month).balances for month in (JULY, AUGUST)]
    assert [(row["month"], row["amount"], row["held_back"]) for row in rows] == [
        ("2026-07", "80.00", "20.00"),
        ("2026-07", "20.00", "-20.00"),
    ]
    assert balances == [Balances(held_minor=2000), Balances()]


def test_the_parts_are_only_added_to_and_one_put_in_by_hand_is_found(runtime: Runtime) -> None:
    company = holding(runtime, "forfeit")
    company.send(won("ann", "A", "2000", JULY), paid("ann", "A", "1000", JULY))
    company.close_month(JULY)
    for change in (update(line_deal).values(amount_minor=1), delete(line_deal)):
        with pytest.raises(DatabaseError, match="only ever added to"), company.runtime.transaction() as session:
            session.execute(change)
    with company.runtime.transaction() as session:
        kept = session.execute(select(line_deal).where(line_deal.c.what == "held")).one()
        forged = {name: value for name, value in kept._mapping.items() if name != "part_id"} | {"amount_minor": 1}
        session.execute(insert(line_deal).values(forged))
    with company.runtime.reading() as session:
        signed, added_up = verify_ledger(session).findings
    assert signed.startswith("Closing 2026-07 v1, ann: held part of")
    assert added_up == "ann: the ledger holds back 20.00, the parts of its lines add up to 20.01."


def test_two_months_that_are_open_release_it_once(runtime: Runtime) -> None:
    company = holding(runtime, "forfeit")
    company.send(won("ann", "A", "1000", OCTOBER), paid("ann", "A", "1000", OCTOBER))
    company.close_month(OCTOBER)
    company.now = on_day(DECEMBER, 2)
    company.send(paid("ann", "B", "10", DECEMBER, day=1))
    company.refresh()
    assert company.told("ann", NOVEMBER) == {"kept release 2026-10": "20.00"}
    assert "kept release 2026-10" not in company.told("ann", DECEMBER)


def test_a_withdrawn_closing_holds_nothing_back_and_closed_again_it_holds_it_once(runtime: Runtime) -> None:
    company = holding(runtime, "forfeit")
    company.send(won("ann", "A", "2000", JULY), paid("ann", "A", "1000", JULY))
    company.close_month(JULY)
    before = company.accounts("ann")
    assert before["held"] > 0
    with company.runtime.transaction() as session:
        withdraw(session, JULY, "too early", "finance", now=company.now)
    assert company.accounts("ann") == {}
    company.close_month(JULY)
    assert company.accounts("ann") == before
    company.send(paid("ann", "A", "1000", AUGUST))
    company.close_month(AUGUST)
    # What July kept is released once; what August kept waits for the month after it.
    assert company.accounts("ann") == {"expense": -20000, "held": 2000, "payable": 18000}
