"""Our own format: what becomes an event, what waits, and what is rejected with its place."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.event import VOID_TYPE, Item, JsonValue, Operation, Part, QuarantineReason, content_hash
from service.sources.json_text import read_json
from service.sources.native import (
    MAX_ITEM_BYTES,
    MAX_ITEMS,
    TooManyItemsError,
    TopLevelError,
    read_items,
)


def an_event(**changes: Any) -> dict[str, Any]:
    """A payment as a sender writes it."""
    plain = {
        "id": "p1",
        "type": "payment.received",
        "time": "2026-11-23T10:15:00Z",
        "subject": "u17",
        "data": {"deal_id": "8", "amount": "1500.00", "currency": "EUR"},
    }
    return {key: value for key, value in (plain | changes).items() if value is not ...}


def read(*items: object, source: str = "crm") -> list[Item]:
    body = json.dumps(items).encode()
    return read_items(read_json(body), source, len(body))


def only(document: object) -> Item:
    body = json.dumps(document).encode()
    (item,) = read_items(read_json(body), "crm", len(body))
    return item


def test_an_event_is_read_field_by_field() -> None:
    item = only(
        an_event(
            source="crm",
            version=3,
            credit=[{"person": "u17", "part": "closer", "share": 60}, {"person": "u9", "part": "lead_source"}],
        )
    )
    event = item.event
    assert event is not None
    assert (event.source_id, event.external_id, event.type) == ("crm", "p1", "payment.received")
    assert event.occurred_at == datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
    assert (event.subject, event.version, event.op) == ("u17", 3, None)
    assert [(claim.subject, claim.part, claim.share_percent) for claim in event.credit] == [
        ("u17", Part.CLOSER, Decimal(60)),
        ("u9", Part.LEAD_SOURCE, None),
    ]
    assert event.data == {"deal_id": "8", "amount": "1500.00", "currency": "EUR"}
    assert item.quarantine is None


REJECTED = {
    "id missing": (an_event(id=...), "missing_field", "/id"),
    "id null": (an_event(id=None), "missing_field", "/id"),
    "id a number": (an_event(id=7), "invalid_id", "/id"),
    "id empty": (an_event(id=""), "invalid_id", "/id"),
    "id too long": (an_event(id="a" * 256), "invalid_id", "/id"),
    "id endless": (an_event(id="a" * 6_000), "invalid_id", "/id"),
    "id with an emoji": (an_event(id="😀"), "invalid_id", "/id"),
    "id with a line break": (an_event(id="a\r\nb"), "invalid_id", "/id"),
    "id with NUL": (an_event(id="a\0"), "invalid_text", ""),
    "text with NUL": (an_event(data={"note": "a\0"}), "invalid_text", ""),
    "half a surrogate pair": (an_event(data={"note": "\ud800"}), "invalid_text", ""),
    "type missing": (an_event(type=...), "missing_field", "/type"),
    "type no verb": (an_event(type="deal"), "invalid_type", "/type"),
    "type a list": (an_event(type=["deal.won"]), "invalid_type", "/type"),
    "time missing": (an_event(time=...), "missing_field", "/time"),
    "time without offset": (an_event(time="2026-11-23T10:15:00"), "invalid_time", "/time"),
    "time 24:00": (an_event(time="2026-11-23T24:00:00Z"), "invalid_time", "/time"),
    "time in year 0": (an_event(time="0000-11-23T10:00:00Z"), "invalid_time", "/time"),
    "time a number": (an_event(time=1_732_356_900), "invalid_time", "/time"),
    "source of another": (an_event(source="other"), "source_mismatch", "/source"),
    "source a list": (an_event(source=["crm"]), "source_mismatch", "/source"),
    "subject a number": (an_event(subject=17), "invalid_subject", "/subject"),
    "unknown key": (an_event(value=3), "unknown_field", ""),
    "version a text": (an_event(version="3"), "invalid_version", "/version"),
    "version true": (an_event(version=True), "invalid_version", "/version"),
    "data a list": (an_event(data=[]), "invalid_field", "/data"),
    "amount NaN": (an_event(data={"amount": "NaN"}), "invalid_amount", "/data/amount"),
    "amount Infinity": (an_event(data={"amount": "-Infinity"}), "invalid_amount", "/data/amount"),
    "amount with an exponent": (an_event(data={"amount": "1E+1000000"}), "invalid_amount", "/data/amount"),
    "amount of fractions of a cent": (an_event(data={"amount": "0.001"}), "invalid_amount", "/data/amount"),
    "amount negative": (an_event(data={"amount": "-1.00"}), "invalid_amount", "/data/amount"),
    "payment of nothing": (an_event(data={"amount": 0}), "invalid_amount", "/data/amount"),
    "amount true": (an_event(data={"amount": True}), "invalid_amount", "/data/amount"),
    "amount of 17 digits": (an_event(data={"amount": "1" * 17}), "invalid_amount", "/data/amount"),
    "currency in small letters": (an_event(data={"currency": "eur"}), "invalid_currency", "/data/currency"),
    "flag a word": (an_event(data={"first_payment": "yes"}), "invalid_field", "/data/first_payment"),
    "credit no list": (an_event(credit={}), "invalid_credit", "/credit"),
    "credit without person": (an_event(credit=[{"part": "owner"}]), "invalid_credit", "/credit/0/person"),
    "credit of no part": (an_event(credit=[{"person": "u", "part": []}]), "invalid_credit", "/credit/0/part"),
    "share beyond all": (
        an_event(credit=[{"person": "u", "part": "owner", "share": 101}]),
        "invalid_field",
        "/credit/0/share",
    ),
    "op unknown": (an_event(op="undo", target="x"), "invalid_op", "/op"),
    "op a list": (an_event(op=[], target="x"), "invalid_op", "/op"),
    "op without target": (an_event(op="void"), "missing_field", "/target"),
    "target without op": (an_event(target="x"), "invalid_op", "/op"),
    "target itself": (an_event(op="void", target="p1"), "invalid_target", "/target"),
}


@pytest.mark.parametrize(("sent", "code", "pointer"), REJECTED.values(), ids=REJECTED)
def test_a_wrong_item_is_rejected_with_its_place_and_the_others_are_not(sent: Any, code: str, pointer: str) -> None:
    before, item, after = read(an_event(id="before"), sent, an_event(id="after"))
    assert item.event is None
    assert item.rejection is not None
    assert (item.rejection.code, item.rejection.pointer) == (code, f"/1{pointer}")
    assert before.event is not None
    assert after.event is not None


def test_the_pointer_of_a_single_event_starts_at_the_document() -> None:
    rejection = only(an_event(time="yesterday")).rejection
    assert rejection is not None
    assert rejection.pointer == "/time"


def test_a_rejection_names_the_id_where_there_is_one() -> None:
    assert only(an_event(time="yesterday")).external_id == "p1"
    assert only(an_event(id=7)).external_id is None


@pytest.mark.parametrize("text", ["../../etc", "'; DROP TABLE event; --", "<script>alert(1)</script>", "a b~"])
def test_any_printable_id_is_kept_as_it_is(text: str) -> None:
    event = only(an_event(id=text)).event
    assert event is not None
    assert event.external_id == text


@pytest.mark.parametrize("document", [None, 7, "x", True])
def test_a_document_that_is_no_event_and_no_list_is_refused(document: JsonValue) -> None:
    with pytest.raises(TopLevelError):
        read_items(document, "crm", 10)


def test_an_empty_list_is_a_request_without_items() -> None:
    assert read() == []


def test_an_item_that_is_no_object_is_rejected_alone() -> None:
    number, good = read(7, an_event())
    assert number.rejection is not None
    assert number.rejection.code == "not_an_object"
    assert good.event is not None


def test_more_items_than_the_limit_are_refused_as_a_whole() -> None:
    assert len(read_items([{}] * MAX_ITEMS, "crm", 10)) == MAX_ITEMS
    with pytest.raises(TooManyItemsError):
        read_items([{}] * (MAX_ITEMS + 1), "crm", 10)


def test_an_item_over_its_limit_is_rejected_alone() -> None:
    large = an_event(data={"notes": ["x" * 30_000] * (MAX_ITEM_BYTES // 30_000 + 1)})
    item, good = read(large, an_event())
    assert item.rejection is not None
    assert item.rejection.code == "item_too_large"
    assert good.event is not None


@pytest.mark.parametrize("spelling", ['"1500.0"', '"1500.00"', '"1500"', "1500", "1500.0", "1.5e3"])
def test_the_spelling_of_an_amount_and_the_order_of_keys_make_no_difference(spelling: str) -> None:
    body = f'{{"data":{{"amount":{spelling}}},"time":"2026-11-23T12:15:00+02:00","type":"deal.won","id":"d1"}}'
    (item,) = read_items(read_json(body.encode()), "crm", len(body))
    same = only({"id": "d1", "type": "deal.won", "time": "2026-11-23T10:15:00Z", "data": {"amount": "1500.00"}}).event
    assert item.event is not None
    assert same is not None
    assert content_hash(item.event) == content_hash(same)


def test_a_decimal_number_is_taken_from_its_text() -> None:
    body = b'{"id":"d1","type":"deal.won","time":"2026-11-23T10:15:00Z","data":{"amount":0.1,"margin":-0.30}}'
    (item,) = read_items(read_json(body), "crm", len(body))
    assert item.event is not None
    assert item.event.data == {"amount": "0.10", "margin": "-0.30"}


def test_an_amount_may_come_with_its_currency() -> None:
    event = only(an_event(data={"amount": {"amount": 5, "currency": "EUR"}})).event
    assert event is not None
    assert event.data == {"amount": {"amount": "5.00", "currency": "EUR"}}


def test_a_number_as_the_name_of_a_deal_is_the_same_name_as_its_text() -> None:
    event = only(an_event(data={"deal_id": 8})).event
    assert event is not None
    assert event.data == {"deal_id": "8"}


def test_fields_we_do_not_know_are_kept_as_they_are() -> None:
    event = only(an_event(data={"colour": "red", "n": [1, {"x": None}]})).event
    assert event is not None
    assert event.data == {"colour": "red", "n": [1, {"x": None}]}


def test_a_type_we_do_not_know_waits() -> None:
    item = only(an_event(type="coffee.drunk"))
    assert item.event is not None
    assert item.quarantine is not None
    assert item.quarantine.reason is QuarantineReason.UNMAPPED_TYPE


@pytest.mark.parametrize("event_type", ["payment.received", "payment.refunded"])
def test_a_payment_without_an_amount_waits_instead_of_paying_nothing(event_type: str) -> None:
    item = only(an_event(type=event_type, data={"currency": "EUR"}))
    assert item.quarantine is not None
    assert item.quarantine.reason is QuarantineReason.SCHEMA_VIOLATION


@pytest.mark.parametrize("amount", ["1000000000", {"amount": "1000000000.00"}])
def test_an_absurd_amount_waits(amount: object) -> None:
    item = only(an_event(data={"amount": amount}))
    assert item.quarantine is not None
    assert item.quarantine.reason is QuarantineReason.AMOUNT_OUT_OF_BOUNDS


def test_a_large_amount_does_not_wait() -> None:
    assert only(an_event(data={"amount": "999999999.99"})).quarantine is None


def test_a_void_needs_no_more_than_its_id_target_and_time() -> None:
    item = only({"id": "v1", "op": "void", "target": "p1", "time": "2026-11-23T10:15:00Z"})
    assert item.event is not None
    assert (item.event.op, item.event.target, item.event.type) == (Operation.VOID, "p1", VOID_TYPE)
    assert item.quarantine is None


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(["id", "type", "time", "subject", "source", "version", "op", "target", "credit", "data"])
DATA = st.dictionaries(st.sampled_from(["amount", "currency", "deal_id", "first_payment", "talk_s"]), ANYTHING)


@given(st.dictionaries(KEYS, ANYTHING), st.none() | DATA)
def test_whatever_stands_in_the_fields_the_answer_is_an_event_or_a_rejection(
    changes: dict[str, Any], fields: dict[str, Any] | None
) -> None:
    document = an_event(**changes) if fields is None else an_event(**changes | {"data": fields})
    (item,) = read_items(document, "crm", 10)
    assert (item.event is None) is (item.rejection is not None)
