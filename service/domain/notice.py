"""Notice: how many working days people must know a plan before it holds."""

from __future__ import annotations

from datetime import date, timedelta

from service.domain.calendar import WorkCalendar
from service.domain.errors import InvalidError
from service.domain.period import Period

REASON_CHARACTERS = 500
"""Longest reason for publishing without notice: a few sentences."""


class NoticeTooShortError(InvalidError):
    """A plan was to be published with less notice to the people than is due."""

    code = "plan_notice_too_short"

    def __init__(self, plan_id: str, starts_on: date, earliest: date, notice_days: int) -> None:
        month = Period.of(earliest)
        first = earliest if earliest == month.first_day else month.following.first_day
        super().__init__(
            f"Plan {plan_id} from {starts_on} was not published: people must know it {notice_days} working days "
            f"before, so today it can start on {earliest} or later; the first month that begins then is "
            f"{Period.of(first)}. Set effective.from to {first}, or publish it `--without-notice REASON`; the reason "
            "is kept in the audit log."
        )


class ReasonTooLongError(InvalidError):
    """A reason that nobody would read to its end."""

    code = "reason_too_long"

    def __init__(self) -> None:
        super().__init__(f"The reason is longer than {REASON_CHARACTERS} characters. Say it in a sentence or two.")


def earliest_start(today: date, notice_days: int, calendar: WorkCalendar) -> date:
    """The first day on which a plan published today may hold: after so many whole working days, today not counted."""
    day, left = today, notice_days
    while left:
        day += timedelta(days=1)
        left -= calendar.is_workday(day)
    return day + timedelta(days=1) if notice_days else today


def notice_horizon(today: date, notice_days: int) -> date:
    """A day by which the notice is over in any calendar with two working days a week on average."""
    return today + timedelta(days=7 * (notice_days // 2 + 2))
