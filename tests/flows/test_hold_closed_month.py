"""Holding an event of a closed month: the statement stays, and what follows is an adjustment of the open month."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.domain.hold import Hold, HoldState
from service.domain.waiting import Decision
from service.flows.decide_hold import decide_hold
from service.flows.hold_event import hold_event
from service.plans import load_texts
from service.runtime import Runtime
from service.store.lineage import list_late_receipts
from tests.company import an_assignment
from tests.deals import AUGUST, JULY, DealCompany, on_day, paid, plan_text
from tests.teams import ORG

HELD = paid("ann", "A", "1000", JULY)


@pytest.fixture
def company(runtime: Runtime) -> DealCompany:
    """Ann was paid 150.00 for July; on the fifth of August the larger payment is held."""
    made = DealCompany(runtime, now=on_day(JULY, 1))
    made.found_team([an_assignment("ann")], load_texts({"_org.yaml": ORG, "closer.yaml": plan_text("")}))
    made.refresh()
    made.send(HELD, paid("ann", "B", "500", JULY))
    made.close_month(JULY)
    made.send(paid("ann", "C", "10", AUGUST, day=5))
    with runtime.transaction() as session:
        hold = Hold("paid by a friend?", "finance", on_day(AUGUST, 12).date())
        hold_event(session, HELD.receipt_id, hold, Decision("boss", hold.why, made.now))
    made.refresh()
    return made


def test_a_hold_after_the_close_is_an_adjustment_that_names_the_event(company: DealCompany) -> None:
    assert company.told("ann", JULY)["commission rate"] == "150.00"
    assert company.told("ann", AUGUST) == {"commission rate": "1.00", "commission adjustment 2026-07": "-100.00"}
    with company.runtime.reading() as session:
        assert list_late_receipts(session, ("ann", JULY), on_day(AUGUST, 4)) == (HELD.receipt_id,)


def test_a_release_before_the_next_close_leaves_nothing_to_adjust(company: DealCompany) -> None:
    company.now += timedelta(days=1)
    with company.runtime.transaction() as session:
        decide_hold(session, HELD.receipt_id, HoldState.RELEASED, Decision("boss", "it was real", company.now))
    company.refresh()
    assert company.told("ann", AUGUST) == {"commission rate": "1.00"}
    company.close_month(AUGUST)
    assert company.told("ann", AUGUST) == {"commission rate": "1.00"}


def test_a_rejected_event_is_taken_off_as_any_reduction_of_a_closed_month(company: DealCompany) -> None:
    with company.runtime.transaction() as session:
        decide_hold(session, HELD.receipt_id, HoldState.REJECTED, Decision("boss", "it was a friend", company.now))
    company.refresh()
    company.close_month(AUGUST)
    assert company.told("ann", AUGUST) == {"commission rate": "1.00", "commission adjustment 2026-07": "-100.00"}
    assert company.accounts("ann")["proposed"] == -10_000
