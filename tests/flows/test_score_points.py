"""Points and streaks follow the facts: by working day, from month to month, whenever an event comes."""

from __future__ import annotations

from datetime import date

import pytest

from service.domain.person import Absence
from service.runtime import Runtime
from tests.application import Clock
from tests.awards import PAID_BY_POINTS, POINTED, chain, handed_over, of_october, points_of, two_calls
from tests.company import NOVEMBER, OCTOBER, a_void, an_assignment
from tests.ramping import PLAN, STEPS, four_weeks, go_to, promoted, work
from tests.teams import TeamCompany, on, team_rules


@pytest.fixture
def company(runtime: Runtime) -> TeamCompany:
    """Ann and Bob, closers who get points."""
    found = TeamCompany(runtime, now=on(20, month=11))
    found.found_team([an_assignment("ann"), an_assignment("bob")], team_rules(closer=POINTED))
    return found


def worked(company: TeamCompany, name: str, *days: date) -> None:
    for day in days:
        company.send(*two_calls(name, day))
    company.refresh()


def test_a_weekend_neither_extends_nor_breaks_a_streak(company: TeamCompany) -> None:
    # Thursday, Friday, Saturday with calls, Monday, Tuesday
    worked(company, "ann", *of_october(1, 2, 3, 5, 6))
    assert [length for _, length, _ in chain(company.runtime, "ann")] == [1, 2, 3, 4]
    # five days of two calls at 2 points, four full working days at 5, rewards 20 and 50
    assert points_of(company.runtime, "ann") == {"2026-10": 20 + 20 + 70}


def test_an_absence_keeps_a_streak(company: TeamCompany) -> None:
    away = Absence("ann", date(2026, 10, 5), date(2026, 10, 9), paid=True)
    company.move("ann", [an_assignment("ann")], [away])
    worked(company, "ann", *of_october(1, 2, 12))
    assert [length for _, length, _ in chain(company.runtime, "ann")] == [1, 2, 3]


def test_one_missed_day_is_frozen_and_the_second_begins_again(company: TeamCompany) -> None:
    worked(company, "ann", *of_october(1, 5, 7))
    assert [length for _, length, _ in chain(company.runtime, "ann")] == [1, 2, 1]


def test_a_streak_goes_on_in_the_next_month(company: TeamCompany) -> None:
    worked(company, "ann", *of_october(29, 30), date(2026, 11, 2), date(2026, 11, 3))
    assert [(length, points) for _, length, points in chain(company.runtime, "ann")] == [
        (1, 0), (2, 20), (3, 0), (4, 50),
    ]  # fmt: skip
    assert handed_over(company.runtime, "ann")[0] == (str(OCTOBER), 0, 2)
    assert handed_over(company.runtime, "ann")[1][:2] == (str(NOVEMBER), 2)


def test_a_late_event_of_the_month_before_lengthens_the_streak_of_this_month(company: TeamCompany) -> None:
    worked(company, "ann", date(2026, 11, 2), date(2026, 11, 3))
    assert [length for _, length, _ in chain(company.runtime, "ann")] == [1, 2]
    worked(company, "ann", *of_october(29, 30))
    assert [length for _, length, _ in chain(company.runtime, "ann")] == [1, 2, 3, 4]


def test_a_withdrawn_call_takes_its_points_and_the_streak_away(company: TeamCompany) -> None:
    worked(company, "ann", *of_october(29, 30), date(2026, 11, 2))
    company.send(a_void("v", f"ann-{date(2026, 10, 30)}-0"), a_void("w", f"ann-{date(2026, 10, 29)}-1"))
    company.refresh()
    # Calls of 29 and 30 October (one each), and of 2 November with its full day.
    assert points_of(company.runtime, "ann") == {"2026-10": 4, "2026-11": 9}
    assert [length for _, length, _ in chain(company.runtime, "ann")] == [1]


def test_half_a_day_asks_half(company: TeamCompany) -> None:
    company.move("ann", [an_assignment("ann", fte_bp=5_000)])
    company.send(*two_calls("ann", date(2026, 10, 1), calls=1))
    company.refresh()
    assert [length for _, length, _ in chain(company.runtime, "ann")] == [1]


