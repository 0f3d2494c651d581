"""One recorded call, from the webhook of its CRM to a cent on a statement, and back by its receipt."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from flask.testing import FlaskClient

from service.config import ROOT
from service.domain.event import receipt_id
from service.domain.period import Period
from service.domain.person import Alias
from service.domain.source import SourceKind, new_source
from service.flows.add_source import add_source
from service.runtime import Runtime
from service.store.aliases import replace_aliases
from tests.application import Clock, Keys
from tests.company import CLOSER, Company, small_rules

RECORDED = ROOT.parent / "shared" / "samples" / "crm" / "bitrix24-ONVOXIMPLANTCALLEND.form.txt"
SOURCE = "bitrix-main"
MARCH = Period(2026, 3)
AFTER_THE_CALL = datetime(2026, 3, 11, 15, 0, tzinfo=UTC)
EARLY_APRIL = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)

A_CENT_A_CONVERSATION = (
    CLOSER.replace("2026-01-01", "2026-03-01")
    .replace('version: "1"', 'version: "2"')
    .replace("each: 1.5", "each: 0.01")
    .replace("per_call: 3.00", "per_call: 0.02")
    .replace("total: 786.00", "total: 783.02")
)


@pytest.fixture
def recorded() -> dict[str, str]:
    """The fields of the recorded message: an outgoing call that nobody answered."""
    if not RECORDED.exists():
        pytest.skip("the recorded messages are not on this machine")
    return dict(parse_qsl(RECORDED.read_text(), keep_blank_values=True))


@pytest.fixture
def answered(recorded: dict[str, str]) -> dict[str, str]:
    """The same call, had it been answered and talked through for three minutes and five seconds."""
    call = {"data[CALL_ID]": "externalCall.answered.1", "data[CALL_DURATION]": "185", "data[CALL_FAILED_CODE]": "200"}
    return recorded | call | {"data[CALL_FAILED_REASON]": "Success call"}


@pytest.fixture
def company(runtime: Runtime, clock: Clock, recorded: dict[str, str]) -> Company:
    """A company whose CRM is Bitrix24, where Ann is the user of the recorded call; a conversation pays a cent."""
    clock.now = AFTER_THE_CALL
    found = Company(runtime, now=AFTER_THE_CALL)
    found.found(["ann"])
    found.publish(small_rules(A_CENT_A_CONVERSATION))
    user, token = recorded["data[PORTAL_USER_ID]"], recorded["auth[application_token]"]
    with runtime.transaction() as session:
        add_source(session, new_source(SOURCE, SourceKind.BITRIX24, token, now=found.now))
        replace_aliases(session, [(SOURCE, user)], [Alias(SOURCE, user, "ann", date(2026, 1, 1))])
    return found


def sent(client: FlaskClient, message: dict[str, str]) -> Any:
    answer = client.post(
        f"/v1/hooks/{SOURCE}", data=urlencode(message), content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 202
    return answer.get_json()["results"][0]


def amounts(statement: Any) -> dict[str, str]:
    return {line["rule"]: line["amount"] for line in statement["document"]["lines"]}


def test_a_call_becomes_a_cent_on_a_statement_and_is_found_again_by_its_receipt(
    company: Company, client: FlaskClient, clock: Clock, keys: Keys, answered: dict[str, str]
) -> None:
    result = sent(client, answered)
    assert result["status"] == "accepted"
    company.refresh()
    clock.now = company.now = EARLY_APRIL
    for earlier in (Period(2026, 1), Period(2026, 2), MARCH):
        company.close(earlier)
    auditor = keys("admin")
    statement = client.get("/v1/statements/ann/2026-03", headers=auditor).get_json()
    assert amounts(statement)["per_call"] == "0.01"
    (counted,) = statement["document"]["events"]["receipts"]["calls"]
    assert counted == {"receipt_id": result["receipt_id"], "value": "1"}
    trace = client.get(f"/v1/events/{counted['receipt_id']}", headers=auditor).get_json()
    assert (trace["source"], trace["id"]) == (SOURCE, answered["data[CALL_ID]"])
    assert trace["person"] == "ann"
    assert trace["event"]["data"]["talk_s"] == 185
    (counted_for,) = trace["counted_for"]
    assert (counted_for["person"], counted_for["day"]) == ("ann", "2026-03-11")
    assert {"metric": "calls", "value": "1"} in counted_for["facts"]
    assert counted_for["statement"]["hash"] == statement["document_hash"]


def test_the_recorded_call_itself_is_kept_once_and_pays_nothing(
    company: Company, client: FlaskClient, keys: Keys, recorded: dict[str, str]
) -> None:
    result = sent(client, recorded)
    assert result["receipt_id"] == receipt_id(SOURCE, recorded["data[CALL_ID]"])
    assert sent(client, recorded)["status"] == "duplicate"
    company.refresh()
    auditor = keys("admin")
    assert amounts(client.get("/v1/statements/ann/2026-03", headers=auditor).get_json())["per_call"] == "0.00"
    trace = client.get(f"/v1/events/{result['receipt_id']}", headers=auditor).get_json()
    assert trace["event"]["data"]["answered"] is False
