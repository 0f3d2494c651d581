"""amoCRM, which is Kommo elsewhere: the hooks of an account and of its digital pipeline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from service.domain.change import Change, Verb
from service.domain.event import JsonValue, Quarantine, QuarantineReason
from service.domain.source import SourceKind
from service.sources.adapter import Account, Adapter, Message, Reading, hidden, masked, unreadable, weak
from service.sources.call import DURATION, KIND, number_hash
from service.sources.form import read_form
from service.sources.json_text import JsonTextError, read_json
from service.sources.local_time import parse_time_in
from service.sources.signature import PATH_SECRET
from service.sources.times import from_epoch
from service.sources.tree import as_json, at, branch_at, rows_at, text_at

PERSONAL = frozenset({"phone", "email", "text", "first_name", "last_name", "author", "client", "uniq", "link"})
"""Fields of an entity that are not taken over: what people wrote, who they are, and links to what they said."""

SECRETS = PERSONAL | {"name", "value"}
"""Fields that are hidden before a body is kept; people's numbers are values of the account's own fields."""

_VERBS = {
    "add": Verb.CREATED,
    "update": Verb.UPDATED,
    "status": Verb.UPDATED,
    "responsible": Verb.UPDATED,
    "restore": Verb.UPDATED,
    "note": Verb.UPDATED,
    "delete": Verb.DELETED,
}
"""What happened, by the second key of a path such as `leads[status][0][id]`."""

NOTE = "note"

CALL_NOTES = {"10": "in", "11": "out"}
"""Types of the notes that a telephone exchange writes about a call."""

_MOMENTS = ("last_modified", "updated_at", "last_update", "created_at", "date_create")
_OLD = re.compile(r"old_(?P<name>[a-z_]{1,60})")


@dataclass(frozen=True, slots=True)
class _Row:
    """One entity of a message: which, what happened to it, and its fields as they came."""

    entity: str
    action: str
    fields: Mapping[str, object]
    subdomain: str

    def text(self, *path: str) -> str:
        return text_at(self.fields, *path)


def read(message: Message, account: Account) -> Reading:
    """The changes of all entities in a message; a form that was cut off waits for a person as a whole."""
    form = read_form(message.body)
    subdomain = text_at(form.fields, "account", "subdomain") or text_at(form.fields, "account", "id") or "-"
    changes = tuple(_change(row, account, message) for row in _rows(form.fields, subdomain))
    if not changes:
        detail = form.fault or "The form holds no entity as amoCRM documents them."
        return Reading((unreadable(SourceKind.AMOCRM, message, detail),))
    if form.fault:
        fault = Quarantine(QuarantineReason.ADAPTER_ERROR, form.fault)
        changes = tuple(replace(change, refusal=fault) for change in changes)
    return Reading(changes)


def _rows(fields: Mapping[str, object], subdomain: str) -> Iterator[_Row]:
    for entity, actions in fields.items():
        if entity == "account" or not isinstance(actions, dict):
            continue
        for action, rows in actions.items():
            entities = rows_at(rows) if isinstance(rows, dict) else []
            told = [row for row in entities if isinstance(row, dict)]
            # Not a list of entities at all: what stands there is kept as it is.
            for row in told or [{action: as_json(rows)}]:
                yield _Row(entity, action, branch_at(row, NOTE) or row, subdomain)


def _change(row: _Row, account: Account, message: Message) -> Change:
    if row.action == NOTE:
        return _note(row, account, message)
    moment = _moment(row, account)
    verb = _VERBS.get(row.action, Verb.UPDATED)
    # A company comes among the contacts and says of itself what it is.
    kind = "companies" if row.entity == "contacts" and row.text("type") == "company" else row.entity
    fields = _fields(row)
    change = Change(
        kind=kind,
        object_id=row.text("id"),
        identity=_identity(row),
        verb=verb,
        occurred_at=moment or message.received_at,
        fields=fields,
        before=_before(row, fields),
        timed=moment is not None,
    )
    # The digital pipeline sends ids without a time: the same move made again next month would look the same.
    steady = moment is not None or verb is Verb.DELETED
    return change if steady and change.object_id else weak(change, _steady(row))


def _identity(row: _Row) -> str:
    """The account, the entity, what happened and when; both statuses, for two moves fit into one second."""
    names = ("id", "last_modified", "status_id", "old_status_id")
    stamp = row.text("last_modified") or row.text("updated_at") or row.text("created_at")
    told = [stamp if name == "last_modified" else row.text(name) for name in names]
    return ":".join([row.subdomain, row.entity, row.action, *(text or "-" for text in told)])


def _fields(row: _Row) -> dict[str, JsonValue]:
    """The fields of an entity, those of the account's own under `custom` by their number."""
    left_out = {"custom_fields", "name"} if row.entity == "contacts" else {"custom_fields"}
    plain = {name: as_json(value) for name, value in row.fields.items() if name not in left_out}
    custom: dict[str, JsonValue] = {}
    for field in rows_at(row.fields, "custom_fields"):
        values = [text_at(item, "value") or text_at(item) for item in rows_at(field, "values")]
        if text_at(field, "code") not in ("PHONE", "EMAIL", "IM"):
            custom[text_at(field, "id")] = values[0] if len(values) == 1 else list(values)
    shown = hidden(plain, PERSONAL)
    # An empty text is told: a price that was taken away must not stay as it was.
    known = {name: value or None for name, value in shown.items()} if isinstance(shown, dict) else {}
    return {**known, "custom": custom} if custom else known


