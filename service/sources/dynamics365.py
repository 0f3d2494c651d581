"""Dynamics 365: webhooks of Dataverse, whose objects are lists of keys and values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from service.domain.change import Change, Verb
from service.domain.event import JsonValue, canonical_json
from service.domain.source import SourceKind
from service.sources.adapter import Account, Adapter, Message, Reading, Scheme, Token, unreadable, vendor_test, weak
from service.sources.call import DURATION, number_hash
from service.sources.form import MASK
from service.sources.json_text import JsonTextError, read_json
from service.sources.signature import PATH_SECRET, same
from service.sources.times import from_epoch
from service.sources.tree import rows_at, text_at

PERSONAL = frozenset({
    "phonenumber", "telephone1", "telephone2", "telephone3", "mobilephone", "fax", "emailaddress1", "emailaddress2",
    "emailaddress3", "firstname", "lastname", "fullname", "yomifullname", "description", "address1_line1",
    "address1_composite",
})  # fmt: skip
"""Attributes that are not taken over and are hidden before a body is kept: who people are."""

NOBODY = "00000000-0000-0000-0000-000000000000"
"""The id of nothing; steps that run at once have it for an OperationId, all of them the same."""

PING = "URL_VALIDATION"

_VERBS = {
    "create": Verb.CREATED,
    "delete": Verb.DELETED,
}
_CLOSED = {"win": 1, "lose": 2}
"""Messages that close an opportunity, with the state it then has; they tell it beside the record, not in it."""

_DATE = re.compile(r"/Date\((?P<millis>-?\d{1,14})(?:[+-]\d{4})?\)/", re.ASCII)
"""Milliseconds since 1970; the offset behind them is for display and moves nothing."""


def read(message: Message, account: Account) -> Reading:
    """The one change of a message."""
    if message.header("x-ms-dynamics-request-name").upper() == PING:
        return Reading((vendor_test(SourceKind.DYNAMICS365, message, "Dynamics tries whether the address answers."),))
    document = read_json(message.body)
    name, number = text_at(document, "PrimaryEntityName").lower(), text_at(document, "PrimaryEntityId")
    told = text_at(document, "MessageName").lower()
    if not name or not told:
        detail = "The message is no execution context: it has no PrimaryEntityName and MessageName."
        return Reading((unreadable(SourceKind.DYNAMICS365, message, detail),))
    inputs = keyed(rows_at(document, "InputParameters"))
    target = _attributes(inputs.get("Target"), account)
    closing = _closing(told, inputs, account)
    changed = {**target, **closing}
    images = (_image(document, when, account) for when in ("PreEntityImages", "PostEntityImages"))
    was, became = images
    moment = _moment(text_at(document, "OperationCreatedOn"))
    verb = _VERBS.get(told, Verb.UPDATED)
    change = Change(
        kind=name,
        object_id=number,
        identity=_identity(document),
        verb=verb,
        occurred_at=moment or message.received_at,
        fields={**became, **changed, "initiating_user_id": text_at(document, "InitiatingUserId")},
        # Only what the message changed is new, however much of the record its images show.
        before={attribute: was.get(attribute) for attribute in changed} if verb is Verb.UPDATED else {},
        thin=verb is not Verb.DELETED and not changed and not became,
        timed=moment is not None,
    )
    return Reading((change if change.identity else weak(change, _steady(document)),))


def keyed(pairs: object) -> dict[str, JsonValue]:
    """The object that a list of `{key, value}` stands for."""
    rows = pairs if isinstance(pairs, list) else []
    return {text_at(pair, "key"): _member(pair, "value") for pair in rows if text_at(pair, "key")}


def _attributes(entity: JsonValue, account: Account) -> dict[str, JsonValue]:
    """The attributes of an entity by their names, each as the plain value that it wraps."""
    told = keyed(rows_at(entity, "Attributes"))
    numbers = [text_at(told, name) for name in ("phonenumber", "telephone1", "mobilephone")]
    number = next((text for text in numbers if text), "")
    found = {name: _plain(value) for name, value in told.items() if name.lower() not in PERSONAL}
    minutes = text_at(told, "actualdurationminutes")
    found |= {"talk_s": int(minutes) * 60} if DURATION.fullmatch(minutes) else {}
    return {**found, "number_hash": number_hash(number, account.number_key)} if number else found


def _image(document: JsonValue, when: str, account: Account) -> dict[str, JsonValue]:
    """The record as the images show it before or after the change."""
    found: dict[str, JsonValue] = {}
    for image in keyed(rows_at(document, when)).values():
        found |= _attributes(image, account)
    return found


def _closing(told: str, inputs: Mapping[str, JsonValue], account: Account) -> dict[str, JsonValue]:
    """What an opportunity that was won or lost is told to become."""
    if told not in _CLOSED:
        return {}
    activity = _attributes(inputs.get("OpportunityClose"), account)
    kept: dict[str, JsonValue] = {"actualvalue": activity["actualrevenue"]} if "actualrevenue" in activity else {}
    return {**kept, "statecode": _CLOSED[told], "statuscode": _plain(inputs.get("Status"))}


def _plain(value: JsonValue) -> JsonValue:
    """A wrapped value without its wrapping: an amount, an option, the id of another record, an instant."""
    if isinstance(value, dict):
        inner = value.get("Value") if "Value" in value else value.get("Id")
        return _plain(inner) if not isinstance(inner, dict | list) else None
    if isinstance(value, str):
        moment = _moment(value)
        return moment.isoformat() if moment else value
    return None if isinstance(value, list) else value


def _identity(document: JsonValue) -> str:
    """The operation, which is the same when it is sent again; of a step without one, what the request was."""
    organization, operation = text_at(document, "OrganizationId"), text_at(document, "OperationId")
    depth = text_at(document, "Depth")
    if operation and operation != NOBODY:
        return f"{organization}:{operation}:{depth}"
    names = ("CorrelationId", "PrimaryEntityId", "MessageName", "OperationCreatedOn")
    parts = [text_at(document, name) for name in names]
    return ":".join((organization, *parts, depth)) if all(parts) and parts[0] != NOBODY else ""


def _steady(document: JsonValue) -> JsonValue:
    names = ("OrganizationId", "PrimaryEntityName", "PrimaryEntityId", "MessageName", "InputParameters")
    return [_member(document, name) for name in names]


def _member(value: object, name: str) -> JsonValue:
    return value.get(name) if isinstance(value, dict) else None


def _moment(text: str) -> datetime | None:
    match = _DATE.fullmatch(text)
    return from_epoch(match["millis"], 1_000) if match else None


def code(message: Message) -> str:
    """The key of the address: `?code=...`."""
    return next((value for name, value in parse_qsl(urlsplit(message.url).query) if name == "code"), "")


def has_header(message: Message, secret: str, now: datetime) -> bool:
    """A header with a value; the secret is written `name: value`."""
    del now
    name, _, value = secret.partition(":")
    return same(message.header(name.strip()), value.strip())


def mask(body: bytes) -> bytes:
    """The body without who people are, whose attributes stand in lists of keys and values."""
    try:
        document = read_json(body)
    except JsonTextError:
        return MASK.encode()
    return canonical_json(_hidden(document)).encode(errors="replace")


def _hidden(value: JsonValue) -> JsonValue:
    match value:
        case dict() if str(value.get("key")).lower() in PERSONAL:
            return {**value, "value": MASK}
        case dict():
            return {key: MASK if key.lower() in PERSONAL else _hidden(item) for key, item in value.items()}
        case list():
            return [_hidden(item) for item in value]
        case _:
            return value


ADAPTER = Adapter(
    SourceKind.DYNAMICS365,
    (
        Scheme("header", 1, "a header and its value, written name: value", has_header),
        Token("code", 1, "key that Dynamics adds to the address as ?code=", code),
        PATH_SECRET,
    ),
    read,
    mask,
)
