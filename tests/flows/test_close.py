"""What a close freezes, posts and states; and what becomes of news for a closed month."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest

from service.domain.closing import (
    AlreadyClosedError,
    EarlierPeriodOpenError,
    MonthIncompleteError,
    NothingToCloseError,
    WorkIsStaleError,
)
from service.domain.payout import PeriodOpenError
from service.domain.period import Period, PeriodNotOverError
from service.reports.event_trace import trace_by_receipt
from service.reports.ledger import verify_ledger
from service.reports.payouts import payout_report
from service.reports.periods import all_periods
from service.reports.statement import get_statement
from service.runtime import Runtime
from service.store.earnings import list_lines
from service.store.people import get_person, replace_people
from service.store.stale import mark_stale
from tests.company import (
    EARLY_NOVEMBER,
    MID_OCTOBER,
    NOVEMBER,
    OCTOBER,
    Company,
    a_call,
    a_payment,
    a_refund,
    a_void,
    an_assignment,
)


@pytest.fixture
def company(runtime: Runtime) -> Company:
    """The small company with some work done: Ann had two conversations and got 1,000.05, Bob called too shortly."""
    found = Company(runtime)
    found.found()
    found.send(
        a_call("ann", "c1"), a_call("ann", "c2"), a_payment("ann", "p1", "1000.05"), a_call("bob", "c3", talk_s=5)
    )
    found.refresh()
    return found


def told(company: Company, person: str, period: Period) -> Any:
    with company.runtime.reading() as session:
        return get_statement(session, person, period).document


def lines_of(company: Company, person: str, period: Period) -> list[tuple[str, str, str, str]]:
    lines = told(company, person, period)["lines"]
    return [(line["month"], line["rule"], line["amount"], line["disposition"]) for line in lines]


def payable(company: Company, period: Period) -> dict[str, int]:
    with company.runtime.reading() as session:
        report = payout_report(session, period)
    return {payout.person_id: payout.amount_minor for payout in report.payouts}


def test_an_open_month_is_estimated_line_by_line(company: Company) -> None:
    assert lines_of(company, "ann", OCTOBER) == [
        ("2026-10", "base", "1500.00", "information"),
        ("2026-10", "commission", "16.50", "payable"),
        ("2026-10", "per_call", "3.00", "payable"),
    ]


def test_a_close_pays_the_payable_lines_and_not_the_fixed_salary(company: Company) -> None:
    company.now = EARLY_NOVEMBER
    company.close()
    assert payable(company, OCTOBER) == {"ann": 1950}
    with company.runtime.reading() as session:
        statement = get_statement(session, "ann", OCTOBER)
        assert statement.status == "confirmed"
        assert (statement.document["total"], statement.document["payable"]) == ("1519.50", "19.50")
        check = verify_ledger(session)
    assert check.findings == ()
    assert check.entries == 1


def test_a_month_cannot_be_closed_before_it_is_over(company: Company) -> None:
    with pytest.raises(PeriodNotOverError):
        company.close()


def test_a_month_cannot_be_closed_while_work_is_stale(company: Company) -> None:
    company.send(a_call("ann", "c9"))
    company.now = EARLY_NOVEMBER
    with company.runtime.transaction() as session:
        mark_stale(session, [("ann", OCTOBER)], company.now)
    with pytest.raises(WorkIsStaleError):
        company.close_as_it_is()


def test_a_month_is_closed_once(company: Company) -> None:
    company.now = EARLY_NOVEMBER
    company.close()
    with pytest.raises(AlreadyClosedError):
        company.close()


def test_months_are_closed_in_their_order(company: Company) -> None:
    company.now = EARLY_NOVEMBER + timedelta(days=30)
    with pytest.raises(EarlierPeriodOpenError):
        company.close(NOVEMBER)


def test_a_month_in_which_nobody_worked_is_a_slip_of_the_pen_and_is_not_closed(company: Company) -> None:
    company.now = EARLY_NOVEMBER
    with pytest.raises(NothingToCloseError):
        company.close(Period(2016, 10))


def test_a_close_that_is_refused_scores_no_month_that_has_not_begun(company: Company) -> None:
    with pytest.raises(PeriodNotOverError):
        company.close(Period(2027, 1))
    with company.runtime.reading() as session:
        assert Period(2027, 1) not in [row.period for row in all_periods(session, now=company.now)]


def test_nobody_is_left_unpaid_for_lack_of_a_target(company: Company) -> None:
    with company.runtime.reading() as session:
        person = get_person(session, "bob")
    with company.runtime.transaction() as session:
        replace_people(session, [person], [an_assignment("bob", grade="unheard_of")], [])
    company.send(a_call("bob", "c4"))
    company.refresh()
    company.now = EARLY_NOVEMBER
    with pytest.raises(MonthIncompleteError, match=r"bob: target\.calls"):
        company.close()


def test_an_open_month_has_no_payouts(company: Company) -> None:
    with company.runtime.reading() as session, pytest.raises(PeriodOpenError):
        payout_report(session, OCTOBER)


def test_a_late_payment_is_paid_by_the_open_month_and_names_its_cause(company: Company) -> None:
    company.now = EARLY_NOVEMBER
    company.close()
    company.now += timedelta(hours=1)
    late = a_payment("ann", "p2", "200.00")
    company.send(late)
    company.refresh()
    assert lines_of(company, "ann", NOVEMBER) == [("2026-10", "commission", "3.30", "payable")]
    (line,) = told(company, "ann", NOVEMBER)["lines"]
    assert line["explanation"]["cause"]["late_events"] == [late.receipt_id]
    assert payable(company, OCTOBER) == {"ann": 1950}
    company.now = EARLY_NOVEMBER + timedelta(days=30)
    company.close(NOVEMBER)
    assert payable(company, NOVEMBER) == {"ann": 330}


def test_a_reduction_of_a_closed_month_waits_and_is_not_taken(company: Company) -> None:
    company.now = EARLY_NOVEMBER
    company.close()
    company.send(a_refund("ann", "r1", "500.00"))
    company.refresh()
    assert lines_of(company, "ann", NOVEMBER) == [("2026-10", "commission", "-8.25", "proposed")]
    company.now = EARLY_NOVEMBER + timedelta(days=30)
    company.close(NOVEMBER)
    assert payable(company, NOVEMBER) == {}
    company.send(a_call("bob", "c5", at=MID_OCTOBER))
    company.refresh()
    with company.runtime.reading() as session:
        assert verify_ledger(session).findings == ()


def test_a_correction_that_comes_after_the_close_is_named_as_the_cause(company: Company) -> None:
    company.now = EARLY_NOVEMBER
    company.close()
    company.now += timedelta(hours=1)
    void = a_void("v1", "p1", at=company.now)
    company.send(void)
    company.refresh()
    (line,) = told(company, "ann", NOVEMBER)["lines"]
    assert line["explanation"]["cause"]["late_events"] == [void.receipt_id]


def test_an_event_that_came_after_the_statement_is_not_said_to_be_told_by_it(company: Company) -> None:
    company.now = EARLY_NOVEMBER
    company.close()
    company.now += timedelta(hours=1)
    early, late = a_payment("ann", "p1", "1000.05"), a_payment("ann", "p2", "200.00")
    company.send(late)
    company.refresh()
    with company.runtime.reading() as session:
        told_by = [trace_by_receipt(session, event.receipt_id, None)["counted_for"] for event in (early, late)]
    assert [bool(found[0]["statement"]) for found in told_by] == [True, False]  # type: ignore[index]  # a list of credits


def test_a_voided_call_and_its_return_leave_nothing_owed(company: Company) -> None:
    company.now = EARLY_NOVEMBER
    company.close()
    company.send(a_void("v1", "c1"), a_call("ann", "c1-again"))
    company.refresh()
    assert told(company, "ann", OCTOBER)["total"] == "1519.50"
    with company.runtime.transaction() as session:
        assert list_lines(session, NOVEMBER, ["ann"]) == []


def test_the_statement_of_a_closed_month_never_changes(company: Company) -> None:
    company.now = EARLY_NOVEMBER
    company.close()
    with company.runtime.reading() as session:
        before = get_statement(session, "ann", OCTOBER)
    company.send(a_payment("ann", "p3", "9999.99"), a_void("v2", "p1"))
    company.refresh()
    with company.runtime.reading() as session:
        assert get_statement(session, "ann", OCTOBER) == before


def test_of_eight_closers_one_wins(company: Company) -> None:
    company.now = EARLY_NOVEMBER

    def attempt(_number: int) -> str:
        try:
            company.close_as_it_is()
        except AlreadyClosedError:
            return "refused"
        return "closed"

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(attempt, range(8)))
    assert outcomes == ["closed"] + ["refused"] * 7
    with company.runtime.reading() as session:
        check = verify_ledger(session)
    assert (check.entries, check.findings) == (1, ())


def test_a_statement_names_the_receipts_behind_its_money(company: Company) -> None:
    company.now = EARLY_NOVEMBER
    company.close()
    receipts = told(company, "ann", OCTOBER)["events"]["receipts"]
    payment = a_payment("ann", "p1", "1000.05")
    assert receipts["collected"] == [{"receipt_id": payment.receipt_id, "value": "20001/20"}]
    assert len(receipts["calls"]) == 2


def test_a_statement_names_the_version_of_the_plan_it_rests_on(company: Company) -> None:
    company.now = EARLY_NOVEMBER
    company.close()
    (plan,) = told(company, "ann", OCTOBER)["plans"]
    assert (plan["plan"], plan["version"], len(plan["hash"])) == ("closer", "1", 64)


def test_who_had_no_event_all_month_is_scored_and_told_too(company: Company) -> None:
    company.now = EARLY_NOVEMBER + timedelta(days=30)
    company.close()
    company.close(NOVEMBER)
    assert lines_of(company, "ann", NOVEMBER) == [
        ("2026-11", "base", "1500.00", "information"),
        ("2026-11", "commission", "0.00", "payable"),
        ("2026-11", "per_call", "0.00", "payable"),
    ]


def test_somebody_without_a_plan_is_named_and_closes_nothing(company: Company) -> None:
    with company.runtime.reading() as session:
        person = get_person(session, "bob")
    with company.runtime.transaction() as session:
        lead = an_assignment("bob", role="group_lead", starts_on=date(2025, 1, 1))
        replace_people(session, [person], [lead], [])
    company.send(a_call("bob", "c6"))
    company.refresh()
    company.now = EARLY_NOVEMBER
    assert json.loads(company.close().document)["without_plan"] == ["bob"]
