"""Record the public holidays of years, so that a later version of the holiday library cannot change a closed month."""

from __future__ import annotations

from collections.abc import Iterable

from holidays import country_holidays
from sqlalchemy.orm import Session

from service.domain.calendar import CalendarDay, CalendarMissingError
from service.store.calendar import add_new_calendar_days, list_missing_years

COUNTRY = "BG"
"""The country whose holidays are days off; the library includes the substitute days for those on a weekend."""


def fill_calendar(session: Session, years: Iterable[int]) -> list[int]:
    """Record the holidays of those of the years that nobody has recorded yet; return these years."""
    missing = list_missing_years(session, years)
    add_new_calendar_days(session, [day for year in missing for day in _public_holidays(year)])
    return missing


def _public_holidays(year: int) -> list[CalendarDay]:
    found = country_holidays(COUNTRY, years=year, language="bg")
    # The library answers a year it does not know with an empty list; a year has never been without holidays.
    if not found:
        raise CalendarMissingError([year])
    return [CalendarDay(day, name) for day, name in sorted(found.items())]
