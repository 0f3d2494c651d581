"""Promises about the notice before a plan holds."""

from __future__ import annotations

from datetime import date

import pytest

from service.domain.calendar import WorkCalendar
from service.domain.notice import earliest_start, notice_horizon

CHRISTMAS = WorkCalendar(frozenset({date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 28)}))


@pytest.mark.parametrize(
    ("today", "notice_days", "earliest"),
    [
        (date(2026, 11, 23), 5, date(2026, 12, 1)),
        (date(2026, 11, 24), 5, date(2026, 12, 2)),
        (date(2026, 11, 28), 5, date(2026, 12, 5)),
        (date(2026, 12, 21), 5, date(2027, 1, 1)),
        (date(2026, 12, 22), 5, date(2027, 1, 2)),
        (date(2026, 11, 23), 1, date(2026, 11, 25)),
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
    ],
)
def test_a_plan_may_hold_after_whole_working_days_in_which_people_know_it(
    today: date, notice_days: int, earliest: date
) -> None:
    assert earliest_start(today, notice_days, CHRISTMAS) == earliest
    assert earliest <= notice_horizon(today, notice_days)
