"""A small demo company for the tests, with the months it works in."""

from __future__ import annotations

from datetime import date, datetime, time

from service.cli.demo.company import Company, found_company
from service.cli.demo.history import Span
from service.cli.demo.message import ZONE
from service.domain.calendar import WorkCalendar
from service.domain.period import Period

SEED = 7
TODAY = date(2026, 3, 17)
FIRST_MONTH = Period(2026, 2)
HOLIDAY = date(2026, 3, 3)
CALENDAR = WorkCalendar(frozenset({HOLIDAY}))
SPAN = Span(FIRST_MONTH, datetime.combine(TODAY, time(18), ZONE))


def a_company(size: int = 6, seed: int = SEED, *, with_staff: bool = False) -> Company:
    """The first few sellers with all the group leads, and perhaps with all others."""
    return found_company(seed, FIRST_MONTH, CALENDAR, size, with_staff=with_staff)
