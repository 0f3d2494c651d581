"""Shares that a sender names wait for a decision, and then split the money without losing a cent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from service.domain.audit import AuditQuery
from service.domain.event import CreditClaim, Event, Part
from service.domain.hold import NoSuchReceiptError
from service.domain.share_claim import (
    ClaimState,
    NoClaimToDecideError,
    OwnClaimError,
    SharesNotWholeError,
)
from service.domain.waiting import Decision, NoReasonError
from service.flows.decide_shares import decide_shares
from service.plans import Rules, load_texts
from service.reports.activity import list_activity
from service.reports.audit import audit_log
from service.reports.statement import get_statement
from service.runtime import Runtime
from service.store.intake_tables import event_release, share_claim
from tests.company import EARLY_NOVEMBER, NOVEMBER, ORG, Company, a_payment
from tests.intake import CRM, MORNING, NOW, Intake, payment, void

WHY = Decision("fred", "the deal was shared so", NOW)


@pytest.fixture
def intake(runtime: Runtime) -> Intake:
    return Intake(runtime).found()


def shared(name: str, ann: str | None, bob: str | None, amount: str = "100.00") -> Event:
    """Money that Ann and Bob share: by the company 70 to 30."""
    named = (("ann", Part.OWNER, ann), ("bob", Part.LEAD_SOURCE, bob))
    parts = tuple(CreditClaim(who, part, None if share is None else Decimal(share)) for who, part, share in named)
    return replace(payment(name, amount), credit=parts)


class SharingCompany(Company):
    """The small company, in which the money of a deal is the owner's unless others brought it."""

    def publish(self, rules: Rules) -> None:
        """Publish the plan in a company that shares deals."""
        org = ORG.replace("    type: money\n", "    type: money\n    credit: deal_team\n")
        shared = load_texts({"_org.yaml": org + "credits: {deal_team: {owner: 70%, lead_source: 30%}}\n"})
        super().publish(replace(rules, vocabulary=shared.vocabulary))


def adjustment(company: Company, person: str) -> tuple[str, list[str]]:
    """The one line of November: its amount and the events it comes from."""
    with company.runtime.reading() as session:
        document: Any = get_statement(session, person, NOVEMBER).document
    [line] = document["lines"]
    return line["amount"], line["explanation"]["cause"]["late_events"]


def decide(intake: Intake, told: Event, state: ClaimState = ClaimState.APPROVED, sender: str | None = None) -> None:
    with intake.runtime.transaction() as session:
        decide_shares(session, told.receipt_id, state, WHY, sender)


def money(intake: Intake) -> dict[str, int]:
    return {who: value for (who, metric), value in intake.facts().items() if metric == "collected"}


def claims(intake: Intake) -> list[str]:
    return [row[0] for row in intake.rows(share_claim, "state")]


def test_other_shares_count_by_the_companys_until_they_are_approved_and_a_rebuild_agrees(intake: Intake) -> None:
    told = shared("p1", "50", "50", "100.01")
    intake.send(told, payment("p2", "10.00"))
    assert (money(intake), claims(intake)) == ({"ann": 8001, "bob": 3000}, ["held"])
    intake.assert_rebuild_changes_nothing()
    decide(intake, told)
    assert (money(intake), claims(intake)) == ({"ann": 6001, "bob": 5000}, ["approved"])
    intake.assert_rebuild_changes_nothing()
    assert intake.rows(event_release, "reason") == [("shares_approved",)]
    with intake.runtime.reading() as session:
        [entry] = audit_log(session, AuditQuery(subject=told.receipt_id))
        [mine] = list_activity(session, "bob", MORNING.date(), {"collected"}, 10)
    assert (entry.who, entry.what, entry.detail["why"]) == ("fred", "shares.decided", WHY.why)
    assert [value for _, value in mine.counted] == [5000]


def test_rejected_shares_change_nothing_and_are_decided_once(intake: Intake) -> None:
    told = shared("p1", "50", "50")
    intake.send(told)
    decide(intake, told, ClaimState.REFUSED)
    assert (money(intake), claims(intake)) == ({"ann": 7000, "bob": 3000}, ["refused"])
    intake.assert_rebuild_changes_nothing()
    with pytest.raises(NoClaimToDecideError):
        decide(intake, told)


