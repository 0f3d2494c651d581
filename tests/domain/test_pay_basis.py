"""Laws of the pay basis: how a month is cut changes neither what is asked nor what a day is paid."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from service.domain.calendar import CalendarDay, calendar_of
from service.domain.pay_basis import pay_bases
from service.domain.period import Period
from service.domain.person import Absence, Assignment, Person
from service.domain.standard import Standard, Step, Unit, month_target

MAY = Period(2026, 5)
CALENDAR = calendar_of([CalendarDay(date(2026, 5, day), "holiday") for day in (1, 6, 24, 25)])
ANN = Person("ann", "Ann", date(2024, 3, 1))
WHOLE = Assignment("ann", ANN.hired_on, None, "closer", "middle", "north", None, 8_000, 200_000, 80_000)
CALLS = Standard("calls", "calls", Unit.MONTH, target={"middle": (Step(None, Fraction(1_000)),)})

cuts = st.sets(st.integers(2, 31), max_size=4)
days_away = st.lists(st.tuples(st.integers(1, 31), st.booleans()), max_size=6, unique_by=lambda item: item[0])


def cut(days: set[int], roles: list[str]) -> list[Assignment]:
    """The same assignment in pieces that begin on these days of the month, in these roles."""
    starts = [WHOLE.starts_on, *(date(2026, 5, day) for day in sorted(days))]
    ends = [*(start - timedelta(days=1) for start in starts[1:]), None]
    pieces = zip(starts, ends, roles, strict=False)
    return [replace(WHOLE, starts_on=start, ends_on=end, role=role) for start, end, role in pieces]


def away(days: list[tuple[int, bool]]) -> list[Absence]:
    return [Absence("ann", date(2026, 5, day), date(2026, 5, day), paid) for day, paid in days]


@given(cuts, days_away)
def test_a_month_in_pieces_of_one_role_is_one_whole_month(days: set[int], absent: list[tuple[int, bool]]) -> None:
    (plain,) = pay_bases(ANN, [WHOLE], away(absent), CALENDAR, MAY)
    (basis,) = pay_bases(ANN, cut(days, ["closer"] * 5), away(absent), CALENDAR, MAY)
    assert (basis.workdays, basis.present_days, basis.paid_days) == (18, plain.present_days, plain.paid_days)
    assert basis.salaries == plain.salaries
    assert month_target(CALLS, basis.stays, MAY, 18) == month_target(CALLS, plain.stays, MAY, 18)


@given(cuts, days_away, st.lists(st.sampled_from(["closer", "farmer"]), min_size=5, max_size=5))
def test_what_the_segments_of_a_month_ask_adds_up_to_what_the_month_asks(
    days: set[int], absent: list[tuple[int, bool]], roles: list[str]
) -> None:
    (plain,) = pay_bases(ANN, [WHOLE], away(absent), CALENDAR, MAY)
    bases = pay_bases(ANN, cut(days, roles), away(absent), CALENDAR, MAY)
    targets = [month_target(CALLS, basis.stays, MAY, basis.workdays) for basis in bases]
    assert sum(target or 0 for target in targets) == month_target(CALLS, plain.stays, MAY, 18)
    assert sum(basis.paid_days for basis in bases) == plain.paid_days


@given(cuts, days_away, st.lists(st.integers(0, 10**6), min_size=5, max_size=5))
def test_every_paid_day_is_paid_with_the_salary_of_that_day(
    days: set[int], absent: list[tuple[int, bool]], salaries: list[int]
) -> None:
    held = [
        replace(item, fixed_salary_minor=salary)
        for item, salary in zip(cut(days, ["closer"] * 5), salaries, strict=False)
    ]
    (basis,) = pay_bases(ANN, held, away(absent), CALENDAR, MAY)
    unpaid = {date(2026, 5, day) for day, paid in absent if not paid}
    paid_days = [day for day in CALENDAR.workdays(MAY.days) if day not in unpaid]
    by_day = sum(Fraction(item.fixed_salary_minor, 18) for day in paid_days for item in held if item.covers(day))
    assert basis.salaries.fixed_minor * basis.paid_days / basis.workdays == by_day


def test_a_person_who_comes_in_the_middle_is_asked_for_the_days_that_are_left() -> None:
    late = Person("ann", "Ann", date(2026, 5, 18))
    (basis,) = pay_bases(late, [WHOLE], [], CALENDAR, MAY)
    assert (basis.workdays, basis.present_days, basis.tenure_months) == (18, 9, 0)
    assert month_target(CALLS, basis.stays, MAY, basis.workdays) == Fraction(1_000 * 9 * 80, 18 * 100)
