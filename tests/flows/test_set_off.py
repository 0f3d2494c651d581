"""What becomes of a reduction of a closed month: nothing by itself, and with a basis only ever out of variable pay."""

from __future__ import annotations

from json import loads

import pytest

from service.domain.reduction import (
    ReductionState,
    Verdict,
)
from service.flows.withdraw import withdraw
from service.reports.earnings import get_earnings
from service.reports.ledger import verify_ledger
from service.reports.payouts import payout_report
from service.reports.reductions import reductions_in
from service.reports.told import told_lines
from service.runtime import Runtime
from tests.company import an_assignment
from tests.deals import AUGUST, DECEMBER, JULY, NOVEMBER, OCTOBER, SEPTEMBER, DealCompany, on_day, paid
from tests.payouts import pay_whole
from tests.reduced import earned, reduced, waiting


@pytest.fixture
def company(runtime: Runtime) -> DealCompany:
    """Ann's July is worth 40.00 less than the 100.00 that were posted; August said so and is approved."""
    return reduced(runtime)


def test_without_a_decision_nothing_is_ever_set_off(company: DealCompany) -> None:
    assert waiting(company) == [("40.00", "40.00")]
    for month in (SEPTEMBER, OCTOBER):
        earned(company, "1000", month)
        company.close_month(month)
        assert company.payable("ann", month) == 100_00
        assert company.statement("ann", month)["balances"]["proposed"] == "40.00"


def test_with_a_basis_it_is_set_off_against_variable_pay_alone_and_the_rest_is_carried_and_shown(
    company: DealCompany,
) -> None:
    earned(company, "150", SEPTEMBER)
    company.decide(JULY, AUGUST, Verdict.WRITTEN_CONSENT)
    line = "reduction:set_off set_off 2026-07"
    assert company.told("ann", SEPTEMBER) == {"base fixed": "1500.00", "commission rate": "15.00", line: "-15.00"}
    company.close_month(SEPTEMBER)
    document = company.statement("ann", SEPTEMBER)
    # The total does not change: the 15.00 were taken out of it as proposed when August was closed.
    sums = [document[name] for name in ("payable", "proposed", "total")]
    assert (sums, document["balances"]["proposed"]) == (["0.00", "15.00", "1515.00"], "25.00")
    assert waiting(company, ReductionState.DECIDED) == [("40.00", "25.00")]
    earned(company, "1000", OCTOBER)
    company.close_month(OCTOBER)
    assert company.payable("ann", OCTOBER) == 75_00
    assert company.accounts("ann") == {"expense": -175_00, "payable": 175_00}
    assert waiting(company, ReductionState.SETTLED) == [("40.00", "0.00")]
    with company.runtime.reading() as session:
        rows = [(str(item.month_worked), item.amount_minor) for item in payout_report(session, OCTOBER).payouts]
    assert rows == [("2026-07", -25_00), ("2026-10", 100_00)]


def test_a_month_that_sets_something_off_is_paid_to_the_cent(company: DealCompany) -> None:
    company.decide(JULY, AUGUST, Verdict.WRITTEN_CONSENT)
    earned(company, "1000", SEPTEMBER)
    company.close_month(SEPTEMBER)
    company.approve_month(SEPTEMBER)
    payment = pay_whole(company.runtime, SEPTEMBER, "finance", now=company.now)
    paid_rows = [(item["month"], item["amount"]) for item in loads(payment.document)["payouts"]]
    assert paid_rows == [("2026-07", "-40.00"), ("2026-09", "100.00")]
    # Of July 100.00 and of September 60.00 are owed or paid: what both months are worth.
    assert company.accounts("ann") == {"expense": -160_00, "payable": 100_00, "paid": 60_00}
    with company.runtime.reading() as session:
        assert verify_ledger(session).findings == ()


def test_a_month_without_variable_pay_sets_nothing_off(company: DealCompany) -> None:
    company.decide(JULY, AUGUST, Verdict.ARITHMETICAL_ERROR)
    company.close_month(SEPTEMBER)
    assert company.told("ann", SEPTEMBER) == {"base fixed": "1500.00"}
    assert company.statement("ann", SEPTEMBER)["balances"]["proposed"] == "40.00"


def test_what_is_written_off_costs_the_company_and_the_person_nothing(company: DealCompany) -> None:
    earned(company, "1000", SEPTEMBER)
    company.decide(JULY, AUGUST, Verdict.WRITTEN_OFF)
    company.close_month(SEPTEMBER)
    assert company.payable("ann", SEPTEMBER) == 100_00
    assert company.statement("ann", SEPTEMBER)["balances"]["proposed"] == "0.00"
    # 160.00 is what her months are worth; 200.00 is what she gets.
    assert company.accounts("ann") == {"expense": -200_00, "payable": 200_00}
    with company.runtime.reading() as session:
        (found,) = reductions_in(session, ReductionState.SETTLED)
    assert (found["written_off"], found["set_off"]) == ("40.00", "0.00")


def test_the_last_pay_of_a_leaver_is_touched_only_with_a_basis(company: DealCompany) -> None:
    last = on_day(SEPTEMBER, 20).date()
    company.move("ann", [an_assignment("ann", ends_on=last)])
    earned(company, "1000", SEPTEMBER)
    assert company.payable("ann", SEPTEMBER) == 100_00
    company.decide(JULY, AUGUST, Verdict.WRITTEN_CONSENT)
    assert company.payable("ann", SEPTEMBER) == 60_00


