"""Who may decide about a reduction of a closed month, on what basis, and what is kept of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from service.domain.approval import Signer
from service.domain.audit import REDUCTION_DECIDED, AuditQuery
from service.domain.errors import StimulError
from service.domain.reduction import (
    NoReferenceError,
    NotAnAdvanceError,
    OwnReductionError,
    ReductionNotFinalError,
    ReductionSettledError,
    ReductionState,
    UnknownReductionError,
    Verdict,
)
from service.domain.waiting import NoReasonError
from service.flows.decide_reduction import Decided, decide_reduction
from service.flows.sign_books import sign_books
from service.reports.audit import audit_log
from service.reports.ledger import verify_ledger
from service.reports.reductions import reductions_in
from service.runtime import Runtime
from service.store.chain_tables import chain_leaf, chain_link
from service.store.derived_tables import earning_line
from service.store.money_tables import reduction_decision
from tests.books import unguard
from tests.company import a_void
from tests.deals import AUGUST, JULY, OCTOBER, SEPTEMBER, DealCompany, on_day, paid
from tests.flows.test_clawback import clawing
from tests.reduced import earned, reduced, waiting

JULY_OF_ANN = ("ann", JULY, AUGUST)


@pytest.fixture
def company(runtime: Runtime) -> DealCompany:
    """Ann's July is worth 40.00 less than the 100.00 that were posted; August said so and is approved."""
    return reduced(runtime)


def refused(company: DealCompany, asked: Decided, signer: Signer, refusal: type[StimulError]) -> None:
    with pytest.raises(refusal), company.runtime.transaction() as session:
        decide_reduction(session, asked, signer, now=company.now)


FRED = Signer("fred", "fred")
CONSENT = Decided(JULY_OF_ANN, Verdict.WRITTEN_CONSENT, "consent 7", "she signed it")


def test_nobody_decides_about_the_own_pay_and_nothing_without_reason_and_reference(company: DealCompany) -> None:
    refused(company, CONSENT, Signer("the key of ann", "ann"), OwnReductionError)
    refused(company, replace(CONSENT, why=" "), FRED, NoReasonError)
    for verdict in (Verdict.WRITTEN_CONSENT, Verdict.ADVANCE_AGREED, Verdict.ARITHMETICAL_ERROR):
        refused(company, replace(CONSENT, verdict=verdict, reference=" "), FRED, NoReferenceError)
    refused(company, replace(CONSENT, verdict=Verdict.ADVANCE_AGREED), FRED, NotAnAdvanceError)
    refused(company, replace(CONSENT, key=("ann", JULY, SEPTEMBER)), FRED, UnknownReductionError)
    assert waiting(company) == [("40.00", "40.00")]


def test_a_reduction_whose_closing_may_be_withdrawn_is_not_decided_about(company: DealCompany) -> None:
    company.send(a_void("gone too", "paid--2026-07-10-ann", on_day(SEPTEMBER)))
    company.close_month(SEPTEMBER)
    asked = replace(CONSENT, key=("ann", JULY, SEPTEMBER))
    refused(company, asked, FRED, ReductionNotFinalError)
    company.approve_month(SEPTEMBER)
    company.decide(JULY, SEPTEMBER, Verdict.WRITTEN_OFF)
    company.close_month(OCTOBER)
    # The one that August posted still waits: each has its own decision.
    assert waiting(company) == [("40.00", "40.00")]
    refused(company, asked, FRED, ReductionSettledError)


def test_an_advance_is_one_only_if_the_plan_says_so(runtime: Runtime) -> None:
    company = clawing(runtime)
    company.send(paid("ann", "A", "1000", JULY))
    company.close_month(JULY)
    company.send(a_void("gone", "paid-A-2026-07-10-ann", on_day(AUGUST)))
    company.close_month(AUGUST)
    company.approve_month(AUGUST)
    asked = Decided(JULY_OF_ANN, Verdict.ADVANCE_AGREED, "commission", "the plan says so")
    refused(company, asked, FRED, NotAnAdvanceError)
    with runtime.transaction() as session:
        decide_reduction(session, replace(asked, reference="back"), FRED, now=company.now)
    assert waiting(company, ReductionState.DECIDED) == [("100.00", "100.00")]


def test_a_decision_is_kept_for_ever_and_stands_in_the_audit_log(company: DealCompany) -> None:
    company.decide(JULY, AUGUST, Verdict.WRITTEN_CONSENT)
    for change in (update(reduction_decision).values(reference="another"), delete(reduction_decision)):
        with pytest.raises(DatabaseError, match="only ever added"), company.runtime.transaction() as session:
            session.execute(change)
    with company.runtime.reading() as session:
        (kept,) = session.execute(select(reduction_decision))
        (entry,) = audit_log(session, AuditQuery(what=(REDUCTION_DECIDED,)))
        (row,) = reductions_in(session, ReductionState.DECIDED)
    assert (kept.decided_by, kept.decided_by_person, kept.reference, kept.amount_minor) == (
        "fred",
        "fred",
        "consent 7",
        40_00,
    )
    assert (entry.who, entry.subject, entry.detail["verdict"]) == ("fred", "ann", "written_consent")
    assert row["decisions"] == [
        {
            "verdict": "written_consent",
            "reference": "consent 7",
            "why": "agreed with the person",
            "amount": "40.00",
            "decided_at": company.now.isoformat(),
            "decided_by": "fred",
        }
    ]


def test_what_was_set_off_or_waits_otherwise_than_decided_is_found_and_named(company: DealCompany) -> None:
    earned(company, "150", SEPTEMBER)
    company.decide(JULY, AUGUST, Verdict.WRITTEN_CONSENT)
    company.close_month(SEPTEMBER)
    with company.runtime.transaction() as session:
        unguard(session)
        session.execute(update(reduction_decision).values(verdict="written_off"))
    with company.runtime.reading() as session:
        assert verify_ledger(session).findings == (
            "Decision 2026-08 (1) was changed: verdict is written_off, and written_consent was signed.",
            "ann 2026-09: 15.00 of 2026-07 was set off, and nobody decided that.",
        )
    with company.runtime.transaction() as session:
        session.execute(update(reduction_decision).values(verdict="written_consent"))
        session.execute(update(earning_line).where(earning_line.c.kind == "set_off").values(amount_minor=-55_00))
    with company.runtime.reading() as session:
        assert set(verify_ledger(session).findings) == {
            "ann 2026-07: of the reduction that 2026-08 posted, 15.00 more was settled than there was.",
            "ann: in the ledger 25.00 waits for finance, the posted lines say -15.00.",
        }


def test_decisions_from_before_the_chain_are_put_into_it_and_none_is_deleted_unseen(company: DealCompany) -> None:
    company.decide(JULY, AUGUST, Verdict.WRITTEN_OFF)
    with company.runtime.transaction() as session:
        unguard(session)
        for table in (chain_link, chain_leaf):
            session.execute(delete(table))
    with company.runtime.transaction() as session:
        links = sign_books(session, "root", now=company.now)
    assert str(links[-1].key) == "Decision 2026-08 (1)"
    with company.runtime.reading() as session:
        assert verify_ledger(session).findings == ()
    with company.runtime.transaction() as session:
        session.execute(delete(reduction_decision))
    with company.runtime.reading() as session:
        assert "Decision 2026-08 (1) was deleted; it is document 4 of the chain." in verify_ledger(session).findings
