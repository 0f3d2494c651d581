"""A working day of the demo keeps to working hours and tells calls as the CRM would."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from service.cli.demo.message import Message
from service.cli.demo.working_day import meetings, working_day
from tests.cli.demo.companies import CALENDAR, HOLIDAY, SEED, a_company

DAY = date(2026, 3, 5)


def fields(message: Message) -> dict[str, Any]:
    data = message.body["data"]
    assert isinstance(data, dict)
    return data


def calls_of_a_day() -> list[Message]:
    found = [message for seller in a_company().sellers for message in working_day(SEED, seller, DAY)]
    return [message for message in found if message.body["type"] == "call.ended"]


def test_calls_begin_in_working_hours_and_never_at_lunch() -> None:
    for call in calls_of_a_day():
        starts = datetime.fromisoformat(fields(call)["started_at"])
        assert starts.date() == DAY
        assert time(9) <= starts.time() < time(12, 30) or time(13, 30) <= starts.time() < time(18)


def test_a_missed_call_has_no_talk_time_and_an_answered_one_has() -> None:
    calls = calls_of_a_day()
    assert all(fields(call)["answered"] == (fields(call)["talk_s"] > 0) for call in calls)
    assert {fields(call)["answered"] for call in calls} == {True, False}


def test_a_call_is_told_when_it_ends_and_the_talk_follows_the_ring() -> None:
    for call in calls_of_a_day():
        data = fields(call)
        lasted_s = (call.happened_at - datetime.fromisoformat(data["started_at"])).total_seconds()
        assert lasted_s == data["ring_s"] + data["talk_s"]


def test_farmers_take_line_1_and_closers_do_not() -> None:
    company = a_company()
    for seller in company.sellers:
        lines = {
            fields(message)["line"]
            for message in working_day(SEED, seller, DAY)
            if message.body["type"] == "call.ended"
        }
        assert lines == ({1} if seller.role == "farmer" else {2})


def test_meetings_are_booked_on_a_working_day_before_and_then_held_or_cancelled() -> None:
    told = [
        message
        for seller in a_company().sellers
        for day in CALENDAR.workdays([date(2026, 3, day) for day in range(1, 28)])
        for message in meetings(SEED, seller, day, CALENDAR)
    ]
    by_meeting: dict[str, list[Message]] = {}
    for message in told:
        by_meeting.setdefault(fields(message)["meeting_id"], []).append(message)
    ends = {story[-1].body["type"] for story in by_meeting.values()}
    assert ends == {"meeting.held", "meeting.cancelled"}
    for booked, ended in by_meeting.values():
        assert booked.body["type"] == "meeting.booked"
        assert booked.happened_at.date() < ended.happened_at.date()
        assert CALENDAR.is_workday(booked.happened_at.date())
        assert booked.happened_at.date() != HOLIDAY
