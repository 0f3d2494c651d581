"""What becomes of a closing that is taken back before it is approved."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.domain.approval import ApprovalFinalError, LaterClosedError, NotClosedError, Signer
from service.domain.waiting import NoReasonError
from service.flows.approve import approve
from service.flows.withdraw import withdraw
from service.reports.ledger import verify_ledger
from service.reports.payouts import payout_report
from service.reports.periods import signed_period
from service.reports.statement import get_issued_statement, get_statement
from service.runtime import Runtime
from service.store.earnings import list_lines
from tests.books import list_accounts
from tests.company import EARLY_NOVEMBER, NOVEMBER, OCTOBER, Company, a_call, a_payment

WHY = "the payments of the last day were missing"


@pytest.fixture
def company(runtime: Runtime) -> Company:
    """The small company with a closed October in which Ann is paid 19.50."""
    found = Company(runtime)
    found.found()
    found.send(a_call("ann", "c1"), a_call("ann", "c2"), a_payment("ann", "p1", "1000.05"))
    found.now = EARLY_NOVEMBER
    found.close()
    return found


def take_back(company: Company, reason: str = WHY) -> None:
    """Withdraw October."""
    with company.runtime.transaction() as session:
        withdraw(session, OCTOBER, reason, "finance", now=company.now)
    company.refresh()


def payable(company: Company) -> str:
    """What the present statement of Ann says."""
    with company.runtime.reading() as session:
        return str(get_statement(session, "ann", OCTOBER).document["payable"])


def drafts_of_november(company: Company) -> int:
    """How many lines correct October in November."""
    with company.runtime.reading() as session:
        return sum(line.month_worked == OCTOBER for line in list_lines(session, NOVEMBER, ["ann"]))


def test_a_withdrawn_closing_leaves_nothing_on_any_account_and_the_month_is_estimated(company: Company) -> None:
    take_back(company)
    with company.runtime.reading() as session:
        assert set(list_accounts(session, "ann").values()) == {0}
        assert get_statement(session, "ann", OCTOBER).status == "estimated"
        (kept,) = signed_period(session, OCTOBER, now=company.now).withdrawals
        assert verify_ledger(session).findings == ()
    assert (kept.version, kept.withdrawn_by, kept.reason) == (1, "finance", WHY)
    assert payable(company) == "19.50"


def test_closed_again_it_is_the_next_version_with_what_came_meanwhile_and_the_old_statement_is_readable(
    company: Company,
) -> None:
    company.now += timedelta(hours=1)
    company.send(a_payment("ann", "p2", "200.00"))
    company.refresh()
    assert drafts_of_november(company) == 1
    take_back(company)
    assert (payable(company), drafts_of_november(company)) == ("22.80", 0)
    assert company.close().version == 2
    with company.runtime.reading() as session:
        assert payout_report(session, OCTOBER).total_minor == 2280
        assert get_statement(session, "ann", OCTOBER).document["version"] == 2
        old = get_issued_statement(session, "ann", OCTOBER, 1)
        check = verify_ledger(session)
    assert (old.status, old.document["payable"]) == ("withdrawn", "19.50")
    assert (check.entries, check.closings, check.findings) == (3, 2, ())


def test_a_closing_is_withdrawn_again_and_again_without_paying_anything_twice(company: Company) -> None:
    for version in (2, 3):
        take_back(company)
        assert company.close().version == version
    with company.runtime.reading() as session:
        assert (payout_report(session, OCTOBER).total_minor, verify_ledger(session).findings) == (1950, ())


def test_an_approved_closing_is_not_withdrawn(company: Company) -> None:
    with company.runtime.transaction() as session:
        closing = signed_period(session, OCTOBER, now=company.now).closing
        assert closing is not None
        signer = Signer("fred", None)
        approve(session, OCTOBER, closing.document_hash, signer, second_above_minor=None, now=company.now)
    with pytest.raises(ApprovalFinalError):
        take_back(company)


def test_an_open_month_is_not_withdrawn(company: Company) -> None:
    take_back(company)
    with pytest.raises(NotClosedError):
        take_back(company)


def test_a_month_on_which_a_closed_one_rests_is_not_withdrawn(company: Company) -> None:
    company.now = EARLY_NOVEMBER + timedelta(days=30)
    company.close(NOVEMBER)
    with pytest.raises(LaterClosedError, match="Withdraw 2026-11 first"):
        take_back(company)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_a_withdrawal_says_why(company: Company, reason: str) -> None:
    with pytest.raises(NoReasonError):
        take_back(company, reason)
