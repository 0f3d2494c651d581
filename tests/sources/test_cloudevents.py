"""CloudEvents to our events: what maps to what, and what is refused for one event alone."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from service.domain.event import Item, Operation, Part
from service.sources.cloudevents import read_binary, read_events
from service.sources.json_text import read_json
from service.sources.native import TopLevelError


def a_cloudevent(**changes: Any) -> dict[str, Any]:
    plain = {
        "specversion": "1.0",
        "id": "call-1",
        "source": "crm",
        "type": "call.ended",
        "time": "2026-11-23T10:15:00Z",
        "subject": "u17",
        "data": {"direction": "out", "talk_s": 95},
    }
    return {name: value for name, value in (plain | changes).items() if value is not ...}


def read(document: object) -> list[Item]:
    body = json.dumps(document).encode()
    return read_events(read_json(body), "crm", len(body))


def refusal(**changes: Any) -> tuple[str, str]:
    (item,) = read(a_cloudevent(**changes))
    assert item.rejection is not None
    return item.rejection.code, item.rejection.pointer


def test_every_attribute_has_its_place() -> None:
    (item,) = read(
        a_cloudevent(
            version=3,
            credit='[{"person": "u9", "part": "lead_source", "share": 30}]',
            traceparent="00-1",
            dataschema="x",
        )
    )
    event = item.event
    assert event is not None
    assert (event.external_id, event.type, event.subject, event.version) == ("call-1", "call.ended", "u17", 3)
    assert event.occurred_at == datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
    assert event.data == {"direction": "out", "talk_s": 95}
    assert [(claim.subject, claim.part) for claim in event.credit] == [("u9", Part.LEAD_SOURCE)]


def test_packed_data_is_the_same_data() -> None:
    packed = base64.b64encode(b'{"direction": "out", "talk_s": 95}').decode()
    assert read(a_cloudevent(data=..., data_base64=packed)) == read(a_cloudevent())


def test_a_correction_is_two_extensions() -> None:
    (item,) = read(a_cloudevent(op="void", target="call-0", data=...))
    assert item.event is not None
    assert (item.event.op, item.event.target) == (Operation.VOID, "call-0")


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"id": ...}, "missing_field", "/id"),
        ({"source": ...}, "missing_field", "/source"),
        ({"source": "another"}, "source_mismatch", "/source"),
        ({"time": ...}, "missing_field", "/time"),
        ({"specversion": "0.3"}, "invalid_specversion", "/specversion"),
        ({"specversion": ...}, "invalid_specversion", "/specversion"),
        ({"data_base64": "e30="}, "data_twice", "/data_base64"),
        ({"data": ..., "data_base64": "not base64"}, "invalid_base64", "/data_base64"),
        ({"data": ..., "data_base64": 7}, "invalid_base64", "/data_base64"),
        ({"data": ..., "data_base64": base64.b64encode(b"{").decode()}, "not_json", "/data_base64"),
        ({"datacontenttype": "text/xml"}, "invalid_datacontenttype", "/datacontenttype"),
        ({"My_Extension": "x"}, "invalid_attribute", ""),
        ({"data": "text"}, "invalid_field", "/data"),
    ],
)
def test_one_that_cannot_be_taken_says_where(changes: dict[str, Any], code: str, pointer: str) -> None:
    assert refusal(**changes) == (code, pointer)


def test_in_a_batch_only_the_broken_one_is_refused() -> None:
    items = read([a_cloudevent(), a_cloudevent(id=...), 7, a_cloudevent(id="call-2", specversion="2.0")])
    assert [item.rejection and (item.rejection.code, item.rejection.pointer) for item in items] == [
        None,
        ("missing_field", "/1/id"),
        ("not_an_object", "/2"),
        ("invalid_specversion", "/3/specversion"),
    ]


def test_an_empty_batch_is_legal_and_a_text_is_none() -> None:
    assert read([]) == []
    with pytest.raises(TopLevelError):
        read("text")


def test_in_binary_mode_the_attributes_are_headers_and_the_body_is_the_data() -> None:
    headers = {
        "Ce-Specversion": "1.0",
        "CE-ID": "call-1",
        "ce-source": "crm",
        "ce-type": "call.ended",
        "ce-time": "2026-11-23T10:15:00Z",
        "ce-subject": "u%31%37",
        "ce-version": "4",
        "Content-Type": "x",
    }
    (item,) = read_binary(headers, b'{"direction": "out", "talk_s": 95}', "crm")
    assert item.event is not None
    assert (item.event.subject, item.event.version) == ("u17", 4)
    assert item.event.data == {"direction": "out", "talk_s": 95}