def test_a_grade_without_a_target_has_no_day_at_standard(company: TeamCompany) -> None:
    company.move("ann", [an_assignment("ann", grade="guest")])
    worked(company, "ann", *of_october(1, 2))
    assert chain(company.runtime, "ann") == []
    assert points_of(company.runtime, "ann") == {"2026-10": 8}


def test_a_target_assigned_for_the_month_is_spread_over_its_days(company: TeamCompany) -> None:
    # 22 working days at one call each
    company.assign("ann", "calls", "22")
    company.send(*two_calls("ann", date(2026, 10, 1), calls=1))
    company.refresh()
    assert [length for _, length, _ in chain(company.runtime, "ann")] == [1]


def test_a_ramp_asks_of_a_day_what_its_step_asks(runtime: Runtime, clock: Clock) -> None:
    """120 a week from the 5th, 146 from the 19th: 24.00 and 29.20 of a day, and not the mean of the month, 27.60."""
    found = TeamCompany(runtime)
    go_to(found, clock, date(2026, 10, 21))
    points = "points:\n  day: {kind: when, label: Full day, when: attainment.collected >= 100%, points: 5}\n"
    found.found_team(
        promoted("ann"), team_rules(closer=PLAN.replace("RAMP", STEPS).replace("examples:", f"{points}examples:"))
    )
    work(found, [*four_weeks("ann", 120), ("ann", date(2026, 10, 10), "90"), ("ann", date(2026, 10, 12), "200")])
    before = points_of(runtime, "ann").get("2026-10", 0)
    work(found, [("ann", date(2026, 10, 6), "25")])
    assert points_of(runtime, "ann").get("2026-10", 0) - before == 5
    work(found, [("ann", date(2026, 10, 20), "28")])
    assert points_of(runtime, "ann").get("2026-10", 0) - before == 5
    work(found, [("ann", date(2026, 10, 21), "29.20")])
    assert points_of(runtime, "ann").get("2026-10", 0) - before == 10


def test_a_streak_goes_on_when_somebody_comes_back_to_a_role(company: TeamCompany) -> None:
    held = [
        an_assignment("ann", ends_on=date(2026, 10, 2)),
        an_assignment("ann", role="pr", starts_on=date(2026, 10, 3), ends_on=date(2026, 10, 9)),
        an_assignment("ann", starts_on=date(2026, 10, 10)),
    ]
    company.move("ann", held)
    worked(company, "ann", *of_october(1, 2, 12))
    assert [length for _, length, _ in chain(company.runtime, "ann")] == [1, 2, 3]
    assert handed_over(company.runtime, "ann")[0] == ("2026-10", 0, 0)


def test_points_pay_where_a_rule_names_them(runtime: Runtime) -> None:
    company = TeamCompany(runtime, now=on(20, month=11))
    company.found_team([an_assignment("ann")], team_rules(closer=PAID_BY_POINTS))
    worked(company, "ann", *of_october(1, 2))
    assert points_of(runtime, "ann") == {"2026-10": 8 + 10 + 20}
    assert company.lines("ann")["prize"] == 380
    worked(company, "ann", *of_october(3))
    assert company.lines("ann")["prize"] == 420


def test_each_segment_is_paid_its_own_points(runtime: Runtime) -> None:
    company = TeamCompany(runtime, now=on(20, month=11))
    company.found_team([an_assignment("ann")], team_rules(closer=PAID_BY_POINTS))
    held = [
        an_assignment("ann", ends_on=date(2026, 10, 2)),
        an_assignment("ann", role="pr", starts_on=date(2026, 10, 3), ends_on=date(2026, 10, 9)),
        an_assignment("ann", starts_on=date(2026, 10, 10)),
    ]
    company.move("ann", held)
    worked(company, "ann", *of_october(1, 2, 6, 12))
    assert [numbers["points.total"] for numbers in company.numbers("ann")] == [38, 9]
    assert company.lines("ann")["prize"] == 470
