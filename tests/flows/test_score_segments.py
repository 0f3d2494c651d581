"""A change of plan inside a month: each part is worth its own days, and thresholds and caps their part."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from service.runtime import Runtime
from tests.company import a_payment, an_assignment
from tests.teams import TeamCompany, a_lead, on

MONDAY_12 = date(2026, 10, 12)


@pytest.fixture
def company(runtime: Runtime) -> TeamCompany:
    """Ann sold for the first 7 of 22 working days of October and leads Bob for the other 15."""
    found = TeamCompany(runtime)
    found.found_team([an_assignment("ann"), an_assignment("bob", manager_id="ann")])
    found.move("ann", [an_assignment("ann", ends_on=date(2026, 10, 11)), a_lead("ann", starts_on=MONDAY_12)])
    return found


def test_targets_that_are_not_prorated_are_worth_the_part_of_the_month(company: TeamCompany) -> None:
    company.refresh()
    first, second = company.numbers("ann")
    assert first["target.collected"] == 700
    assert first["target.calls"] == 14
    assert first["calendar.segment_share"] == Fraction(7, 22)
    assert second["calendar.segment_share"] == Fraction(15, 22)
    company.assign("ann", "collected", "4400")
    company.refresh()
    assert company.numbers("ann")[0]["target.collected"] == 1400


def test_thresholds_are_worth_the_part_of_the_month(company: TeamCompany) -> None:
    company.send(a_payment("ann", "p1", "700.00", on(5)))
    company.refresh()
    # The second tier begins at 1,000 x 7/22 = 318.18 instead of 1,000: 3.1818 + 381.8182 x 2 %.
    assert company.lines("ann")["commission"] == 1082


def test_caps_are_worth_the_part_of_the_month(company: TeamCompany) -> None:
    company.send(a_payment("ann", "p1", "10000.00", on(5)))
    company.refresh()
    lines = company.lines("ann")
    # 100.00 x 7/22 = 31.818...
    assert (lines["commission"], lines["commission"] + lines["ceiling"]) == (19682, 3182)


def test_a_leader_has_the_team_of_the_days_of_leading(company: TeamCompany) -> None:
    company.send(a_payment("bob", "p1", "100", on(5)), a_payment("bob", "p2", "40", on(12)))
    company.refresh()
    _, second = company.numbers("ann")
    assert second["team.collected"] == 40
    assert second["team.planned"] == Fraction(2200 * 15, 22)
    assert company.lines("ann")["override"] == 40
