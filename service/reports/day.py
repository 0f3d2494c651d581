"""A person's day: one answer, the bars of the standards, the latest events and one line of money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

from sqlalchemy.orm import Session

from service.domain.pace import DayPhase
from service.domain.period import Period
from service.reports.activity import Activity, count_activity, list_activity
from service.reports.company import company_today
from service.reports.earnings import Earnings, get_earnings
from service.reports.person_month import PersonMonth, StandardNow, get_person_month

LATEST = 3
"""Events on the first screen: enough to see that the last call has arrived."""

ALL_OF_A_DAY = 500
"""Events on the page of a whole day: twice the most calls anybody has made in one."""


class Answer(StrEnum):
    """What the first sentence of the day says."""

    NOTHING_PLANNED = "nothing_planned"
    DAY_OFF = "day_off"
    NOT_STARTED = "not_started"
    OVER = "over"
    MORE = "more"
    DONE = "done"
    OUT_OF_REACH = "out_of_reach"


@dataclass(frozen=True, slots=True)
class DayBar:
    """One standard today: what is done of what today asks for; `lead` is how far ahead (or behind) of the clock."""

    standard: StandardNow
    target: int
    done: Fraction
    need: int
    expected: Fraction
    lead: int

    @property
    def is_reachable(self) -> bool:
        """Whether the month can still be reached by this standard."""
        return self.standard.pace is not None and self.standard.pace.is_reachable


@dataclass(frozen=True, slots=True)
class Day:
    """Everything the first screen shows; the bars come with the furthest behind (and reachable) first."""

    month: PersonMonth
    answer: Answer
    bars: tuple[DayBar, ...]
    latest: tuple[Activity, ...]
    events: int
    last_received_at: datetime | None
    earnings: Earnings


def get_day(session: Session, person_id: str, *, now: datetime, events: int = LATEST) -> Day:
    """Read a person's present day."""
    today = company_today(session, now)
    month = get_person_month(session, person_id, Period.of(today), now=now)
    bars = _bars(month)
    count, last_received_at = count_activity(session, person_id, today)
    metrics = {standard.metric for standard in month.standards}
    return Day(
        month=month,
        answer=_answer(month, bars),
        bars=bars,
        latest=tuple(list_activity(session, person_id, today, metrics, events)),
        events=count,
        last_received_at=last_received_at,
        earnings=get_earnings(session, person_id, month.period),
    )


def _bars(month: PersonMonth) -> tuple[DayBar, ...]:
    bars = [_bar(standard, month.part) for standard in month.standards if standard.is_daily]
    return tuple(sorted(bars, key=_urgency, reverse=True))


def _bar(standard: StandardNow, part: Fraction) -> DayBar:
    assert standard.pace is not None
    # A number nobody reaches is not shown as a goal: an ordinary day takes its place.
    target = standard.pace.today_target if standard.pace.is_reachable else standard.pace.usual_target
    expected = target * part
    return DayBar(
        standard=standard,
        target=target,
        done=standard.done_today,
        need=max(0, ceil(target - standard.done_today)),
        expected=expected,
        lead=_whole(standard.done_today - expected),
    )


def _urgency(bar: DayBar) -> tuple[bool, Fraction]:
    """What can still be reached comes before what cannot, then the larger part left to do."""
    return bool(bar.need) and bar.is_reachable, Fraction(bar.need, bar.target) if bar.target else Fraction(0)


def _whole(difference: Fraction) -> int:
    """Whole things ahead or behind: half a call behind is on pace."""
    return floor(difference) if difference >= 0 else -floor(-difference)


def _answer(month: PersonMonth, bars: tuple[DayBar, ...]) -> Answer:
    if not bars:
        return Answer.NOTHING_PLANNED
    waiting = {DayPhase.OFF: Answer.DAY_OFF, DayPhase.BEFORE: Answer.NOT_STARTED, DayPhase.OVER: Answer.OVER}
    if month.phase in waiting:
        return waiting[month.phase]
    if not bars[0].need:
        return Answer.DONE
    return Answer.MORE if bars[0].is_reachable else Answer.OUT_OF_REACH
