"""The office of the demo company: what is told by form or feed - campaigns, press, events, forecasts, people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from random import Random

from service.cli.demo.chance import WHOLE, dice, happens
from service.cli.demo.company import Company, Seller
from service.cli.demo.message import Message, message, some_moment, working_moment
from service.cli.demo.sales import CURRENCY
from service.domain.money import format_minor
from service.domain.period import Period

FRIDAY = 4

EVENT_WORKDAYS = (6, 14)
"""The working days of a month, from the first as 0, on which the company holds an event."""

FORECAST_WORKDAYS = (0, 9)
"""A forecast of the month at its beginning, and a better one in its middle."""

SPENT_OF_A_DAY_MINOR = {"junior": 13_000, "middle": 18_500, "senior": 26_000}
"""What an internet marketer spends on campaigns in an ordinary day."""

EVENT_BUDGET_MINOR = 400_000

SNAPSHOT_S = 28_500
"""The CRM counts what is open a few minutes before the day ends."""

Teller = Callable[[Random, Seller, date, int], Iterator[Message]]
"""What a person tells on a day, which is the so-manieth working day of its month."""


def office(seed: int, person: Seller, days: Sequence[date]) -> Iterator[Message]:
    """Everything that a person of the staff tells by form on the days."""
    teller = TELLERS.get(person.role)
    if teller is None:
        return
    for day in days:
        number = sum(1 for other in days if other < day and Period.of(other) == Period.of(day))
        yield from teller(dice(seed, person.person_id, day, "office"), person, day, number)


def snapshots(seed: int, seller: Seller, days: Sequence[date]) -> Iterator[Message]:
    """What the CRM counts for a seller at the end of each day."""
    for day in days:
        chance = dice(seed, seller.person_id, day, "snapshot")
        yield _told("crm.snapshot", seller, day, working_moment(day, SNAPSHOT_S), {
            "overdue_tasks": chance.randint(0, 4), "stalled_deals": chance.randint(0, 6),
            "open_leads": chance.randint(3, 25), "required_fields": 40, "filled_fields": chance.randint(31, 40),
        })  # fmt: skip


def joined(company: Company) -> Iterator[Message]:
    """Who came during the two months, told on the first day."""
    for seller in company.sellers:
        first = seller.assignment.starts_on
        if seller.person.hired_on == first:
            yield _told("hr.joined", seller, first, working_moment(first, 0), {"date": first.isoformat()})


def _told(kind: str, person: Seller, day: date, moment: datetime, fields: Mapping[str, object]) -> Message:
    name = f"{kind.replace('.', '-')}-{person.crm_user}-{day}"
    return message(kind, name, person.crm_user, moment, **fields)


def _campaigns(chance: Random, person: Seller, day: date, number: int) -> Iterator[Message]:
    del number
    amount_minor = SPENT_OF_A_DAY_MINOR[person.assignment.grade] * chance.randint(70, 125) // WHOLE
    yield _told("campaign.spent", person, day, some_moment(chance, day), {
        "channel": chance.choice(("search", "social")), "campaign": f"{day:%Y-%m}",
        "amount": format_minor(amount_minor), "currency": CURRENCY,
    })  # fmt: skip


def _press(chance: Random, person: Seller, day: date, number: int) -> Iterator[Message]:
    del number
    if happens(chance, 55):
        yield _told("publication.published", person, day, some_moment(chance, day), {
            "tier": chance.choices((1, 2, 3), (40, 35, 25))[0], "sentiment": _hundredths(chance.randint(-10, 95)),
            "reach": chance.randrange(2_000, 60_000), "visits": chance.randint(60, 420),
        })  # fmt: skip
    if day.weekday() == FRIDAY:
        fields = {"share_of_voice": _hundredths(chance.randint(14, 26)), "visits": chance.randint(20, 90)}
        yield _told("media.measured", person, day, some_moment(chance, day), fields)


def _events(chance: Random, person: Seller, day: date, number: int) -> Iterator[Message]:
    if number not in EVENT_WORKDAYS:
        return
    planned = chance.randrange(40, 130, 10)
    fields = {"satisfaction": chance.randint(74, 96), "currency": CURRENCY, "partner": chance.choice(("", "chamber"))}
    yield _told("event.hosted", person, day, some_moment(chance, day), fields | {
        "planned": planned, "attendees": planned * chance.randint(72, 118) // WHOLE, "leads": chance.randint(17, 34),
        "budget": format_minor(EVENT_BUDGET_MINOR),
        "spent": format_minor(EVENT_BUDGET_MINOR * chance.randint(82, 112) // WHOLE),
    })  # fmt: skip


def _forecasts(chance: Random, person: Seller, day: date, number: int) -> Iterator[Message]:
    if number in FORECAST_WORKDAYS:
        amount_minor = chance.randrange(100_000_000, 120_000_000, 100_000)
        yield _told("forecast.submitted", person, day, some_moment(chance, day), {
            "month": str(Period.of(day)), "amount": format_minor(amount_minor), "currency": CURRENCY,
        })  # fmt: skip


def _receivables(chance: Random, person: Seller, day: date, number: int) -> Iterator[Message]:
    del number
    if day.weekday() == FRIDAY:
        overdue = format_minor(chance.randrange(6_000_000, 11_000_000, 50_000))
        fields = {"overdue": overdue, "currency": CURRENCY}
        yield _told("receivables.measured", person, day, some_moment(chance, day), fields)


def _hundredths(number: int) -> str:
    return str(Decimal(number).scaleb(-2))


TELLERS: Mapping[str, Teller] = {
    "internet_marketer": _campaigns,
    "pr": _press,
    "event_manager": _events,
    "head_of_sales": _forecasts,
    "commercial_director": _receivables,
}
"""Who tells what."""
