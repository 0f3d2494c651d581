"""`/v1/people/{id}/events`: what counted and what did not, with the reason."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from service.domain.event import Event, Operation
from service.runtime import Runtime
from tests.application import Clock, Keys
from tests.company import MID_OCTOBER, SOURCE, Company, a_call

ADDRESS = "/v1/people/ann/events?day=2026-10-15"


@pytest.fixture
def company(runtime: Runtime, clock: Clock) -> Company:
    """Ann made a call that counts, one too short, and one that was taken back."""
    clock.now = MID_OCTOBER
    found = Company(runtime)
    found.found()
    found.send(a_call("ann", "good"), a_call("ann", "short", talk_s=5), a_call("ann", "gone"))
    found.send(Event(SOURCE, "void", "event.voided", MID_OCTOBER, None, {}, op=Operation.VOID, target="gone"))
    found.refresh()
    return found


@pytest.mark.usefixtures("company")
def test_each_event_tells_what_it_counted_for_or_why_it_did_not(client: FlaskClient, keys: Keys) -> None:
    answer = client.get(ADDRESS, headers=keys("activity:read"))
    assert answer.status_code == 200, answer.text
    told = [(item["counted"], item["not_counted"]) for item in answer.get_json()]
    assert len(told) == 3
    counted = [item for item, missed in told if item and not missed]
    assert [[(part["metric"], part["value"]) for part in item] for item in counted] == [[("calls", "1")]]
    reasons = {missed[0]["reason"]: missed[0] for item, missed in told if missed and not item}
    assert reasons["talk_s"] == {"metric": "calls", "reason": "talk_s", "value": "5", "limit": "at least 20"}
    assert reasons["taken_back"]["metric"] is None


@pytest.mark.usefixtures("company")
def test_another_day_is_empty_and_nobody_is_unknown(client: FlaskClient, keys: Keys) -> None:
    header = keys("activity:read")
    assert client.get("/v1/people/ann/events", headers=header).get_json() != []
    assert client.get("/v1/people/ann/events?day=2026-10-14", headers=header).get_json() == []
    assert client.get("/v1/people/nobody/events", headers=header).status_code == 404
    assert client.get("/v1/people/ann/events?day=yesterday", headers=header).status_code == 422
