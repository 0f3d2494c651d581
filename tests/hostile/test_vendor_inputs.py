"""Nasty messages to /v1/hooks, each with exactly the answer the design asks for, from a real server on PostgreSQL."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import pytest

from service.domain.source import SourceKind
from tests.hostile.conftest import TOKEN, Target
from tests.journey.installation import Answer
from tests.vendors import fixture

FORM = "application/x-www-form-urlencoded"


def waits(target: Target, source: str) -> list[object]:
    """Why the events of a source wait, in the order they came."""
    query = "SELECT q.reason FROM quarantine q JOIN event e USING (event_id) WHERE e.source_id = %s ORDER BY event_id"
    return [reason for (reason,) in target.rows(query, source)]


def count(target: Target, source: str) -> int:
    """How many events of a source are kept."""
    return len(target.rows("SELECT 1 FROM event WHERE source_id = %s", source))


def a_deal(number: int, status: str, at: str, **changes: object) -> bytes:
    """A change of a deal as Pipedrive tells it."""
    told = {"id": number, "status": status, "value": 1500, "currency": "EUR", "owner_id": 17, "update_time": at}
    meta: dict[str, object] = {
        "id": f"m-{number}-{status}-{at}",
        "entity": "deal",
        "action": "change",
        "timestamp": at,
        "version": "2.0",
    }
    meta |= {"attempt": 1, "company_id": "1", "entity_id": str(number), "user_id": "17"} | changes
    return json.dumps({"data": told, "previous": {"status": "open"}, "meta": meta}).encode()


def test_05_a_retry_with_another_attempt_is_a_duplicate(target: Target) -> None:
    first = target.hook("pipe", a_deal(5, "won", "2026-11-20T10:00:00Z"))
    again = target.hook("pipe", a_deal(5, "won", "2026-11-20T10:00:00Z", attempt=2))
    assert first.status == again.status == 202
    assert {item["status"] for item in again.json["results"]} == {"duplicate"}


def a_property(target: Target, attempt: int) -> Answer:
    """A change of HubSpot, signed as its third version signs."""
    change = {
        "eventId": 100,
        "subscriptionId": 1,
        "portalId": 9,
        "appId": 3,
        "occurredAt": 1795431700000,
        "subscriptionType": "deal.propertyChange",
        "attemptNumber": attempt,
        "objectId": 8,
        "propertyName": "dealstage",
        "propertyValue": "closedwon",
    }
    body = json.dumps([change]).encode()
    stamp = str(int(time.time() * 1000))
    url = f"http://127.0.0.1:{target.installation.port}/v1/hooks/hub"
    told = f"POST{url}".encode() + body + stamp.encode()
    signature = base64.b64encode(hmac.new(TOKEN.encode(), told, hashlib.sha256).digest()).decode()
    headers = {"X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": stamp}
    return target.send(body, "/v1/hooks/hub", **headers)


def test_05_and_33_hubspot_signs_the_public_address_and_its_attempts_are_one(target: Target) -> None:
    first, again = a_property(target, 0), a_property(target, 3)
    assert (first.status, again.status) == (202, 202), first.text
    assert {item["status"] for item in again.json["results"]} <= {"duplicate"}


def test_33_the_host_a_request_names_plays_no_part(target: Target) -> None:
    body, stamp = b"[]", str(int(time.time() * 1000))
    told = b"POSThttp://elsewhere.example/v1/hooks/hub" + body + stamp.encode()
    signature = base64.b64encode(hmac.new(TOKEN.encode(), told, hashlib.sha256).digest()).decode()
    headers = {"X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": stamp}
    assert target.send(body, "/v1/hooks/hub", Host="elsewhere.example", **headers).status == 401


def test_10_changes_in_reverse_order_come_to_one_win(target: Target) -> None:
    for status, at in (("won", "2026-11-20T12:00:00Z"), ("open", "2026-11-20T11:00:00Z")):
        assert target.hook("pipe-order", a_deal(10, status, at)).status == 202
    told = target.rows("SELECT external_id FROM event WHERE source_id = 'pipe-order' AND type = 'deal.won'")
    assert len(told) == 1, "one win, neither doubled nor corrected"


def a_move(number: int, status: int, before: int) -> bytes:
    """A move of a deal as amoCRM tells it; its clock knows seconds only."""
    at = "leads[status][0]"
    fields = {"id": number, "status_id": status, "old_status_id": before, "price": "1500", "last_modified": 1795431700}
    fields |= {"responsible_user_id": 17, "pipeline_id": 31, "account_id": 900}
    told = {f"{at}[{name}]": str(value) for name, value in fields.items()} | {"account[subdomain]": "acme"}
    return urlencode(told).encode()


def test_11_won_lost_and_won_again_within_a_second_are_three_and_no_win_is_lost(target: Target) -> None:
    for status, before in ((142, 501), (143, 142), (142, 143)):
        assert target.hook("amo", a_move(11, status, before), FORM).status == 202
    wins = target.rows("SELECT 1 FROM event WHERE source_id = 'amo' AND type = 'deal.won'")
    losses = target.rows("SELECT 1 FROM event WHERE source_id = 'amo' AND type = 'deal.lost'")
    assert (len(wins), len(losses)) == (2, 1)


@pytest.mark.parametrize(
    ("start", "wanted"),
    [("2026-03-29 03:30:00", "2026-03-29T01:31"), ("2026-10-25 03:30:00", "2026-10-25T00:31")],
    ids=["skipped: moved forward", "shown twice: the first"],
)
def test_15_a_local_time_the_clock_skipped_or_showed_twice_is_resolved_and_flagged(
    target: Target, start: str, wanted: str
) -> None:
    number = f"pbx-{start[:10]}"
    message = {"event": "NOTIFY_END", "call_start": start, "pbx_call_id": number, "caller_id": "+359888123456"}
    message |= {"called_did": "35924001000", "internal": "101", "duration": "95", "disposition": "answered"}
    assert zadarma(target, message).status == 200
    [(occurred_at, document)] = target.rows(
        "SELECT occurred_at::text, document FROM event WHERE external_id LIKE %s", f"%{number}%"
    )
    assert str(occurred_at).replace(" ", "T").startswith(wanted)
    assert "clock_change" in str(document)


def zadarma(target: Target, message: dict[str, str], body: bytes | None = None, content_type: str = FORM) -> Answer:
    """A notification, signed over its numbers and its start as Zadarma signs."""
    parts = (message["caller_id"], message["called_did"], message["call_start"])
    digest = hmac.new(TOKEN.encode(), "".join(parts).encode(), hashlib.sha1).hexdigest()
    signature = base64.b64encode(digest.encode()).decode()
    sent = urlencode(message).encode() if body is None else body
    return target.send(sent, "/v1/hooks/zadarma", Content_Type=content_type, Signature=signature)


def test_35_a_source_that_is_none_or_that_proves_nothing_takes_nothing(target: Target) -> None:
    before = target.deliveries()
    assert target.send({}, "/v1/hooks/nobody").status == 404
    assert target.send({}, "/v1/hooks/crm").status == 404
    assert target.send(a_deal(35, "won", "2026-11-20T10:00:00Z"), "/v1/hooks/pipe/another-secret").status == 404
    assert target.deliveries() == before


ODD_FORMS = {
    "a path that is a word and a map": b"[note][type]=3&[note][type][message_uuid]=x",
    "a bracket that never closes": b"leads[status][0][=1",
    "5,001 fields": "&".join(f"x{number}=1" for number in range(5_001)).encode(),
    "a list of a hundred million": b"a[99999999][b]=1",
    "random bytes": bytes(range(256)),
}


@pytest.mark.parametrize("name", ODD_FORMS)
def test_36_a_form_nobody_could_read_is_stored_and_answered(target: Target, name: str) -> None:
    before = target.deliveries()
    assert target.hook("amo", ODD_FORMS[name], FORM).status == 202
    assert target.deliveries() == before + 1


def test_37_a_form_in_parts_with_another_boundary_is_stored_and_waits(target: Target) -> None:
    body = fixture(SourceKind.ZADARMA, "NOTIFY_END.multipart.txt")
    message = {"caller_id": "+359888123456", "called_did": "35924001000", "call_start": "2026-11-23 13:00:00"}
    before = target.deliveries()
    answer = zadarma(target, message, body, "multipart/form-data; boundary=another-one")
    assert (answer.status, answer.text) == (200, "")
    assert target.deliveries() == before + 1
    assert waits(target, "zadarma")[-1] == "adapter_error"


SOAP = "text/xml; charset=utf-8"


@pytest.mark.parametrize(
    ("name", "added", "waiting"), [("doctype.xml", 1, 1), ("empty.xml", 0, 0), ("hundred-one-bad.xml", 100, 1)]
)
def test_38_soap_is_acknowledged_whatever_it_holds(target: Target, name: str, added: int, waiting: int) -> None:
    before, reasons = count(target, "sales"), len(waits(target, "sales"))
    answer = target.hook("sales", fixture(SourceKind.SALESFORCE, name), SOAP)
    assert (answer.status, "<Ack>true</Ack>" in answer.text.replace("soapenv:", "")) == (200, True)
    kept = target.rows("SELECT body FROM delivery WHERE source_id = 'sales' ORDER BY received_at DESC LIMIT 1")
    assert b"root:" not in bytes(kept[0][0])  # type: ignore[call-overload] # a body is bytes
    unknown = len([reason for reason in waits(target, "sales")[reasons:] if reason != "unresolved_subject"])
    assert (count(target, "sales") - before >= added, unknown >= waiting) == (True, True)


def test_39_the_ping_of_a_new_address_is_stored_and_never_paid(target: Target) -> None:
    headers = {"x-ms-dynamics-request-name": "URL_VALIDATION"}
    assert target.hook("dynamics", b"{}", **headers).status == 202
    assert "test_event" in waits(target, "dynamics")


@pytest.mark.parametrize(("told", "echoed"), [("abc-123", "abc-123"), ("<script>", ""), ("x" * 65, "")])
def test_39_an_echo_is_given_for_a_plain_word_alone(target: Target, told: str, echoed: str) -> None:
    before = target.deliveries()
    answer = target.send(b"", f"/v1/hooks/zadarma?{urlencode({'zd_echo': told})}", "GET")
    assert (answer.status, answer.text) == (200, echoed)
    assert target.deliveries() == before


@pytest.mark.parametrize("content_type", ["", "text/plain", "APPLICATION/JSON", "nonsense"])
def test_26_a_vendor_may_name_any_media_type(target: Target, content_type: str) -> None:
    body = a_deal(26, "open", f"2026-11-2{len(content_type) % 3}T10:00:00Z")
    assert target.hook("pipe", body, content_type).status == 202


def test_32_garbage_in_place_of_a_signature_is_401(target: Target) -> None:
    for signature in ("garbage", "", "\xe9" * 40, "A" * 8000):
        headers = {"X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": "nan"}
        assert target.send(b"[]", "/v1/hooks/hub", **headers).status == 401
