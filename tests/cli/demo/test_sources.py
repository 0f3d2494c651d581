"""Leads of the demo are decided on by closers at work, and their meetings and money name who brought them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from service.cli.demo.company import working_days
from service.cli.demo.history import history
from service.cli.demo.message import Message
from service.cli.demo.sources import leads
from tests.cli.demo.companies import CALENDAR, FIRST_MONTH, SEED, SPAN, a_company

COMPANY = a_company(9, with_staff=True)
ROLES = {one.crm_user: one.role for one in COMPANY.sellers + COMPANY.staff}


def fields(message: Message) -> Any:
    return message.body["data"]


def sources(message: Message) -> list[str]:
    credit: Any = message.body.get("credit", [])
    return [item["person"] for item in credit if item["part"] == "lead_source"]


def test_every_lead_is_decided_on_once_after_it_came_by_a_closer_for_the_one_who_brought_it() -> None:
    for source in COMPANY.staff:
        if source.role not in {"lead_generator", "internet_marketer"}:
            continue
        told = list(leads(SEED, COMPANY, source, working_days(COMPANY, source, FIRST_MONTH.days, CALENDAR)))
        created = {fields(one)["lead_id"]: one for one in told if one.body["type"] == "lead.created"}
        decided = [one for one in told if one.body["type"] != "lead.created"]
        assert {one.body["type"] for one in decided} == {"lead.qualified", "lead.rejected"}
        assert max(Counter(fields(one)["lead_id"] for one in decided).values()) == 1
        for one in decided:
            assert created[fields(one)["lead_id"]].happened_at.date() < one.happened_at.date()
            assert ROLES[str(one.body["subject"])] == "closer"
            assert sources(one) == [source.crm_user]


def test_all_messages_of_a_deal_name_the_same_source_and_money_comes_from_every_finder() -> None:
    of_deal: dict[str, set[tuple[str, ...]]] = {}
    for message in history(SEED, COMPANY, SPAN, CALENDAR):
        if "deal_id" in fields(message):
            of_deal.setdefault(fields(message)["deal_id"], set()).add(tuple(sources(message)))
    assert all(len(found) == 1 for found in of_deal.values())
    finders = {ROLES[user] for found in of_deal.values() for names in found for user in names}
    assert finders == {"lead_generator", "internet_marketer", "event_manager"}


def test_meetings_come_from_lead_generators_of_the_own_team_only() -> None:
    teams = {one.crm_user: one.assignment.team for one in COMPANY.sellers + COMPANY.staff}
    meetings = [one for one in history(SEED, COMPANY, SPAN, CALENDAR) if one.body["type"] == "meeting.held"]
    found = [(one, user) for one in meetings for user in sources(one)]
    assert 0 < len(found) < len(meetings)
    assert all(teams[user] == teams[str(one.body["subject"])] for one, user in found)
    assert all(ROLES[user] == "lead_generator" for _, user in found)


def test_a_company_without_its_staff_has_no_sources() -> None:
    assert not any("credit" in message.body for message in history(SEED, a_company(3), SPAN, CALENDAR))
