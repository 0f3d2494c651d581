"""What leaders are scored on: the facts and targets of those below, as the chain of managers stood each day."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from service.runtime import Runtime
from service.store.stale import count_stale
from tests.company import OCTOBER, a_call, a_payment, a_void, an_assignment
from tests.teams import TeamCompany, a_lead, an_event, on

MONDAY_12 = date(2026, 10, 12)


@pytest.fixture
def company(runtime: Runtime) -> TeamCompany:
    """Ann and Bob work for Lea, Lea works for Max; nothing happened yet."""
    found = TeamCompany(runtime)
    found.found_team(
        [
            an_assignment("ann", manager_id="lea"),
            an_assignment("bob", manager_id="lea"),
            a_lead("lea", manager_id="max"),
            a_lead("max"),
        ]
    )
    return found


def team(company: TeamCompany, person_id: str) -> dict[str, Fraction]:
    (numbers,) = company.numbers(person_id)
    return {name.removeprefix("team."): value for name, value in numbers.items() if name.startswith("team.")}


def test_a_payment_reaches_every_leader_above(company: TeamCompany) -> None:
    company.send(a_payment("ann", "p1", "100.10"), a_payment("bob", "p2", "200.00"), a_payment("lea", "p3", "5.00"))
    company.refresh()
    assert team(company, "lea")["collected"] == Fraction("300.10")
    assert team(company, "max")["collected"] == Fraction("305.10")
    assert team(company, "max")["direct"] == 5
    assert company.lines("max")["override"] == 305
    company.send(a_void("v1", "p1", on(15)))
    company.refresh()
    assert team(company, "lea")["collected"] == 200


def test_a_leader_waits_until_the_members_are_scored(company: TeamCompany) -> None:
    company.refresh()
    company.send(a_payment("ann", "p1", "100"))
    company.refresh()
    with company.runtime.reading() as session:
        assert count_stale(session) == 0


def test_facts_count_for_the_leader_of_their_day(company: TeamCompany) -> None:
    before = an_assignment("ann", manager_id="lea", ends_on=date(2026, 10, 11))
    after = an_assignment("ann", manager_id="max", starts_on=MONDAY_12)
    company.move("ann", [before, after])
    company.send(a_payment("ann", "p1", "100", on(11)), a_payment("ann", "p2", "30", on(12)))
    company.refresh()
    assert team(company, "lea")["collected"] == 100
    assert team(company, "max")["collected"] == 130
    assert team(company, "max")["direct"] == 30


def test_a_team_plan_holds_the_part_of_a_target_that_was_worked_in_the_team(company: TeamCompany) -> None:
    company.assign("bob", "collected", "1100")
    before = an_assignment("ann", manager_id="lea", ends_on=date(2026, 10, 11))
    company.move("ann", [before, an_assignment("ann", manager_id=None, starts_on=MONDAY_12)])
    company.refresh()
    # Seven of the 22 working days of October lie before Monday the 12th.
    assert team(company, "lea")["planned"] == 1100 + Fraction(2200 * 7, 22)
    assert company.standards("lea")["team_plan"]["target"] == str(Fraction(1800))


def test_a_share_is_of_the_members_with_a_standard_on_the_last_working_day(company: TeamCompany) -> None:
    company.move("bob", [an_assignment("bob", manager_id="lea", ends_on=date(2026, 10, 11))])
    company.send(*(a_call("ann", f"c{n}", on(5)) for n in range(36)), a_call("bob", "b1", on(5)))
    company.refresh()
    assert team(company, "lea")["at_standard"] == 1
    company.send(a_void("v1", "c0", on(5)))
    company.refresh()
    assert team(company, "lea")["at_standard"] == 0
    assert company.standards("lea")["coverage"]["target"] == "1/2"


def test_ratios_levels_decimals_and_the_largest_are_each_added_up_in_their_own_way(company: TeamCompany) -> None:
    company.send(
        an_event("deal.won", "ann", "w1", on(2), {"deal_id": "d1"}),
        an_event("deal.won", "ann", "w2", on(3), {"deal_id": "d1"}),
        an_event("deal.lost", "ann", "l1", on(5), {"deal_id": "d2"}),
        an_event("deal.won", "bob", "w3", on(5), {"deal_id": "d3"}),
        an_event("crm.snapshot", "ann", "s1", on(1), {"stalled_deals": 9}),
        an_event("crm.snapshot", "ann", "s2", on(6), {"stalled_deals": 4}),
        an_event("crm.snapshot", "bob", "s3", on(6), {"stalled_deals": 3}),
        an_event("hr.ramp_finished", "bob", "r1", on(6), {}),
        a_call("ann", "c1", on(6), talk_s=60),
    )
    company.refresh()
    found = team(company, "lea")
    # Ann decided two deals and won one; Bob decided one, which is too few, so 10 % is taken.
    assert found["winners"] == Fraction(1, 2)
    assert found["stalled"] == 7
    assert found["newcomers"] == 1


def test_two_leaders_who_changed_places_are_scored_and_nothing_waits(company: TeamCompany) -> None:
    day = date(2026, 10, 11)
    company.move("lea", [a_lead("lea", manager_id="max", ends_on=day), a_lead("lea", starts_on=MONDAY_12)])
    company.move("max", [a_lead("max", ends_on=day), a_lead("max", manager_id="lea", starts_on=MONDAY_12)])
    company.send(a_payment("max", "p1", "7", on(13)), a_payment("lea", "p2", "3", on(5)))
    company.refresh()
    assert team(company, "lea")["collected"] == 7
    assert team(company, "max")["collected"] == 3
    with company.runtime.reading() as session:
        assert count_stale(session) == 0


def test_a_late_fact_of_a_member_corrects_the_closed_month_of_the_leader(company: TeamCompany) -> None:
    company.send(a_payment("ann", "p1", "100"))
    company.refresh()
    company.now = on(2, month=11)
    company.close()
    company.send(a_payment("ann", "p2", "50", on(30)))
    company.refresh()
    assert company.lines("lea", OCTOBER.following)["override"] == 50
