"""Targets rise step by step, wait while the group is behind, and the steps add up to what a month asks."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from service.domain.period import Period
from service.domain.person import Alias, Person
from service.domain.ramp import WEEK
from service.runtime import Runtime
from service.store.aliases import replace_aliases
from service.store.people import replace_people
from service.store.ramps import list_baselines
from service.store.stale import mark_stale
from tests.application import Clock
from tests.company import NOVEMBER, OCTOBER, SOURCE, a_payment, an_assignment
from tests.ramping import MONDAY, STEPS, asked, at, four_weeks, go_to, promoted, ramped, weeks_of, work
from tests.teams import TeamCompany

SEPTEMBER = Period(2026, 9)


@pytest.fixture
def company(runtime: Runtime, clock: Clock) -> TeamCompany:
    """Ann is promoted on the 5th of October; Bob stays where he is."""
    found = TeamCompany(runtime)
    go_to(found, clock, date(2026, 10, 7))
    found.found_team([*promoted("ann"), an_assignment("bob", grade="junior")], ramped(STEPS))
    return found


def test_a_promotion_begins_a_ramp_at_the_median_of_the_weeks_before(company: TeamCompany) -> None:
    work(company, four_weeks("ann", 120))
    assert asked(company) == {"10-05": 120, "10-12": 132, "10-19": 146, "10-26": 161}
    # Two days at 24 as a junior, then four weeks of steps.
    assert company.numbers("ann")[0]["target.collected"] == 48 + 120 + 132 + 146 + 161
    assert asked(company, "bob") == {}


def test_the_whole_way_to_the_target(company: TeamCompany, clock: Clock) -> None:
    work(company, four_weeks("ann", 120))
    for day in range(4):
        go_to(company, clock, date(2026, 10, 12 + 7 * min(day, 2)))
        work(company, [("ann", date(2026, 10, 5 + 7 * day), "200"), ("bob", date(2026, 10, 5 + 7 * day), "120")])
    go_to(company, clock, date(2026, 12, 7))
    weeks = [date(2026, 11, 3) + n * WEEK for n in range(5)]
    work(company, [(who, day, "260") for who in ("ann", "bob") for day in weeks])
    assert list(asked(company).values()) == [120, 132, 146, 161, 178, 196, 216, 238, 250]
    assert company.numbers("ann", NOVEMBER)[0]["target.collected"] == 178 + 196 + 216 + 238 + 250 * Fraction(1, 5)


def test_a_week_in_which_the_group_is_behind_holds_the_next_step(company: TeamCompany, clock: Clock) -> None:
    work(company, four_weeks("ann", 120))
    go_to(company, clock, date(2026, 10, 14))
    # Ann at 100 of 120, Bob at 90 of 120: the median of 83.3 % and 75 % is below 85 %.
    work(company, [("ann", date(2026, 10, 6), "100"), ("bob", date(2026, 10, 6), "90")])
    assert asked(company) == {"10-05": 120, "10-12": 120, "10-19": 132, "10-26": 146}
    held = weeks_of(company)[1]
    assert (held.held, held.median, held.hold_below) == (True, Fraction(19, 24), Fraction(85, 100))
    (standard,) = company.standards("ann").values()
    assert standard["ramp"][1]["held"] is True
    assert standard["target"] == str(48 + 120 + 120 + 132 + 146)


def test_a_late_payment_lifts_the_hold_for_everybody_whose_step_waited(company: TeamCompany, clock: Clock) -> None:
    company.move("cid", promoted("cid"))
    with company.runtime.transaction() as session:
        replace_aliases(session, [(SOURCE, "cid")], [Alias(SOURCE, "cid", "cid", date(2025, 1, 1))])
    work(company, [*four_weeks("ann", 120), *four_weeks("cid", 100)])
    go_to(company, clock, date(2026, 10, 14))
    work(company, [("ann", date(2026, 10, 6), "100"), ("bob", date(2026, 10, 6), "90")])
    assert asked(company)["10-12"] == 120
    company.send(a_payment("bob", "late", "30", at(date(2026, 10, 7))))
    company.refresh()
    assert asked(company)["10-12"] == 120
    company.send(a_payment("cid", "late2", "100", at(date(2026, 10, 7))))
    company.refresh()
    assert (asked(company)["10-12"], asked(company, "cid")["10-12"]) == (132, 110)
    assert company.numbers("ann")[0]["target.collected"] == 48 + 120 + 132 + 146 + 161
    assert company.numbers("cid")[0]["target.collected"] == 48 + 100 + 110 + 121 + 134


def test_what_a_ramp_began_at_stays_even_if_the_weeks_before_change(company: TeamCompany) -> None:
    work(company, four_weeks("ann", 120))
    before = asked(company)
    work(company, [("ann", date(2026, 9, 8 + 7 * n), "50") for n in range(4)])
    assert asked(company) == before
    with company.runtime.reading() as session:
        assert list_baselines(session, "closer", ["ann"])[("ann", "collected", MONDAY)] == 120


def test_a_new_week_is_decided_without_an_event(company: TeamCompany, clock: Clock) -> None:
    work(company, four_weeks("ann", 120))
    assert [week.decided for week in weeks_of(company)] == [True, False, False, False]
    go_to(company, clock, date(2026, 10, 13))
    company.refresh()
    assert [week.decided for week in weeks_of(company)] == [True, True, False, False]
    # Nobody did anything in the week from the 5th.
    assert asked(company) == {"10-05": 120, "10-12": 120, "10-19": 132, "10-26": 146}


def test_a_target_assigned_for_the_month_goes_before_the_ramp(company: TeamCompany) -> None:
    work(company, four_weeks("ann", 120))
    company.assign("ann", "collected", "500")
    company.refresh()
    assert company.numbers("ann")[0]["target.collected"] == 500
    assert "ramp" not in company.standards("ann")["collected"]


def test_whoever_did_enough_already_needs_no_ramp(company: TeamCompany) -> None:
    work(company, four_weeks("ann", 260))
    assert asked(company) == {}
    assert company.numbers("ann")[0]["target.collected"] == 48 + 4 * 250


def test_a_newcomer_begins_at_the_lowest_target_of_the_table(company: TeamCompany) -> None:
    company.move("dan", [an_assignment("dan", starts_on=MONDAY)])
    company.refresh()
    assert asked(company, "dan") == {"10-05": 120, "10-12": 132, "10-19": 146, "10-26": 161}


def test_the_ramp_of_a_closed_month_goes_on_in_the_next(company: TeamCompany, clock: Clock) -> None:
    work(company, four_weeks("ann", 120))
    go_to(company, clock, date(2026, 11, 4))
    work(company, [(who, date(2026, 10, 6 + 7 * n), "250") for who in ("ann", "bob") for n in range(4)])
    company.close(SEPTEMBER)
    company.close(OCTOBER)
    company.refresh()
    assert asked(company)["11-02"] == 178
    assert company.lines("ann", OCTOBER)["reached"] == 1000


def test_a_schedule_asks_newcomers_by_their_months(runtime: Runtime, clock: Clock) -> None:
    company = TeamCompany(runtime)
    go_to(company, clock, date(2026, 10, 7))
    company.found_team([an_assignment("ann")], ramped("{schedule: [25%, 50%], first_month: hired_by_15}"))
    hired = date(2026, 9, 20)
    with company.runtime.transaction() as session:
        replace_people(session, [Person("new", "New", hired)], [an_assignment("new", starts_on=hired)], [])
        mark_stale(session, [("new", OCTOBER)], company.now)
    company.refresh()
    # Hired after the 15th of September: October is the first month, at a quarter.
    assert company.numbers("new")[0]["target.collected"] == 22 * 50 * Fraction(1, 4)
    assert company.standards("new")["collected"]["ramp"] == [{"share": "1/4"}]
    assert company.numbers("ann")[0]["target.collected"] == 22 * 50
    assert "ramp" not in company.standards("ann")["collected"]


def test_working_it_out_again_changes_nothing(company: TeamCompany) -> None:
    work(company, four_weeks("ann", 120))
    before = weeks_of(company)
    company.publish_all(ramped(STEPS))
    company.refresh()
    assert weeks_of(company) == before
