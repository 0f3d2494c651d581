"""What a person's day and month say at different hours, and what a latest event counted for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from service.domain.pace import MonthDays
from service.domain.person import Absence
from service.reports.day import Answer, Day, get_day
from service.reports.earnings import Earnings, get_earnings
from service.reports.person_month import get_person_month
from service.runtime import Runtime
from service.store.people import get_person, list_assignments_of, replace_people
from tests.company import OCTOBER, Company, a_call, a_payment, a_void

NINE = datetime(2026, 10, 15, 6, 0, tzinfo=UTC)
"""Nine o'clock in Sofia on a Thursday; ten of October's 22 workdays are done."""


@pytest.fixture
def company(runtime: Runtime) -> Company:
    """Ann and Bob are asked for two conversations a day; ann had 18 in the first ten workdays."""
    found = Company(runtime, NINE)
    found.found()
    found.send(*[a_call("ann", f"c{n}", NINE - timedelta(days=1, minutes=n)) for n in range(18)])
    found.refresh()
    return found


def day_of(company: Company, now: datetime, person: str = "ann") -> Day:
    with company.runtime.reading() as session:
        return get_day(session, person, now=now)


def money_of(company: Company) -> Earnings:
    with company.runtime.reading() as session:
        return get_earnings(session, "ann", OCTOBER)


def test_the_month_of_44_with_18_done_in_ten_days_asks_for_three_today(company: Company) -> None:
    day = day_of(company, NINE)
    [bar] = day.bars
    assert day.month.days == MonthDays(workdays=22, done=10, left=12)
    assert (bar.target, bar.done, bar.need, day.answer) == (3, Fraction(0), 3, Answer.MORE)


def test_what_is_done_today_counts_and_the_goal_stays(company: Company) -> None:
    company.send(a_call("ann", "now-1", NINE), a_call("ann", "now-2", NINE + timedelta(minutes=1)))
    company.refresh()
    [bar] = day_of(company, NINE + timedelta(hours=3)).bars
    assert (bar.target, bar.done, bar.need, bar.expected, bar.lead) == (3, Fraction(2), 1, Fraction(1), 1)


@pytest.mark.parametrize(
    ("now", "answer"),
    [
        (NINE - timedelta(minutes=1), Answer.NOT_STARTED),
        (NINE, Answer.MORE),
        (NINE + timedelta(hours=9), Answer.OVER),
        (NINE + timedelta(days=2), Answer.DAY_OFF),
    ],
)
def test_nobody_is_asked_for_anything_outside_working_hours(company: Company, now: datetime, answer: Answer) -> None:
    assert day_of(company, now).answer is answer


def test_nobody_is_asked_for_anything_on_a_day_of_absence(company: Company) -> None:
    with company.runtime.transaction() as session:
        absence = Absence("ann", date(2026, 10, 15), date(2026, 10, 15), paid=True)
        replace_people(session, [get_person(session, "ann")], list_assignments_of(session, ["ann"]), [absence])
    day = day_of(company, NINE)
    assert (day.answer, day.month.days.workdays, day.month.days.left) == (Answer.DAY_OFF, 21, 11)


def test_a_goal_out_of_reach_gives_way_to_a_usual_day(company: Company) -> None:
    """Bob has done nothing: 44 in 12 days would be four a day, twice the usual."""
    company.send(a_call("bob", "b1", NINE, talk_s=5))
    company.refresh()
    day = day_of(company, NINE, "bob")
    assert (day.answer, day.bars[0].target) == (Answer.OUT_OF_REACH, 2)


def test_an_event_tells_what_it_counted_for_or_the_condition_it_missed(company: Company) -> None:
    company.send(a_call("ann", "long", NINE), a_call("ann", "short", NINE + timedelta(minutes=1), talk_s=19))
    company.refresh()
    short, long = day_of(company, NINE).latest
    assert [metric.id for metric, _ in long.counted] == ["calls"]
    assert long.refusals == ()
    assert short.counted == ()
    [missed] = short.refusals
    assert (missed.condition.field, missed.condition.minimum, missed.value) == ("talk_s", Fraction(20), 19)


def test_an_event_taken_back_is_shown_as_taken_back(company: Company) -> None:
    company.send(a_call("ann", "wrong", NINE))
    company.send(a_void("void-1", "wrong", NINE + timedelta(minutes=1)))
    company.refresh()
    assert [item.is_withdrawn for item in day_of(company, NINE).latest] == [True]


def test_a_month_that_is_over_has_all_its_days_behind_it(company: Company) -> None:
    with company.runtime.reading() as session:
        month = get_person_month(session, "ann", OCTOBER, now=NINE + timedelta(days=40))
    assert (month.days.done, month.days.left, month.part_of_month) == (22, 0, Fraction(1))


def test_money_is_estimated_until_the_close_and_the_fixed_salary_stands_beside_it(company: Company) -> None:
    company.send(a_payment("ann", "p1", "100.00", NINE))
    company.refresh()
    before = money_of(company)
    assert (before.status, before.payable_minor, before.information_minor) == ("estimated", 2700 + 330, 150_000)
    company.now = datetime(2026, 11, 2, 9, tzinfo=UTC)
    company.close()
    after = money_of(company)
    assert (after.status, after.payable_minor) == ("confirmed", before.payable_minor)
