"""Our own format: what a sender posts to /v1/events, item by item to events."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TypeGuard

from service.domain.errors import MalformedError, TooLargeError
from service.domain.event import (
    VOID_TYPE,
    CreditClaim,
    Event,
    Item,
    JsonValue,
    Operation,
    Part,
    Quarantine,
    QuarantineReason,
    Rejection,
)
from service.sources.event_types import FIELDS, NEEDED, Field, Shape
from service.sources.json_text import is_suspect, text_fault
from service.sources.times import parse_time
from service.sources.values import ValueFault, is_oversized, read_currency, read_value, reader_of

MAX_ITEMS = 1_000
"""Events of one request: the size at which storing them costs least per event."""

MAX_ITEM_BYTES = 64 * 1024
"""One event is a few hundred bytes; what is larger is a document."""

MAX_CREDITS = 20
"""People that one deal can be shared by."""

MAX_VERSION = 2**63 - 1

KEYS = frozenset({"id", "source", "type", "time", "subject", "credit", "version", "op", "target", "data"})

NAME_CHARACTERS = 255
"""What every log, index and address can carry."""

_TYPE = re.compile(r"(?=.{3,64}$)[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", re.ASCII)
_SHARE = Field(Shape.DECIMAL, minimum=Decimal(0), maximum=Decimal(100))

_FIELD_READERS = {
    name: {key: reader_of(field, f"/data/{key}") for key, field in fields.items()} for name, fields in FIELDS.items()
}
_MONEY_FIELDS = {
    name: tuple(key for key, field in fields.items() if field.shape is Shape.MONEY) for name, fields in FIELDS.items()
}


class TopLevelError(MalformedError):
    """A document that is neither an event nor a list of events."""

    code = "not_an_event"

    def __init__(self) -> None:
        super().__init__("Send one event as a JSON object, or several as an array of objects.")


class TooManyItemsError(TooLargeError):
    """A batch over the limit."""

    code = "too_many_items"

    def __init__(self) -> None:
        super().__init__(f"A request carries at most {MAX_ITEMS} events. Send them in smaller batches.")


def read_items(document: JsonValue, source_id: str, body_bytes: int) -> list[Item]:
    """Every item of a request, in its order: an event, or why it is none.

    `body_bytes` is the length of the whole document: where one item may be as long, no item need be measured.
    """
    measure = body_bytes > MAX_ITEM_BYTES
    if isinstance(document, dict):
        return [_item(0, document, "", source_id, measure=measure)]
    if not isinstance(document, list):
        raise TopLevelError
    if len(document) > MAX_ITEMS:
        raise TooManyItemsError
    return [_item(index, value, f"/{index}", source_id, measure=measure) for index, value in enumerate(document)]


def _item(index: int, value: JsonValue, place: str, source_id: str, *, measure: bool) -> Item:
    if not isinstance(value, dict):
        detail = "Every item of the array is one event, a JSON object."
        return Item(index, rejection=Rejection("not_an_object", detail, place))
    try:
        _demand_storable(value, measure=measure)
        event = _event(value, source_id)
    except ValueFault as fault:
        return Item(index, _own_id(value), rejection=Rejection(fault.code, fault.detail, place + fault.pointer))
    return Item(index, event.external_id, event, quarantine=quarantine_of(event))


def _own_id(value: Mapping[str, JsonValue]) -> str | None:
    """The id to answer with, where it is one."""
    found = value.get("id")
    return found if _is_name(found) else None


def _is_name(found: JsonValue) -> TypeGuard[str]:
    """Whether it is 1 to 255 printable characters of ASCII."""
    return isinstance(found, str) and 0 < len(found) <= NAME_CHARACTERS and found.isascii() and found.isprintable()


def _demand_storable(value: dict[str, JsonValue], *, measure: bool) -> None:
    # One look at the whole item; only a suspect one is gone through text by text, and only that one can be too long.
    if not is_suspect(value):
        return
    fault = text_fault(value)
    if fault:
        raise ValueFault("invalid_text", fault, "")
    if measure and len(json.dumps(value, default=str, ensure_ascii=False).encode()) > MAX_ITEM_BYTES:
        raise ValueFault("item_too_large", f"One event is at most {MAX_ITEM_BYTES} bytes.", "")


def _event(value: Mapping[str, JsonValue], source_id: str) -> Event:
    if not value.keys() <= KEYS:
        detail = f"An event has the keys {', '.join(sorted(KEYS))} and no others; fields of the type belong into data."
        raise ValueFault("unknown_field", detail, "")
    if value.get("source", source_id) != source_id:
        raise ValueFault("source_mismatch", "The source is not the one this API key was made for.", "/source")
    external_id = _name(value, "id", required=True)
    op, target = _correction(value)
    event_type = _type(value, op)
    return Event(
        source_id=source_id,
        external_id=external_id or "",
        type=event_type,
        occurred_at=_time(value),
        subject=_name(value, "subject"),
        data=_fields(value, event_type),
        credit=_credit(value),
        version=_version(value),
        op=op,
        target=target,
    )


def _name(value: Mapping[str, JsonValue], key: str, *, required: bool = False) -> str | None:
    found = value.get(key)
    if found is None:
        if required:
            raise ValueFault("missing_field", f'The field "{key}" is missing.', f"/{key}")
        return None
    if not _is_name(found):
        raise ValueFault(f"invalid_{key}", f'"{key}" is 1 to 255 printable characters of ASCII.', f"/{key}")
    return found


def _correction(value: Mapping[str, JsonValue]) -> tuple[Operation | None, str | None]:
    op, target = value.get("op"), _name(value, "target")
    if op is None and target is None:
        return None, None
    if op not in tuple(Operation):
        raise ValueFault("invalid_op", "A correction says op: void or replace, and its target.", "/op")
    if target is None:
        raise ValueFault("missing_field", 'A correction names in "target" the id of the event it corrects.', "/target")
    if target == value.get("id"):
        raise ValueFault("invalid_target", "A correction has an id of its own and cannot target itself.", "/target")
    return Operation(str(op)), target


def _type(value: Mapping[str, JsonValue], op: Operation | None) -> str:
    found = value.get("type")
    if found is None and op is Operation.VOID:
        return VOID_TYPE
    if found is None:
        raise ValueFault("missing_field", 'The field "type" is missing.', "/type")
    if not isinstance(found, str) or not _TYPE.fullmatch(found):
        raise ValueFault("invalid_type", "A type is noun.verb in small letters, such as deal.won.", "/type")
    return found


def _time(value: Mapping[str, JsonValue]) -> datetime:
    found = value.get("time")
    if found is None:
        raise ValueFault("missing_field", 'The field "time" is missing.', "/time")
    moment = parse_time(found) if isinstance(found, str) else None
    if moment is None:
        raise ValueFault("invalid_time", "A time is RFC 3339 with its offset, such as 2026-11-23T10:15:00Z.", "/time")
    return moment


def _version(value: Mapping[str, JsonValue]) -> int | None:
    found = value.get("version")
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found <= MAX_VERSION:
        raise ValueFault("invalid_version", "A version is a whole number that rises with every change.", "/version")
    return found


def _fields(value: Mapping[str, JsonValue], event_type: str) -> dict[str, JsonValue]:
    found = value.get("data")
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise ValueFault("invalid_field", "data is a JSON object with the fields of the type.", "/data")
    readers = _FIELD_READERS.get(event_type, {})
    read = {key: readers[key](item) if key in readers else item for key, item in found.items()}
    if read.get("currency") is not None:
        read["currency"] = read_currency(read["currency"], "/data/currency")
    return read


def _credit(value: Mapping[str, JsonValue]) -> tuple[CreditClaim, ...]:
    found = value.get("credit")
    if found is None:
        return ()
    if not isinstance(found, list) or len(found) > MAX_CREDITS:
        raise ValueFault("invalid_credit", f"credit is a list of at most {MAX_CREDITS} parts.", "/credit")
    return tuple(_claim(item, f"/credit/{place}") for place, item in enumerate(found))


def _claim(value: JsonValue, pointer: str) -> CreditClaim:
    if not isinstance(value, dict) or not value.keys() <= {"person", "part", "share"}:
        raise ValueFault("invalid_credit", "A part of the credit has person, part and perhaps share.", pointer)
    person, part = value.get("person"), value.get("part")
    if not _is_name(person):
        raise ValueFault("invalid_credit", "person is the sender's user id.", f"{pointer}/person")
    if part not in tuple(Part):
        raise ValueFault("invalid_credit", f"part is one of: {', '.join(Part)}.", f"{pointer}/part")
    share = read_value(_SHARE, value.get("share"), f"{pointer}/share")
    return CreditClaim(person, Part(str(part)), share if isinstance(share, Decimal) else None)


def quarantine_of(event: Event) -> Quarantine | None:
    """Why an event with values of the right shapes must still wait: an unknown type, a missing or huge amount."""
    if event.type not in _FIELD_READERS and event.op is not Operation.VOID:
        detail = f'The type "{event.type}" is not in our vocabulary.'
        return Quarantine(QuarantineReason.UNMAPPED_TYPE, detail)
    missing = [key for key in NEEDED.get(event.type, ()) if event.data.get(key) is None]
    if missing:
        detail = f"Without {' and '.join(missing)} it would pass for counted and pay nothing."
        return Quarantine(QuarantineReason.SCHEMA_VIOLATION, detail)
    for key in _MONEY_FIELDS.get(event.type, ()):
        if is_oversized(event.data.get(key)):
            detail = f"The amount in {key} is larger than anybody pays; somebody must look at it."
            return Quarantine(QuarantineReason.AMOUNT_OUT_OF_BOUNDS, detail)
    return None
