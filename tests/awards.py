"""A company that gives points, streaks and badges: two calls make a day at standard, and little reaches everything."""

from __future__ import annotations

from datetime import UTC, date, datetime

from service.domain.award import Badge
from service.domain.event import Event
from service.runtime import Runtime
from service.store.awards import list_badges_won, list_points, list_streaks, sum_points
from tests.company import NOVEMBER, OCTOBER, a_call
from tests.teams import CLOSER

POINTS = """
points:
  call:  {kind: per, label: Calls, label_bg: Обаждания, metric: calls, each: 2, daily_max: 10}
  day:   {kind: when, label: Full day, label_bg: Пълен ден, when: attainment.calls >= 100%, points: 5}
  chain:
    kind: streak
    label: Days in a row
    label_bg: Поредни дни
    when: attainment.calls >= 100%
    calendar: workdays
    rewards: {2: 20, 4: 50}
    freezes_per_month: 1
badges:
  rich:   {label: First thousand, label_bg: Първите хиляда, when: lifetime.collected >= 1_000}
  caller: {label: Ten calls, label_bg: Десет обаждания, when: lifetime.calls >= 10}
"""

POINTED = CLOSER.replace("examples:", POINTS.lstrip() + "examples:", 1)

PAID_BY_POINTS = (
    POINTED.replace("rules:\n", "rules:\n  prize: {kind: rate, label: For points, base: points.total, each: 0.10}\n", 1)
    .replace("given: {target", "given: {points: {total: 123}, target")
    .replace("expect: {", "expect: {prize: 12.30, ")
)


def two_calls(name: str, day: date, calls: int = 2) -> list[Event]:
    """A day at standard, or with any number of calls."""
    return [
        a_call(name, f"{name}-{day}-{n}", datetime(day.year, day.month, day.day, 8, n, tzinfo=UTC))
        for n in range(calls)
    ]


def of_october(*days: int) -> list[date]:
    """Days of October 2026; the 1st is a Thursday."""
    return [date(2026, 10, day) for day in days]


def points_of(runtime: Runtime, name: str) -> dict[str, int]:
    """The points by month of autumn 2026."""
    with runtime.reading() as session:
        months = {str(period): sum_points(session, [name], period).get(name, 0) for period in (OCTOBER, NOVEMBER)}
    return {period: points for period, points in months.items() if points}


def chain(runtime: Runtime, name: str) -> list[tuple[date, int, int]]:
    """Every day that lengthened the streak, with the length and the points."""
    with runtime.reading() as session:
        found = list_points(session, [name], OCTOBER.first_day, NOVEMBER.last_day)
    return [(item.day, item.length, item.points) for item in found if item.rule == "chain"]


def handed_over(runtime: Runtime, name: str) -> list[tuple[str, int, int]]:
    """The lengths of the streak before and after each month."""
    with runtime.reading() as session:
        found = list_streaks(session, [(name, OCTOBER), (name, NOVEMBER)])
    return [(str(item.period), item.carried_in, item.carried_out) for item in found]


def badges(runtime: Runtime, name: str) -> dict[str, date | None]:
    """The badges that somebody has, with their days."""
    with runtime.reading() as session:
        won: list[Badge] = list_badges_won(session, name)
    return {item.badge: item.day for item in won}
