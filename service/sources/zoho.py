"""Zoho CRM: its notifications, which name records by their ids and hold at most what changed of them."""

from __future__ import annotations

from collections.abc import Mapping

from service.domain.change import Change, Verb
from service.domain.event import JsonValue
from service.domain.source import SourceKind
from service.sources.adapter import Account, Adapter, Answer, Message, Reading, hidden, masked, unreadable
from service.sources.json_text import read_json
from service.sources.signature import body_token
from service.sources.times import from_epoch
from service.sources.tree import at, branch_at, rows_at, text_at

SECRETS = frozenset({
    "token", "phone", "mobile", "other_phone", "home_phone", "fax", "email", "secondary_email", "first_name",
    "last_name", "full_name", "description", "query_params",
})  # fmt: skip
"""Fields that are hidden before a body is kept: the token, what the address holds, and who people are."""

_VERBS = {
    "insert": Verb.CREATED,
    "create": Verb.CREATED,
    "update": Verb.UPDATED,
    "edit": Verb.UPDATED,
    "delete": Verb.DELETED,
}

_TOKEN_IS = "token of the notification channel, which stands in each message"  # noqa: S105 - it says what to give


def read(message: Message, account: Account) -> Reading:
    """One change for each id of a notification."""
    del account
    document = read_json(message.body)
    verb, module = _VERBS.get(text_at(document, "operation").lower()), text_at(document, "module")
    ids = [text for item in rows_at(document, "ids") if (text := text_at(item))]
    if verb is None or not module or not ids:
        detail = "The notification names no operation, module and ids as Zoho documents them."
        return Reading((unreadable(SourceKind.ZOHO, message, detail),))
    values = _values(document)
    return Reading(tuple(_change(document, number, values.get(number, {}), message) for number in ids))


def _change(document: JsonValue, number: str, values: dict[str, JsonValue], message: Message) -> Change:
    """What happened to one record; `module` says which kind it is, and `resource_uri` may say something else."""
    module, operation, sent = (text_at(document, name) for name in ("module", "operation", "server_time"))
    verb = _VERBS[operation.lower()]
    moment = from_epoch(at(document, "server_time"), 1_000)
    channel = text_at(document, "channel_id")
    return Change(
        kind=module,
        object_id=number,
        identity=":".join((channel or "-", module, operation, number, sent)) if sent else "",
        verb=verb,
        occurred_at=moment or message.received_at,
        fields=values,
        thin=not values and verb is not Verb.DELETED,
        timed=moment is not None,
    )


def _values(document: JsonValue) -> Mapping[str, dict[str, JsonValue]]:
    """What changed of each record, where the channel was set up to tell it."""
    found: dict[str, dict[str, JsonValue]] = {}
    for item in rows_at(document, "affected_values"):
        values = hidden(branch_at(item, "values"), SECRETS)
        if isinstance(values, dict):
            found[text_at(item, "record_id")] = values
    return found


def mask(body: bytes) -> bytes:
    """The body without the token and without who people are."""
    return masked(body, SECRETS)


ADAPTER = Adapter(SourceKind.ZOHO, (body_token("token", secret_is=_TOKEN_IS),), read, mask, Answer(200))