def test_a_basis_that_fell_away_leaves_what_was_set_off_and_takes_no_more(company: DealCompany) -> None:
    earned(company, "150", SEPTEMBER)
    company.decide(JULY, AUGUST, Verdict.WRITTEN_CONSENT)
    company.close_month(SEPTEMBER)
    company.decide(JULY, AUGUST, Verdict.WAITS)
    earned(company, "1000", OCTOBER)
    company.close_month(OCTOBER)
    assert (company.payable("ann", OCTOBER), waiting(company)) == (100_00, [("40.00", "25.00")])
    company.decide(JULY, AUGUST, Verdict.WRITTEN_OFF)
    company.close_month(NOVEMBER)
    assert company.told("ann", NOVEMBER)["reduction:written_off write_off 2026-07"] == "25.00"


def test_the_latest_decision_before_the_close_holds(company: DealCompany) -> None:
    earned(company, "1000", SEPTEMBER)
    company.decide(JULY, AUGUST, Verdict.WRITTEN_CONSENT)
    company.decide(JULY, AUGUST, Verdict.WAITS)
    assert company.told("ann", SEPTEMBER) == {"base fixed": "1500.00", "commission rate": "100.00"}


def test_two_open_months_do_not_set_the_same_off_twice(company: DealCompany) -> None:
    earned(company, "150", SEPTEMBER)
    earned(company, "1000", OCTOBER)
    company.decide(JULY, AUGUST, Verdict.WRITTEN_CONSENT)
    assert (company.payable("ann", SEPTEMBER), company.payable("ann", OCTOBER)) == (0, 75_00)
    company.send(paid("ann", "", "100", SEPTEMBER, 12))
    company.refresh()
    assert (company.payable("ann", SEPTEMBER), company.payable("ann", OCTOBER)) == (0, 85_00)


def test_what_a_later_event_gives_back_is_not_paid_on_top_of_a_reduction_that_waits(company: DealCompany) -> None:
    company.send(paid("ann", "", "550", JULY, 12))
    company.refresh()
    # July gave 100.00 and was reduced by 40.00; now it is worth 115.00: 15.00 more than was paid.
    assert company.payable("ann", SEPTEMBER) == 15_00
    company.close_month(SEPTEMBER)
    assert waiting(company, ReductionState.SETTLED) == [("40.00", "0.00")]
    assert company.accounts("ann") == {"expense": -115_00, "payable": 115_00}


@pytest.mark.parametrize("verdict", [Verdict.WRITTEN_OFF, Verdict.WRITTEN_CONSENT])
def test_what_was_decided_is_judged_again_when_the_month_is_worth_its_old_amount(
    company: DealCompany, verdict: Verdict
) -> None:
    company.decide(JULY, AUGUST, verdict)
    earned(company, "1000", SEPTEMBER)
    company.close_month(SEPTEMBER)
    company.send(paid("ann", "", "400", JULY, 12))
    company.close_month(OCTOBER)
    # July is worth 100.00 again: a write-off was for nothing, what was set off is paid back.
    assert company.accounts("ann") == {"expense": -200_00, "payable": 200_00}
    assert company.payable("ann", SEPTEMBER) + company.payable("ann", OCTOBER) == 100_00


def test_a_set_off_while_a_late_event_gives_back_part_of_it_takes_only_the_rest(company: DealCompany) -> None:
    company.decide(JULY, AUGUST, Verdict.WRITTEN_CONSENT)
    earned(company, "1000", SEPTEMBER)
    company.send(paid("ann", "", "100", JULY, 12))
    company.refresh()
    told = company.told("ann", SEPTEMBER)
    assert told["reduction:set_off made_good 2026-07"] == "-10.00"
    assert told["reduction:set_off set_off 2026-07"] == "-30.00"
    assert company.payable("ann", SEPTEMBER) == 70_00


def test_it_is_told_in_words_of_both_languages(company: DealCompany) -> None:
    earned(company, "150", SEPTEMBER)
    company.decide(JULY, AUGUST, Verdict.WRITTEN_CONSENT)
    with company.runtime.reading() as session:
        lines = [line for line in get_earnings(session, "ann", SEPTEMBER).lines if line.kind == "set_off"]
        (english,), (bulgarian,) = (told_lines(session, lines, language) for language in ("en", "bg"))
    assert (english.label, english.why.besides) == (
        "Set off: the reduction for July 2026",
        (
            "What the closing of August 2026 reduced: 40.00",
            "Basis: your written consent, consent 7",
            "What is left of it: 25.00",
        ),
    )
    assert (bulgarian.label, bulgarian.why.besides) == (
        "Прихваната намаляваща корекция за юли 2026",
        (
            "Намаляваща корекция, начислена с приключването на август 2026: 40,00",
            "Основание: Вашето писмено съгласие, consent 7",
            "Остатък от нея: 25,00",
        ),
    )


def test_a_withdrawn_closing_gives_back_what_it_set_off(company: DealCompany) -> None:
    earned(company, "150", SEPTEMBER)
    company.decide(JULY, AUGUST, Verdict.WRITTEN_CONSENT)
    company.close_month(SEPTEMBER)
    with company.runtime.transaction() as session:
        withdraw(session, SEPTEMBER, "too early", "finance", now=company.now)
    company.refresh()
    assert waiting(company, ReductionState.DECIDED) == [("40.00", "40.00")]
    earned(company, "100", DECEMBER)
    company.close_month(SEPTEMBER)
    assert company.accounts("ann")["proposed"] == -25_00
    assert company.statement("ann", SEPTEMBER)["version"] == 2
