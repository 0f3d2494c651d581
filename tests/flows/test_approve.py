"""Who may approve a closed month, and what an approval is for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import insert, update

from service.domain.approval import (
    ApprovalFinalError,
    ApprovedByYouError,
    ClosedByYouError,
    NotClosedError,
    OtherDocumentError,
    OwnPayError,
    Signer,
)
from service.domain.errors import StimulError
from service.domain.period import PeriodState
from service.flows.approve import approve
from service.reports.earnings import get_earnings
from service.reports.ledger import verify_ledger
from service.reports.payouts import payout_report
from service.reports.periods import signed_period
from service.reports.statement import get_statement
from service.runtime import Runtime
from service.store.money_tables import approval
from service.store.periods import PeriodRow
from service.store.tables import period
from tests.books import unguard
from tests.company import EARLY_NOVEMBER, OCTOBER, Company, a_call, a_payment

FRED, EVA = Signer("fred", None), Signer("eva", None)
PAYABLE = 1950
"""What Ann is paid for October, in cents."""


@pytest.fixture
def company(runtime: Runtime) -> Company:
    """The small company with a closed October: "finance" closed it, Ann is paid 19.50 and Bob nothing."""
    found = Company(runtime)
    found.found()
    found.send(a_call("ann", "c1"), a_call("ann", "c2"), a_payment("ann", "p1", "1000.05"))
    found.now = EARLY_NOVEMBER
    found.close()
    return found


def seen(company: Company) -> str:
    """The hash of the closing document as finance reads it."""
    with company.runtime.reading() as session:
        closing = signed_period(session, OCTOBER, now=company.now).closing
    assert closing is not None
    return closing.document_hash


def approved(company: Company, signer: Signer, document_hash: str = "", above: int | None = None) -> PeriodRow:
    """Approve October."""
    wanted = document_hash or seen(company)
    with company.runtime.transaction() as session:
        return approve(session, OCTOBER, wanted, signer, second_above_minor=above, now=company.now)


def findings(company: Company) -> tuple[str, ...]:
    """What is wrong with the books."""
    with company.runtime.reading() as session:
        return verify_ledger(session).findings


def test_an_approval_keeps_who_when_and_which_document_and_is_told_everywhere(company: Company) -> None:
    assert approved(company, FRED).state is PeriodState.APPROVED
    with company.runtime.reading() as session:
        (kept,) = signed_period(session, OCTOBER, now=company.now).approvals
        told = [get_statement(session, "ann", OCTOBER).status, get_earnings(session, "ann", OCTOBER).status]
        state = payout_report(session, OCTOBER).state
    assert (kept.approved_by, kept.approved_at, kept.document_hash) == ("fred", company.now, seen(company))
    assert (told, state) == (["approved", "approved"], PeriodState.APPROVED)
    assert findings(company) == ()


@pytest.mark.parametrize(
    ("signer", "refusal"),
    [
        (Signer("finance", None), ClosedByYouError),
        (Signer("fred", None, hand="finance"), ClosedByYouError),
        (Signer("the key of ann", "ann"), OwnPayError),
    ],
)
def test_neither_who_closed_nor_who_is_paid_approves(
    company: Company, signer: Signer, refusal: type[StimulError]
) -> None:
    with pytest.raises(refusal):
        approved(company, signer)
    with company.runtime.reading() as session:
        assert signed_period(session, OCTOBER, now=company.now).row.state is PeriodState.CLOSED


def test_a_person_in_the_month_who_is_paid_nothing_may_approve(company: Company) -> None:
    assert approved(company, Signer("the key of bob", "bob")).state is PeriodState.APPROVED


def test_another_document_than_the_one_that_was_read_is_not_approved(company: Company) -> None:
    with pytest.raises(OtherDocumentError):
        approved(company, FRED, "0" * 64)


def test_an_open_month_has_nothing_to_approve(runtime: Runtime) -> None:
    company = Company(runtime)
    company.found()
    with pytest.raises(NotClosedError):
        approved(company, FRED, "0" * 64)


def test_above_the_limit_two_people_approve_and_at_it_one(company: Company) -> None:
    assert approved(company, FRED, above=PAYABLE - 1).state is PeriodState.CLOSED
    with pytest.raises(ApprovedByYouError):
        approved(company, replace(FRED, hand="somebody"), above=PAYABLE - 1)
    assert approved(company, EVA, above=PAYABLE - 1).state is PeriodState.APPROVED


def test_at_the_limit_one_person_is_enough(company: Company) -> None:
    assert approved(company, FRED, above=PAYABLE).state is PeriodState.APPROVED


def test_one_person_under_two_names_gives_one_approval(company: Company) -> None:
    bob = Signer("the key of bob", "bob")
    assert approved(company, bob, above=0).state is PeriodState.CLOSED
    with pytest.raises(ApprovedByYouError):
        approved(company, Signer("bob's other key", "bob"), above=0)


def test_an_approval_is_final(company: Company) -> None:
    approved(company, FRED)
    with pytest.raises(ApprovalFinalError):
        approved(company, EVA)


def test_an_approval_for_another_document_and_a_state_nobody_signed_are_found(company: Company) -> None:
    with company.runtime.transaction() as session:
        session.execute(update(period).where(period.c.period == "2026-10").values(state="approved"))
    assert findings(company) == ("Period 2026-10 is approved (v1), and the chain left it closed (v1).",)
    forged = {"period": "2026-10", "version": 1, "position": 1, "approved_at": company.now, "approved_by": "fred"}
    with company.runtime.transaction() as session:
        unguard(session)
        session.execute(insert(approval).values(forged | {"document_hash": "0" * 64}))
    assert findings(company) == (
        "Period 2026-10 is approved (v1), and the chain left it closed (v1).",
        "Approval 2026-10 v1 (1) is not in the chain: it was inserted, or its place in the chain was deleted.",
        "The approval of 2026-10 v1 by fred is for another document.",
    )
