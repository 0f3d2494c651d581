"""Corrections by receipt, and facts that no CRM holds: taken once somebody else has confirmed what needs it."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from service.domain.event import receipt_id
from service.jobs.pipeline import rebuild
from service.runtime import Runtime
from service.store.tables import period
from tests.application import Clock, Keys
from tests.intake import CRM, NOW, Intake, call

NOVEMBER = NOW.replace(month=11)

FORM = {
    "month": "2026-10",
    "facts": [
        {"fact": "spend", "person": "ann", "amount": "120.50", "currency": "EUR", "channel": "ads"},
        {"fact": "forecast", "person": "ann", "day": "2026-10-05", "month": "2026-11", "amount": "900.00"},
    ],
}


@pytest.fixture
def intake(runtime: Runtime, clock: Clock) -> Intake:
    clock.now = NOW
    return Intake(runtime).found(people=("ann",))


@pytest.fixture
def sender(intake: Intake, keys: Keys) -> dict[str, str]:
    del intake
    return keys("events:write", "events:read", source=CRM)


@pytest.fixture
def other(keys: Keys) -> dict[str, str]:
    return keys("proposals:confirm")


def close_october(runtime: Runtime) -> None:
    with runtime.transaction() as session:
        if not session.execute(update(period).values(state="closed")).rowcount:  # type: ignore[attr-defined] # of a cursor
            session.execute(period.insert().values(period="2026-10", state="closed", version=1))


def ask(client: FlaskClient, headers: dict[str, str], path: str, body: object) -> tuple[int, Any]:
    answer = client.post(path, json=body, headers=headers)
    return answer.status_code, answer.get_json()


def talk(intake: Intake) -> int:
    return intake.facts().get(("ann", "talk"), 0)


def test_an_event_of_an_open_month_is_taken_back_at_once_and_once(
    intake: Intake, client: FlaskClient, sender: dict[str, str], keys: Keys
) -> None:
    intake.send(call("c1", talk_s=60), call("c2", talk_s=30))
    path = f"/v1/events/{receipt_id(CRM, 'c1')}:void"
    status, answer = ask(client, sender, path, {"why": "It was a test."})
    assert (status, answer["summary"]) == (202, {"accepted": 1})
    assert talk(intake) == 30
    assert ask(client, sender, path, {"why": "Again."})[1]["summary"] == {"duplicate": 1}
    rebuild()
    assert talk(intake) == 30
    entries: Any = client.get("/v1/audit?what=event.corrected", headers=keys("audit:read")).get_json()
    assert entries["entries"][-1]["detail"] == {"op": "void", "why": "It was a test."}


def test_what_replaces_an_event_keeps_what_is_not_said_anew(
    intake: Intake, client: FlaskClient, sender: dict[str, str]
) -> None:
    intake.send(call("c1", talk_s=60))
    body = {"why": "Measured anew.", "data": {"direction": "out", "talk_s": 45}}
    path = f"/v1/events/{receipt_id(CRM, 'c1')}:replace"
    assert ask(client, sender, path, body)[1]["summary"] == {"accepted": 1}
    assert talk(intake) == 45
    assert ask(client, sender, path, body)[1]["summary"] == {"duplicate": 1}


def test_a_correction_of_a_closed_month_waits_for_another_key(
    intake: Intake, client: FlaskClient, sender: dict[str, str], other: dict[str, str]
) -> None:
    intake.send(call("c1", talk_s=60))
    close_october(intake.runtime)
    status, proposal = ask(client, sender, f"/v1/events/{receipt_id(CRM, 'c1')}:void", {"why": "A mistake."})
    assert (status, proposal["state"], proposal["kind"]) == (202, "open", "void")
    assert talk(intake) == 60
    (listed,) = client.get("/v1/proposals", headers=other).get_json()
    assert (listed["why"], listed["events"][0]["target"]) == ("A mistake.", "c1")
    status, answer = ask(client, other, f"/v1/proposals/{proposal['proposal_id']}:confirm", {})
    assert (status, answer["results"][0]["status"], answer["results"][0]["late"]) == (202, "accepted", True)
    assert talk(intake) == 0
    assert ask(client, other, f"/v1/proposals/{proposal['proposal_id']}:confirm", {})[1]["code"] == "proposal_decided"


def test_nobody_confirms_their_own_proposal_but_may_take_it_back(
    intake: Intake, client: FlaskClient, keys: Keys
) -> None:
    both = keys("events:write", "proposals:confirm", source=CRM)
    intake.send(call("c1", talk_s=60))
    close_october(intake.runtime)
    _, proposal = ask(client, both, f"/v1/events/{receipt_id(CRM, 'c1')}:void", {"why": "A mistake."})
    path = f"/v1/proposals/{proposal['proposal_id']}"
    status, refused = ask(client, both, f"{path}:confirm", {})
    assert (status, refused["code"]) == (409, "same_person")
    assert talk(intake) == 60
    assert ask(client, both, f"{path}:refuse", {})[0] == 200
    assert client.get("/v1/proposals", headers=both).get_json() == []
    assert ask(client, both, "/v1/proposals/prp_x:refuse", {})[1]["code"] == "unknown_proposal"


def test_a_source_corrects_its_own_events_alone_and_says_why(
    intake: Intake, client: FlaskClient, sender: dict[str, str], keys: Keys
) -> None:
    intake.send(call("c1"))
    path = f"/v1/events/{receipt_id(CRM, 'c1')}:void"
    assert ask(client, keys("events:write", source="phone"), path, {"why": "x"})[1]["code"] == "unknown_event"
    assert ask(client, sender, path, {"why": ""})[1]["code"] == "why_missing"
    assert (
        ask(client, sender, f"/v1/events/{receipt_id(CRM, 'c1')}:replace", {"why": "x", "data": {"talk_s": -1}})[1][
            "code"
        ]
        == "events_refused"
    )


def test_a_form_counts_when_somebody_else_has_confirmed_it_and_only_once(
    client: FlaskClient, sender: dict[str, str], other: dict[str, str], clock: Clock
) -> None:
    clock.now = NOVEMBER
    status, proposal = ask(client, sender, "/v1/manual-facts", FORM)
    assert (status, proposal["kind"], proposal["subject"]) == (202, "manual_facts", "2026-10")
    assert [event["id"] for event in proposal["events"]] == [
        "manual:2026-10:spend:ann:",
        "manual:2026-10:forecast:ann:",
    ]
    assert (
        client.get(f"/v1/events?source=crm&external_id={proposal['events'][0]['id']}", headers=sender).status_code
        == 404
    )
    _, answer = ask(client, other, f"/v1/proposals/{proposal['proposal_id']}:confirm", {})
    assert answer["summary"] == {"accepted": 2}
    told: Any = client.get(
        f"/v1/events?source=crm&external_id={proposal['events'][0]['id']}", headers=sender
    ).get_json()
    assert (told["day"], told["event"]["data"]["amount"]) == ("2026-10-31", "120.50")
    _, again = ask(client, sender, "/v1/manual-facts", FORM)
    _, answer = ask(client, other, f"/v1/proposals/{again['proposal_id']}:confirm", {})
    assert answer["summary"] == {"duplicate": 2}


def test_a_form_of_a_month_that_goes_on_names_its_days(client: FlaskClient, sender: dict[str, str]) -> None:
    fact = {"fact": "spend", "person": "ann", "amount": "1.00"}
    assert ask(client, sender, "/v1/manual-facts", {"month": "2026-10", "facts": [fact]})[0] == 422
    assert (
        ask(client, sender, "/v1/manual-facts", {"month": "2026-10", "facts": [fact | {"day": "2026-10-19"}]})[0] == 202
    )


def test_a_table_is_a_form_too(
    client: FlaskClient, sender: dict[str, str], other: dict[str, str], clock: Clock
) -> None:
    clock.now = NOVEMBER
    table = "fact,person,name,tier,sentiment,amount,currency\npress,ann,daily,1,0.5,,\nspend,ann,,,,10.00,EUR\n"
    answer = client.post(
        "/v1/manual-facts?month=2026-10", data=table.encode(), headers=sender | {"Content-Type": "text/csv"}
    )
    proposal: Any = answer.get_json()
    assert answer.status_code == 202, answer.text
    assert proposal["events"][0]["data"] == {"tier": 1, "sentiment": "0.5"}
    assert ask(client, other, f"/v1/proposals/{proposal['proposal_id']}:confirm", {})[1]["summary"] == {"accepted": 2}


@pytest.mark.parametrize(
    "body",
    [
        {"month": "2026-10", "facts": []},
        {"month": "2026-10", "facts": [{"fact": "gossip", "person": "ann"}]},
        {"month": "2026-10", "facts": [{"fact": "spend", "person": "ann", "day": "2026-11-01", "amount": "1.00"}]},
        {"month": "2026-10", "facts": [{"fact": "spend", "person": "ann", "amount": "a lot"}]},
        {"month": "2026-10", "facts": [{"fact": "spend", "amount": "1.00"}]},
        {"month": "soon", "facts": [{"fact": "spend", "person": "ann", "amount": "1.00"}]},
        {"month": "2026-10"},
    ],
)
def test_a_form_with_a_mistake_is_refused_as_a_whole(
    client: FlaskClient, sender: dict[str, str], other: dict[str, str], clock: Clock, body: object
) -> None:
    clock.now = NOVEMBER
    assert ask(client, sender, "/v1/manual-facts", body)[0] == 422
    assert client.get("/v1/proposals", headers=other).get_json() == []
