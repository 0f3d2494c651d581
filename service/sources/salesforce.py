"""Salesforce: its outbound messages, up to a hundred records in a SOAP envelope, and the Ack they wait for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from xml.etree.ElementTree import Element

from service.domain.change import Change, Verb
from service.domain.event import JsonValue, Quarantine, QuarantineReason
from service.domain.source import SourceKind
from service.sources.adapter import Account, Adapter, Answer, Message, Reading, Scheme, unreadable, weak
from service.sources.signature import PATH_SECRET, same
from service.sources.soap import SoapFault, child, local_name, masked_xml, read_soap
from service.sources.times import parse_time

SECRETS = frozenset({
    "SessionId", "Phone", "MobilePhone", "HomePhone", "OtherPhone", "AssistantPhone", "Fax", "Email", "FirstName",
    "LastName", "Name", "Street", "Description", "PhotoUrl", "PersonEmail", "PersonMobilePhone",
})  # fmt: skip
"""Elements that are hidden before a body is kept: a session with which anybody could log in, and who people are."""

MAX_NOTIFICATIONS = 100
"""Notifications of one message, Salesforce's own limit; more are kept as one that waits."""

TEXT_CHARACTERS = 1_000
"""Most that is read of one field."""

ORGANIZATION_CHARACTERS = 15
"""Characters of an organization's id that count; Salesforce writes three more to check them."""

ACK = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
    b'<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse>'
    b"</soapenv:Body></soapenv:Envelope>\n"
)
"""Without it the same message comes again for a day, whatever the status says."""

_TYPE_ATTRIBUTE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_NIL_ATTRIBUTE = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_ID = re.compile(r"[A-Za-z0-9]{15,18}", re.ASCII)


def read(message: Message, account: Account) -> Reading:
    """One change for each notification; an envelope without any is legal and says nothing."""
    del account
    try:
        notifications = child(child(read_soap(message.body), "Body"), "notifications")
    except SoapFault as fault:
        return Reading((unreadable(SourceKind.SALESFORCE, message, str(fault)),))
    if notifications is None:
        return Reading((unreadable(SourceKind.SALESFORCE, message, "The envelope holds no notifications."),))
    told = [inner for inner in notifications if local_name(inner) == "Notification"]
    changes = tuple(_change(notification, message) for notification in told[:MAX_NOTIFICATIONS])
    if len(told) > MAX_NOTIFICATIONS:
        detail = f"The message holds more than {MAX_NOTIFICATIONS} notifications; those beyond were not read."
        changes += (unreadable(SourceKind.SALESFORCE, message, detail),)
    return Reading(changes, () if changes else ("The envelope holds no notification.",))


def _change(notification: Element, message: Message) -> Change:
    """The record of one notification as it was when it was sent, which may be later than what caused it."""
    number, record = _text(child(notification, "Id")), child(notification, "sObject")
    fields = _fields(record) if record is not None else {}
    moment, created = (
        _moment(fields, "SystemModstamp", "LastModifiedDate", "CreatedDate"),
        _moment(fields, "CreatedDate"),
    )
    kind = record.get(_TYPE_ATTRIBUTE, "").rpartition(":")[2] if record is not None else ""
    legible = bool(kind) and bool(fields.get("Id"))
    detail = "The notification holds no record with a type and an Id."
    change = Change(
        kind=kind[:40] or "notification",
        object_id=str(fields.get("Id") or ""),
        identity=number if _ID.fullmatch(number) else "",
        verb=_verb(fields, moment, created),
        occurred_at=moment or message.received_at,
        fields=fields,
        refusal=None if legible else Quarantine(QuarantineReason.SCHEMA_VIOLATION, detail),
        timed=moment is not None,
    )
    return change if change.identity else weak(change, [kind, fields])


def _verb(fields: Mapping[str, JsonValue], moment: datetime | None, created: datetime | None) -> Verb:
    """Salesforce does not say what happened: a record that was changed when it was made is new."""
    if fields.get("IsDeleted") == "true":
        return Verb.DELETED
    return Verb.CREATED if moment is not None and moment == created else Verb.UPDATED


def _fields(record: Element) -> dict[str, JsonValue]:
    """The fields of a record under their own names; one that is nil is told to be empty."""
    told = {local_name(item): _text(item) for item in record if local_name(item) not in SECRETS}
    nil = {local_name(item) for item in record if item.get(_NIL_ATTRIBUTE) == "true"}
    return {name: None if name in nil else value for name, value in told.items()}


def _moment(fields: Mapping[str, JsonValue], *names: str) -> datetime | None:
    found = (parse_time(str(fields.get(name) or "")) for name in names)
    return next((moment for moment in found if moment is not None), None)


def _text(element: Element | None) -> str:
    return (element.text or "").strip()[:TEXT_CHARACTERS] if element is not None else ""


def is_of_organization(message: Message, secret: str, now: datetime) -> bool:
    """Whether the message names the organization it should; that is no secret, so a secret address proves more."""
    del now
    try:
        notifications = child(child(read_soap(message.body), "Body"), "notifications")
    except SoapFault:
        return False
    shown = _text(child(notifications, "OrganizationId"))
    whole = len(shown) >= ORGANIZATION_CHARACTERS <= len(secret)
    return whole and same(shown[:ORGANIZATION_CHARACTERS], secret[:ORGANIZATION_CHARACTERS])


def mask(body: bytes) -> bytes:
    """The document without the session and without who people are."""
    return masked_xml(body, SECRETS)


ADAPTER = Adapter(
    SourceKind.SALESFORCE,
    (
        PATH_SECRET,
        Scheme("org-id", 0, "OrganizationId of the Salesforce organization", is_of_organization),
    ),
    read,
    mask,
    Answer(200, ACK, "text/xml; charset=utf-8"),
)
