"""What the demo's staff tells by form has every field that the metrics of the roles read."""

from __future__ import annotations

import pytest

from service.cli.demo.company import working_days
from service.cli.demo.message import Message
from service.cli.demo.office import TELLERS, joined, office, snapshots
from service.config import ROOT
from service.plans import load_rules
from tests.cli.demo.companies import CALENDAR, FIRST_MONTH, SEED, a_company

COMPANY = a_company(27, with_staff=True)


def told_by(role: str) -> list[Message]:
    person = next(one for one in COMPANY.staff if one.role == role)
    return list(office(SEED, person, working_days(COMPANY, person, FIRST_MONTH.days, CALENDAR)))


@pytest.mark.parametrize("role", sorted(TELLERS))
def test_the_metrics_of_a_role_find_their_fields(role: str) -> None:
    metrics = load_rules(ROOT / "rules").vocabulary.metrics
    told = told_by(role)
    assert told
    for message in told:
        data = message.body["data"]
        assert isinstance(data, dict)
        wanted = {metric.field for metric in metrics.of_type(str(message.body["type"])) if metric.field}
        assert wanted <= set(data)


def test_the_company_holds_two_events_a_month_and_gives_two_forecasts() -> None:
    assert len(told_by("event_manager")) == len(told_by("head_of_sales")) == 2


def test_nobody_tells_the_same_twice() -> None:
    told = [message for role in TELLERS for message in told_by(role)]
    assert len({message.external_id for message in told}) == len(told)


def test_the_crm_counts_what_is_open_once_a_working_day() -> None:
    days = CALENDAR.workdays(FIRST_MONTH.days)
    assert [message.happened_at.date() for message in snapshots(SEED, COMPANY.sellers[0], days)] == days


def test_the_newcomer_joins_on_the_day_of_hire() -> None:
    (message,) = joined(COMPANY)
    newcomer = next(one for one in COMPANY.sellers if one.person_id == "daniel-okafor")
    assert message.body["subject"] == newcomer.crm_user
    assert message.happened_at.date() == newcomer.person.hired_on
