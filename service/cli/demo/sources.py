"""Sources: whose lead a deal or a meeting of a closer came from, and what becomes of every lead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from random import Random

from service.cli.demo.chance import WHOLE, dice, happens, thinned
from service.cli.demo.company import Company, Seller
from service.cli.demo.message import Message, brought_by, message, some_moment

FROM_GENERATORS_PERCENT = 50
"""Meetings with new customers that a lead generator of the same team has set."""

MONEY_PERCENT = {"lead_generator": 18, "internet_marketer": 35, "event_manager": 6}
"""New customers by who found them; the rest are the closer's own."""

LEADS_OF_A_WEEK = {
    ("lead_generator", "junior"): 18,
    ("lead_generator", "middle"): 22,
    ("lead_generator", "senior"): 27,
    ("internet_marketer", "junior"): 29,
    ("internet_marketer", "middle"): 41,
    ("internet_marketer", "senior"): 58,
}
"""Leads that an ordinary week brings."""

ACCEPTED_PERCENT = {"lead_generator": 72, "internet_marketer": 57}
"""Leads that sales accepts from a source of ordinary craft."""

WORKDAYS_OF_A_WEEK = 5

TEMPERATURES = ("hot", "warm", "cold")

BOUGHT_CHANNELS = ("search", "social", "website")

REASONS = ("not_our_customer", "no_budget", "no_answer", "duplicate")


def credited(seed: int, company: Company, told: Message) -> Message:
    """The message with the source of its deal or meeting, where somebody other than the closer found the customer."""
    closer = next((seller for seller in company.sellers if seller.crm_user == told.body["subject"]), None)
    fields = told.body["data"]
    assert isinstance(fields, Mapping)
    if closer is None or closer.role != "closer":
        return told
    if "meeting_id" in fields:
        return _with_source(told, _of_meeting(seed, company, closer, str(fields["meeting_id"])))
    if "deal_id" in fields:
        return _with_source(told, _of_deal(seed, company, closer, str(fields["deal_id"])))
    return told


def _with_source(told: Message, source: Seller | None) -> Message:
    return told if source is None else brought_by(told, source.crm_user)


def _of_meeting(seed: int, company: Company, closer: Seller, meeting_id: str) -> Seller | None:
    chance = dice(seed, meeting_id, "source")
    found = _generators(company, closer)
    return chance.choice(found) if found and happens(chance, FROM_GENERATORS_PERCENT) else None


def _of_deal(seed: int, company: Company, closer: Seller, deal_id: str) -> Seller | None:
    chance = dice(seed, deal_id, "source")
    roll = chance.randrange(WHOLE)
    for role, percent in MONEY_PERCENT.items():
        if roll < percent:
            own_team = role == "lead_generator"
            found = _generators(company, closer) if own_team else [one for one in company.staff if one.role == role]
            return chance.choice(found) if found else None
        roll -= percent
    return None


def _generators(company: Company, closer: Seller) -> list[Seller]:
    team = closer.assignment.team
    return [one for one in company.staff if one.role == "lead_generator" and one.assignment.team == team]


def leads(seed: int, company: Company, source: Seller, days: Sequence[date]) -> Iterator[Message]:
    """The leads that a person brings on each of the days, and what sales says to each a day or two later."""
    for index, day in enumerate(days):
        chance = dice(seed, source.person_id, day, "leads")
        weekly = LEADS_OF_A_WEEK[source.role, source.assignment.grade] * source.diligence
        for number in range(thinned(chance, weekly // WORKDAYS_OF_A_WEEK)):
            channel = "cold_call" if source.role == "lead_generator" else chance.choice(BOUGHT_CHANNELS)
            fields = {"lead_id": f"lead-{source.crm_user}-{day}-{number}", "channel": channel}
            yield message(
                "lead.created", fields["lead_id"], source.crm_user, some_moment(chance, day),
                temperature=chance.choice(TEMPERATURES), **fields,
            )  # fmt: skip
            decided = index + chance.randint(1, 2)
            if decided < len(days):
                yield _decision(chance, source, _takers(company, source, days[decided]), days[decided], fields)


def _decision(
    chance: Random, source: Seller, takers: Sequence[Seller], day: date, fields: Mapping[str, str]
) -> Message:
    """One of the closers accepts the lead or sends it back."""
    taker, moment = chance.choice(takers), some_moment(chance, day)
    accepted = happens(chance, ACCEPTED_PERCENT[source.role] * source.craft // WHOLE)
    kind, more = ("lead.qualified", {}) if accepted else ("lead.rejected", {"reason": chance.choice(REASONS)})
    told = message(kind, f"decided-{fields['lead_id']}", taker.crm_user, moment, **fields, **more)
    return brought_by(told, source.crm_user)


def _takers(company: Company, source: Seller, day: date) -> list[Seller]:
    """The closers that take the leads over on a day: those of the own team, else all."""
    closers = [one for one in company.sellers if one.role == "closer" and one.person.is_employed(day)]
    own = [closer for closer in closers if closer.assignment.team == source.assignment.team]
    return own or closers
