"""The history of the demo company: the same for the same seed and day, in order of arrival, with the usual mishaps."""

from __future__ import annotations

from collections import Counter

from service.cli.demo.history import TRAINEE, TRAINEE_CALLS, history
from service.cli.demo.message import Message
from service.cli.demo.telephone_list import SELLERS
from tests.cli.demo.companies import CALENDAR, SEED, SPAN, a_company


def told(seed: int = SEED) -> list[Message]:
    return history(seed, a_company(seed=seed), SPAN, CALENDAR)


def test_the_same_seed_and_day_tell_the_same_history() -> None:
    assert told() == told()
    assert told(1) != told(2)


def test_messages_come_in_the_order_of_arrival_and_never_before_they_happened() -> None:
    messages = told()
    arrivals = [message.arrives_at for message in messages]
    assert arrivals == sorted(arrivals)
    assert all(message.happened_at <= message.arrives_at <= SPAN.until for message in messages)


def test_nothing_happens_outside_the_two_months_or_on_free_days() -> None:
    days = {message.happened_at.date() for message in told()}
    assert min(days) >= SPAN.first_month.first_day
    assert max(days) == SPAN.until.date()
    assert all(CALENDAR.is_workday(day) for day in days)


def test_some_messages_are_late_and_some_are_repeated_word_for_word() -> None:
    messages = told()
    assert any((message.arrives_at - message.happened_at).total_seconds() > 3600 for message in messages)
    times = Counter(message.external_id for message in messages)
    repeated = {external_id for external_id, count in times.items() if count > 1}
    assert repeated
    bodies = {str(message.body) for message in messages if message.external_id in repeated}
    assert len(bodies) == len(repeated)


def test_a_trainee_without_an_alias_makes_some_calls() -> None:
    calls = {message.external_id for message in told() if message.body["subject"] == TRAINEE}
    assert len(calls) == TRAINEE_CALLS


def test_the_history_of_a_later_day_continues_that_of_an_earlier_one() -> None:
    """A day more adds messages; it does not rewrite what was told before."""
    earlier = {message.external_id: message.body for message in told() if message.body["subject"] != TRAINEE}
    days_later = SPAN.until.replace(day=18)
    later = history(SEED, a_company(), type(SPAN)(SPAN.first_month, days_later), CALENDAR)
    later_bodies = {message.external_id: message.body for message in later}
    assert all(later_bodies[external_id] == body for external_id, body in earlier.items())


def test_nobody_is_told_of_before_being_hired() -> None:
    company = a_company(len(SELLERS), with_staff=True)
    hired = {seller.crm_user: seller.person.hired_on for seller in company.sellers + company.staff}
    for message in history(SEED, company, SPAN, CALENDAR):
        user = str(message.body["subject"])
        assert user == TRAINEE or message.happened_at.date() >= hired[user]
