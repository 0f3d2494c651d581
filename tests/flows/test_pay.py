"""The payment of an approved month: recorded once, to the cent of what was owed."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import update

from service.domain.approval import NotApprovedError, Payment, Signer
from service.flows.approve import approve
from service.flows.pay import pay
from service.reports.ledger import verify_ledger
from service.reports.payouts import payout_report
from service.reports.statement import get_statement
from service.runtime import Runtime
from service.store.tables import posting
from tests.books import list_accounts, unguard
from tests.company import EARLY_NOVEMBER, NOVEMBER, OCTOBER, Company, a_call, a_payment


@pytest.fixture
def company(runtime: Runtime) -> Company:
    """The small company with an approved October in which Ann is paid 19.50."""
    found = Company(runtime)
    found.found()
    found.send(a_call("ann", "c1"), a_call("ann", "c2"), a_payment("ann", "p1", "1000.05"))
    found.now = EARLY_NOVEMBER
    closed = found.close()
    with runtime.transaction() as session:
        signer = Signer("fred", None)
        approve(session, OCTOBER, closed.document_hash, signer, second_above_minor=None, now=found.now)
    return found


def paid(company: Company) -> Payment:
    """Pay October."""
    with company.runtime.transaction() as session:
        return pay(session, OCTOBER, "finance", now=company.now)


def test_a_payment_moves_what_was_owed_and_says_so(company: Company) -> None:
    document = json.loads(paid(company).document)
    assert document["payouts"] == [{"amount": "19.50", "month": "2026-10", "person": "ann"}]
    assert (document["total"], document["approved_by"]) == ("19.50", ["fred"])
    with company.runtime.reading() as session:
        accounts = list_accounts(session, "ann")
        assert get_statement(session, "ann", OCTOBER).status == "paid"
        assert payout_report(session, OCTOBER).total_minor == 1950
        assert verify_ledger(session).findings == ()
    assert (accounts["payable:ann"], accounts["paid"]) == (0, -1950)


def test_a_month_is_paid_once(company: Company) -> None:
    paid(company)
    with pytest.raises(NotApprovedError, match="is paid"):
        paid(company)


def test_a_month_that_is_not_approved_is_not_paid(company: Company) -> None:
    company.now = EARLY_NOVEMBER + timedelta(days=30)
    company.close(NOVEMBER)
    with pytest.raises(NotApprovedError), company.runtime.transaction() as session:
        pay(session, NOVEMBER, "finance", now=company.now)


def test_what_comes_after_the_payment_is_a_line_of_the_open_month(company: Company) -> None:
    paid(company)
    company.now += timedelta(hours=1)
    company.send(a_payment("ann", "p2", "200.00"))
    company.refresh()
    with company.runtime.reading() as session:
        assert get_statement(session, "ann", OCTOBER).document["payable"] == "19.50"
        assert get_statement(session, "ann", NOVEMBER).document["payable"] == "3.30"


def test_a_payment_changed_in_the_books_is_found_and_named(company: Company) -> None:
    paid(company)
    with company.runtime.transaction() as session:
        unguard(session)
        session.execute(update(posting).where(posting.c.account == "paid").values(amount_minor=-1951))
    with company.runtime.reading() as session:
        findings = verify_ledger(session).findings
    assert (
        "ann 2026-10, paid by 2026-10 v1: 19.50 was owed, the payment says 19.50, the ledger moved 19.51." in findings
    )
