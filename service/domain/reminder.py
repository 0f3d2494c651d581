"""Reminders: what a month's end asks of somebody, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from service.domain.period import Period, PeriodState
from service.domain.period_calendar import PeriodDates


class Task(StrEnum):
    """What somebody must do."""

    CLOSE = "close"
    CLOSE_LATE = "close_late"
    APPROVE = "approve"
    APPROVE_LATE = "approve_late"
    PAY = "pay"
    PAY_LATE = "pay_late"

    @property
    def who(self) -> str:
        """Which role it is for; whoever closed a month is not the one who approves it."""
        return (
            "finance"
            if self in {Task.CLOSE, Task.CLOSE_LATE, Task.PAY, Task.PAY_LATE}
            else "finance, somebody else than who closed it"
        )

    def text(self, period: Period) -> str:
        """What to do, in a sentence."""
        return _TEXTS[self].format(period=period)


_TEXTS = {
    Task.CLOSE: "Look at `stimul period check {period}` and close {period}.",
    Task.CLOSE_LATE: "The review of {period} should be over, and it is not closed. Close it.",
    Task.APPROVE: "{period} is closed. Read it (`stimul period show {period}`) and approve it, or withdraw it.",
    Task.APPROVE_LATE: "The review of {period} is over, and it is not approved. Approve it, or withdraw it.",
    Task.PAY: "Pay {period} and note it: `stimul period pay {period}`.",
    Task.PAY_LATE: "{period} was to be paid, and nobody noted that it was.",
}


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something that somebody must do about a month; one for each task and closing, `version` 0 before the first."""

    period: Period
    version: int
    task: Task
    due_at: datetime
    reminded_at: datetime | None = None


def tasks_due(period: Period, state: PeriodState, version: int, dates: PeriodDates, now: datetime) -> list[Reminder]:
    """What is to be done now about a period that has money, and since when."""
    begin = datetime.combine(dates.calculate_on, time(), dates.review_until.tzinfo)
    pay = datetime.combine(dates.pay_on, time(), dates.review_until.tzinfo)
    due: dict[Task, datetime]
    match state:
        case PeriodState.OPEN | PeriodState.SETTLING:
            due = {Task.CLOSE: begin, Task.CLOSE_LATE: dates.review_until}
        case PeriodState.CLOSED:
            due = {Task.APPROVE: begin, Task.APPROVE_LATE: dates.review_until}
        case PeriodState.APPROVED:
            due = {Task.PAY: pay, Task.PAY_LATE: pay + timedelta(days=1)}
        case PeriodState.PAID:
            due = {}
    return [Reminder(period, version, task, at) for task, at in due.items() if at <= now]
