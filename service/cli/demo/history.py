"""The history of the demo company: every message of its two months, in the order of arrival."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from service.cli.demo.chance import dice
from service.cli.demo.company import Company, Seller, working_days
from service.cli.demo.message import Message
from service.cli.demo.office import joined, office, snapshots
from service.cli.demo.sales import sales
from service.cli.demo.sources import ACCEPTED_PERCENT, credited, leads
from service.cli.demo.working_day import HABITS, LONGEST_NOTICE_DAYS, meetings, working_day
from service.domain.calendar import WorkCalendar
from service.domain.period import Period

TRAINEE = "900"
"""A CRM user nobody has told us about; what this one does waits in quarantine."""

TRAINEE_CALLS = 12

LATE_PER_THOUSAND = 6
"""Telephones without a signal, laptops closed on the train: told hours or days later."""

REPEATED_PER_THOUSAND = 4
"""Messages that the CRM sends again, unsure of our answer."""

LATEST_S = 3 * 24 * 3600
"""Longest delay of a late message."""

LATE_PAYMENTS_PER_THOUSAND = 25
"""Payments that the books show only when the bank's letter is opened; some of them after their month has closed."""

LATEST_PAYMENT_S = 16 * 24 * 3600

THOUSAND = 1000

SATURDAYS_AND_HOLIDAYS = 7
"""Days that a booking may lie further back than its notice says."""


@dataclass(frozen=True, slots=True)
class Span:
    """The two months that the demo tells of, and the moment up to which it tells."""

    first_month: Period
    until: datetime

    @property
    def months(self) -> tuple[Period, Period, Period]:
        """The past month, the present one, and the one whose sales are already on their way."""
        return self.first_month, self.first_month.following, self.first_month.following.following

    @property
    def days(self) -> list[date]:
        """All days of the three months."""
        return [day for month in self.months for day in month.days]


def history(seed: int, company: Company, span: Span, calendar: WorkCalendar) -> list[Message]:
    """Everything the CRM tells within the span, in the order of arrival: some of it late, some of it twice."""
    told = [message for seller in company.sellers for message in _of_seller(seed, company, seller, span, calendar)]
    told = [credited(seed, company, message) for message in told]
    told += [message for person in company.staff for message in _of_staff(seed, company, person, span, calendar)]
    told += [*joined(company), *_of_trainee(seed, company, span, calendar)]
    told = [message for message in told if _within(message, span)]
    return sorted(_delivered(seed, told, span), key=lambda message: (message.arrives_at, message.external_id))


def _of_seller(seed: int, company: Company, seller: Seller, span: Span, calendar: WorkCalendar) -> Iterator[Message]:
    days = working_days(company, seller, span.days, calendar)
    today = span.until.date()
    for day in days:
        if day <= today:
            yield from working_day(seed, seller, day)
        if day <= today + timedelta(days=LONGEST_NOTICE_DAYS + SATURDAYS_AND_HOLIDAYS):
            yield from meetings(seed, seller, day, calendar)
    for month in span.months:
        yield from sales(seed, seller, month, days)
    yield from snapshots(seed, seller, days)


def _of_staff(seed: int, company: Company, person: Seller, span: Span, calendar: WorkCalendar) -> Iterator[Message]:
    """What the others do: the calls of lead generators, the meetings of group leads, leads, and what forms tell."""
    days = working_days(company, person, span.days, calendar)
    if (person.role, person.assignment.grade) in HABITS:
        for day in days:
            yield from working_day(seed, person, day)
            yield from meetings(seed, person, day, calendar)
    if person.role in ACCEPTED_PERCENT:
        yield from leads(seed, company, person, days)
    yield from office(seed, person, days)


def _of_trainee(seed: int, company: Company, span: Span, calendar: WorkCalendar) -> list[Message]:
    """Some calls of a colleague under a user id that no alias knows."""
    chance = dice(seed, "trainee")
    days = [day for day in calendar.workdays(span.days) if day <= span.until.date()]
    calls = [
        message
        for message in working_day(seed, company.sellers[0], chance.choice(days))
        if message.body["type"] == "call.ended"
    ]
    return [
        replace(call, body={**call.body, "id": f"{call.external_id}-{TRAINEE}", "subject": TRAINEE})
        for call in chance.sample(calls, min(TRAINEE_CALLS, len(calls)))
    ]


def _within(message: Message, span: Span) -> bool:
    return span.first_month.first_day <= message.happened_at.date() and message.happened_at <= span.until


def _delivered(seed: int, told: Sequence[Message], span: Span) -> Iterator[Message]:
    """The same messages as they arrive: late ones by `LATEST_S` at most, repeated ones once more within the hour."""
    chance = dice(seed, "delivery")
    for message in told:
        roll = chance.randrange(THOUSAND)
        if roll < LATE_PER_THOUSAND:
            yield _later(message, chance.randrange(3600, LATEST_S), span)
        elif message.body["type"] == "payment.received" and roll < LATE_PAYMENTS_PER_THOUSAND:
            yield _later(message, chance.randrange(LATEST_S, LATEST_PAYMENT_S), span)
        else:
            yield _later(message, 0, span)
        if roll >= THOUSAND - REPEATED_PER_THOUSAND:
            yield _later(message, chance.randrange(30, 3600), span)


def _later(message: Message, seconds: int, span: Span) -> Message:
    arrives_at = min(message.arrives_at + timedelta(seconds=seconds), span.until)
    return message if arrives_at == message.arrives_at else replace(message, arrives_at=arrives_at)