def _before(row: _Row, fields: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """What the fields were that the message names as changed: `old_status_id` is the status it had.

    Any other change of a deal repeats the status it has. That is no move: a move comes as `status`, and a deal that was
    won last month must not be won again because somebody corrects its name.
    """
    told: dict[str, JsonValue] = {
        match["name"]: row.text(name)
        for name in row.fields
        if (match := _OLD.fullmatch(name)) and match["name"] in fields
    }
    repeats = row.entity == "leads" and row.action not in ("add", "status")
    return told or ({"last_modified": None} if repeats else {})


def _steady(row: _Row) -> JsonValue:
    return [row.subdomain, row.entity, row.action, as_json(dict(row.fields))]


def _note(row: _Row, account: Account, message: Message) -> Change:
    """A note; one that an exchange wrote about a call is the call."""
    moment, number = _moment(row, account), row.text("id")
    identity = f"{row.subdomain}:{row.entity}:{NOTE}:{number}"
    fields = _call_fields(row, account)
    change = Change(
        kind=KIND if fields else "notes",
        object_id=number,
        identity=identity,
        verb=Verb.CREATED,
        occurred_at=moment or message.received_at,
        fields=fields or _fields(row),
        timed=moment is not None,
        alone=bool(fields),
    )
    return change if number else weak(change, _steady(row))


def _call_fields(row: _Row, account: Account) -> dict[str, JsonValue]:
    """What the note of a call says of it, in the fields of a call; none for any other note."""
    direction = CALL_NOTES.get(row.text("note_type"))
    if direction is None:
        return {}
    whole = at(row.fields, "text")
    try:
        told = read_json(whole.encode(errors="replace")) if isinstance(whole, str) else None
    except JsonTextError:
        told = None
    length = text_at(told, "DURATION")
    talk_s = int(length) if DURATION.fullmatch(length) else 0
    return {
        "direction": direction,
        "answered": talk_s > 0,
        "talk_s": talk_s,
        "number_hash": number_hash(text_at(told, "PHONE"), account.number_key),
        "user_id": row.text("created_by") or row.text("responsible_user_id"),
        "element_id": row.text("element_id"),
    }


def _moment(row: _Row, account: Account) -> datetime | None:
    """When it was changed: in seconds, or on the clock of the account."""
    for name in _MOMENTS:
        text = row.text(name)
        local = parse_time_in(text, account.timezone) if text else None
        found = local.instant if local else from_epoch(text)
        if found is not None:
            return found
    return None


def mask(body: bytes) -> bytes:
    """The body without what people wrote and who they are."""
    return masked(body, SECRETS)


ADAPTER = Adapter(SourceKind.AMOCRM, (PATH_SECRET,), read, mask)
