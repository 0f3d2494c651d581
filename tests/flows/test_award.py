"""A badge is won on the day that reached it, follows the facts while its month is open, and stays after the close."""

from __future__ import annotations

from datetime import date

import pytest

from service.runtime import Runtime
from tests.awards import POINTED, badges, of_october, two_calls
from tests.company import a_payment, a_void, an_assignment
from tests.teams import CLOSER, TeamCompany, on, team_rules


@pytest.fixture
def company(runtime: Runtime) -> TeamCompany:
    """Ann, a closer who can win badges."""
    found = TeamCompany(runtime, now=on(20, month=11))
    found.found_team([an_assignment("ann")], team_rules(closer=POINTED))
    return found


def test_a_badge_is_won_on_the_day_that_reached_it(company: TeamCompany) -> None:
    company.send(a_payment("ann", "p1", "999.99", on(5)), a_payment("ann", "p2", "0.01", on(9)))
    company.refresh()
    assert badges(company.runtime, "ann") == {"rich": date(2026, 10, 9)}


def test_a_badge_is_won_over_months_and_once(company: TeamCompany) -> None:
    company.send(a_payment("ann", "p1", "600", on(5)))
    company.refresh()
    company.send(a_payment("ann", "p2", "600", on(2, month=11)), a_payment("ann", "p3", "600", on(3, month=11)))
    company.refresh()
    assert badges(company.runtime, "ann") == {"rich": date(2026, 11, 2)}


def test_a_late_payment_wins_it_earlier(company: TeamCompany) -> None:
    company.send(a_payment("ann", "p1", "600", on(5)), a_payment("ann", "p2", "600", on(2, month=11)))
    company.refresh()
    company.send(a_payment("ann", "p0", "500", on(6)))
    company.refresh()
    assert badges(company.runtime, "ann") == {"rich": date(2026, 10, 6)}


def test_a_withdrawn_payment_takes_it_away_while_the_month_is_open(company: TeamCompany) -> None:
    company.send(a_payment("ann", "p1", "1000", on(5)))
    company.refresh()
    company.send(a_void("v", "p1"))
    company.refresh()
    assert badges(company.runtime, "ann") == {}


def test_a_withdrawn_payment_of_one_month_moves_it_to_the_month_that_reaches_it_then(company: TeamCompany) -> None:
    company.send(a_payment("ann", "p1", "1000", on(5)), a_payment("ann", "p2", "1000", on(3, month=11)))
    company.refresh()
    company.send(a_void("v", "p1"))
    company.refresh()
    assert badges(company.runtime, "ann") == {"rich": date(2026, 11, 3)}


def test_after_the_close_it_stays(company: TeamCompany) -> None:
    company.send(a_payment("ann", "p1", "1000", on(5)))
    company.refresh()
    company.now = on(2, month=11)
    company.close()
    company.send(a_void("v", "p1"))
    company.refresh()
    assert badges(company.runtime, "ann") == {"rich": date(2026, 10, 5)}


def test_a_badge_that_a_later_plan_brings_is_found_in_what_was_done_before(company: TeamCompany) -> None:
    company.send(*two_calls("ann", of_october(1)[0], calls=9), a_payment("ann", "p1", "10", on(2)))
    company.refresh()
    newer = POINTED.replace('version: "1"', 'version: "2"').replace("from: 2026-01-01", "from: 2026-11-01")
    company.publish_all(team_rules(closer=newer.replace("lifetime.calls >= 10", "lifetime.calls >= 9")))
    company.send(a_payment("ann", "p2", "10", on(3, month=11)))
    company.refresh()
    assert badges(company.runtime, "ann") == {"caller": date(2026, 10, 1)}


def test_a_plan_without_badges_gives_none(runtime: Runtime) -> None:
    company = TeamCompany(runtime, now=on(20, month=11))
    company.found_team([an_assignment("ann")], team_rules(closer=CLOSER))
    company.send(a_payment("ann", "p1", "1000", on(5)))
    company.refresh()
    assert badges(runtime, "ann") == {}
