"""A working day of one person: calls, tasks and meetings between nine and six, with an hour for lunch."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from service.cli.demo.chance import around, dice, happens, thinned
from service.cli.demo.company import Seller
from service.cli.demo.message import WORKING_S, Message, message, some_moment, working_moment
from service.domain.calendar import WorkCalendar
from service.domain.person import FULL_TIME_BP

PERCENT = 100

MEETING_DAYS_OF_A_WEEK = 5

TALK_TIMES_S = ((4, 19), (20, 60), (61, 180), (181, 780))
"""Too short to count, up to 1 minute, 1 to 3 minutes, over 3 minutes."""

LINE_1_TALK_TIMES_S = ((2, 4), (5, 14), (15, 29), (30, 75))
"""Simple questions: about 15 seconds each."""

CANCELLED_PERCENT = 12
"""Booked meetings that are cancelled on the morning of their day."""

MORNING_S = 900
"""A meeting is cancelled in the first quarter of an hour."""

CHANNELS = ("referral", "website", "fair", "cold_call")

LONGEST_NOTICE_DAYS = 6
"""Days ahead that a meeting is booked."""


@dataclass(frozen=True, slots=True)
class Habits:
    """What an ordinary day of a role and grade holds."""

    dials: int
    answered_percent: int
    incoming: int
    line: int
    meetings_of_a_week: int
    existing_percent: int


HABITS = {
    ("closer", "junior"): Habits(80, 32, 3, 2, 5, 8),
    ("closer", "middle"): Habits(90, 34, 4, 2, 6, 10),
    ("closer", "senior"): Habits(98, 36, 5, 2, 7, 12),
    ("farmer", "junior"): Habits(34, 43, 23, 1, 3, 91),
    ("farmer", "middle"): Habits(38, 44, 27, 1, 4, 92),
    ("farmer", "senior"): Habits(42, 45, 31, 1, 5, 93),
    ("lead_generator", "junior"): Habits(36, 30, 0, 2, 0, 3),
    ("lead_generator", "middle"): Habits(40, 32, 0, 2, 0, 3),
    ("lead_generator", "senior"): Habits(44, 34, 0, 2, 0, 3),
    ("group_lead", "senior"): Habits(0, 0, 0, 2, 2, 20),
}


def working_day(seed: int, seller: Seller, day: date) -> Iterator[Message]:
    """The calls and tasks of one person on one day."""
    chance = dice(seed, seller.person_id, day)
    habits = HABITS[seller.role, seller.assignment.grade]
    yield from _dials(chance, seller, habits, day)
    yield from _incoming(chance, seller, habits, day)
    yield from _tasks(chance, seller, day)


def _dials(chance: Random, seller: Seller, habits: Habits, day: date) -> Iterator[Message]:
    count = around(chance, _part_time(seller, habits.dials * seller.diligence // PERCENT), 24)
    answered_percent = habits.answered_percent * seller.craft // PERCENT
    for number in range(count):
        starts = _slot(chance, day, number, count)
        talk_s = _talk_s(chance, TALK_TIMES_S, (20, 43, 27, 10)) if happens(chance, answered_percent) else 0
        yield _call(chance, seller, f"out-{day}-{number}", starts, {
            "direction": "out", "line": habits.line, "talk_s": talk_s, "answered": talk_s > 0,
            "customer_kind": _customer_kind(chance, habits),
        })  # fmt: skip


def _incoming(chance: Random, seller: Seller, habits: Habits, day: date) -> Iterator[Message]:
    count = around(chance, _part_time(seller, habits.incoming * seller.diligence // PERCENT), 30)
    times_s = LINE_1_TALK_TIMES_S if habits.line == 1 else TALK_TIMES_S
    for number in range(count):
        starts = _slot(chance, day, number, count)
        talk_s = _talk_s(chance, times_s, (3, 45, 37, 15)) if happens(chance, 93) else 0
        yield _call(chance, seller, f"in-{day}-{number}", starts, {
            "direction": "in", "line": habits.line, "talk_s": talk_s, "answered": talk_s > 0,
            "customer_kind": _customer_kind(chance, habits), "escalated": habits.line == 1 and happens(chance, 6),
        })  # fmt: skip


def _call(chance: Random, seller: Seller, name: str, starts: datetime, fields: dict[str, object]) -> Message:
    """A call is told when it ends; the talk begins at the answer, not at the ring."""
    ring_s = chance.randint(3, 28)
    talk_s = fields["talk_s"]
    assert isinstance(talk_s, int)
    number = hashlib.sha256(f"{seller.crm_user}:{chance.randrange(2000)}".encode()).hexdigest()[:16]
    ends = starts + timedelta(seconds=ring_s + talk_s)
    return message(
        "call.ended", f"call-{seller.crm_user}-{name}", seller.crm_user, ends,
        started_at=starts.isoformat(), ring_s=ring_s, number_hash=number, **fields,
    )  # fmt: skip


def meetings(seed: int, seller: Seller, day: date, calendar: WorkCalendar) -> Iterator[Message]:
    """The meetings set for one day: each booked some days before, then held or cancelled."""
    chance = dice(seed, seller.person_id, day, "meetings")
    habits = HABITS[seller.role, seller.assignment.grade]
    expected = (
        habits.meetings_of_a_week * PERCENT * seller.craft // (MEETING_DAYS_OF_A_WEEK * (PERCENT - CANCELLED_PERCENT))
    )
    for number in range(thinned(chance, _part_time(seller, expected))):
        name = f"{seller.crm_user}-{day}-{number}"
        fields: dict[str, object] = {
            "meeting_id": name,
            "customer_kind": "existing" if seller.role == "farmer" else "new",
            "channel": chance.choice(CHANNELS),
        }
        booked = some_moment(chance, _day_before(day, chance.randint(1, LONGEST_NOTICE_DAYS), calendar))
        if seller.person.is_employed(booked.date()):
            yield message("meeting.booked", f"booked-{name}", seller.crm_user, booked, **fields)
        if happens(chance, CANCELLED_PERCENT):
            yield message(
                "meeting.cancelled",
                f"cancelled-{name}",
                seller.crm_user,
                working_moment(day, chance.randrange(900)),
                **fields,
            )
            continue
        duration_s = 60 * chance.randrange(25, 80, 5)
        held = some_moment(chance, day)
        yield message(
            "meeting.held", f"held-{name}", seller.crm_user, held, duration_s=duration_s, accepted=True, **fields
        )


def _tasks(chance: Random, seller: Seller, day: date) -> Iterator[Message]:
    for number in range(chance.randint(1, 3)):
        name = f"task-{seller.crm_user}-{day}-{number}"
        yield message("task.completed", name, seller.crm_user, some_moment(chance, day), task_id=name)


def _day_before(day: date, days: int, calendar: WorkCalendar) -> date:
    """The last working day at least so many days before."""
    earlier = day - timedelta(days=days)
    while not calendar.is_workday(earlier):
        earlier -= timedelta(days=1)
    return earlier


def _slot(chance: Random, day: date, number: int, count: int) -> datetime:
    """The calls of a day follow each other: each somewhere in its own stretch of the day."""
    length_s = WORKING_S // count
    return working_moment(day, number * length_s + chance.randrange(max(length_s * 2 // 3, 1)))


def _talk_s(chance: Random, times_s: tuple[tuple[int, int], ...], weights: tuple[int, ...]) -> int:
    shortest, longest = chance.choices(times_s, weights)[0]
    return chance.randint(shortest, longest)


def _part_time(seller: Seller, amount: int) -> int:
    return amount * seller.assignment.fte_bp // FULL_TIME_BP


def _customer_kind(chance: Random, habits: Habits) -> str:
    return "existing" if happens(chance, habits.existing_percent) else "new"