@pytest.mark.parametrize(("ann", "bob"), [("70", "30"), ("70.0", None), (None, None)])
def test_shares_that_come_to_the_companys_wait_for_nobody(intake: Intake, ann: str | None, bob: str | None) -> None:
    told = shared("p1", ann, bob)
    intake.send(told)
    assert claims(intake) == []
    with pytest.raises(NoClaimToDecideError):
        decide(intake, told)


@pytest.mark.parametrize(("ann", "bob"), [("50", "49"), ("60", "60"), (None, "50")])
def test_shares_that_do_not_add_to_the_whole_are_never_approved(intake: Intake, ann: str | None, bob: str) -> None:
    told = shared("p1", ann, bob)
    intake.send(told)
    with pytest.raises(SharesNotWholeError):
        decide(intake, told)
    assert (money(intake), claims(intake)) == ({"ann": 7000, "bob": 3000}, ["held"])


def test_a_subject_without_a_share_gets_nothing_of_a_deal_that_others_share_whole(intake: Intake) -> None:
    told = replace(payment("p1"), credit=(CreditClaim("bob", Part.LEAD_SOURCE, Decimal(100)),))
    intake.send(told)
    assert money(intake) == {"ann": 7000, "bob": 3000}
    decide(intake, told)
    assert money(intake) == {"bob": 10000}
    intake.assert_rebuild_changes_nothing()


def test_the_source_that_sent_the_shares_nobody_and_nothing_decide_about_them(intake: Intake) -> None:
    told = shared("p1", "50", "50")
    intake.send(told)
    with pytest.raises(OwnClaimError):
        decide(intake, told, sender=CRM)
    with pytest.raises(NoReasonError), intake.runtime.transaction() as session:
        decide_shares(session, told.receipt_id, ClaimState.APPROVED, Decision("fred", " ", NOW))
    with pytest.raises(NoSuchReceiptError):
        decide(intake, payment("unknown"))
    assert claims(intake) == ["held"]


def test_approved_shares_of_an_event_that_is_taken_back_pay_nothing(intake: Intake) -> None:
    told = shared("p1", "50", "50")
    intake.send(told)
    decide(intake, told)
    intake.send(void("v1", "p1"))
    assert money(intake) == {}


def test_shares_of_an_event_that_waits_are_claimed_when_it_is_let_in(runtime: Runtime) -> None:
    intake = Intake(runtime).found(people=("ann",))
    told = shared("p1", "50", "50")
    intake.send(told)
    assert claims(intake) == []
    with pytest.raises(NoClaimToDecideError):
        decide(intake, told)
    intake.meet("bob")
    assert (money(intake), claims(intake)) == ({"ann": 7000, "bob": 3000}, ["held"])
    decide(intake, told)
    assert money(intake) == {"ann": 5000, "bob": 5000}


def test_shares_of_a_closed_month_are_an_adjustment_of_the_open_one(runtime: Runtime) -> None:
    company = SharingCompany(runtime)
    company.found()
    parts = (CreditClaim("ann", Part.OWNER, Decimal(50)), CreditClaim("bob", Part.SUPPORT, Decimal(50)))
    told = replace(a_payment("ann", "p1", "1000.00"), credit=parts)
    company.send(told)
    company.refresh()
    company.now = EARLY_NOVEMBER
    company.close()
    decision = Decision("fred", "agreed", EARLY_NOVEMBER + timedelta(hours=1))
    with runtime.transaction() as session:
        decide_shares(session, told.receipt_id, ClaimState.APPROVED, decision)
    company.refresh()
    assert adjustment(company, "bob") == ("8.25", [told.receipt_id])
    assert adjustment(company, "ann") == ("-8.25", [told.receipt_id])


def test_a_rebuild_lists_shares_that_were_sent_before_they_were_listed(intake: Intake) -> None:
    intake.send(shared("p1", "50", "50"))
    with intake.runtime.transaction() as session:
        session.execute(share_claim.delete())
    intake.assert_rebuild_changes_nothing()
    assert claims(intake) == ["held"]
