"""Everything that is kept about one person, as one document (article 15 of the GDPR)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, or_, select
from sqlalchemy.orm import Session

from service.domain.event import JsonValue
from service.store.account_tables import account, login_session, reset_link
from service.store.columns import METADATA
from service.store.derived_tables import event_credit
from service.store.people import get_person
from service.store.plan_tables import audit
from service.store.tables import delivery, event, ledger_entry, posting, quarantine
from service.store.trust_tables import event_hold

SECRETS = frozenset({"password_hash", "totp_sealed", "totp_step", "token_hash", "body", "sealed"})
"""Columns that would let somebody in, messages of senders, which tell of other people too, and what the vault keeps."""

DOCUMENTS = frozenset({"document", "detail", "explanation", "snapshot", "parts", "deals", "verdict"})
"""Columns with JSON in them: shown as what they say."""


def person_export(session: Session, person_id: str, *, now: datetime) -> dict[str, JsonValue]:
    """Every row about a person, by table: whatever names the person id, and what hangs on those rows.

    Raises `UnknownPersonError`. A table that comes later is in it by itself as soon as it has a `person_id`.
    """
    person = get_person(session, person_id)
    kept: dict[str, JsonValue] = {}
    for table, condition in _about(person_id):
        columns = [column for column in table.columns if column.name not in SECRETS]
        rows = session.execute(select(*columns).where(condition).order_by(*table.primary_key.columns))
        if found := [_document(row) for row in rows]:
            kept[table.name] = [*found]
    return {"person_id": person_id, "name": person.name, "exported_at": now.isoformat(), "kept": kept}


def _about(person_id: str) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    credited = select(event_credit.c.event_id).where(event_credit.c.person_id == person_id)
    own_events = or_(event.c.person_id == person_id, event.c.event_id.in_(credited))
    logins = select(account.c.login).where(account.c.person_id == person_id)
    entries = select(ledger_entry.c.entry_id).where(ledger_entry.c.person_id == person_id)
    hanging: dict[Table, ColumnElement[bool]] = {
        event: own_events,
        quarantine: quarantine.c.event_id.in_(select(event.c.event_id).where(own_events)),
        event_hold: event_hold.c.event_id.in_(select(event.c.event_id).where(own_events)),
        delivery: delivery.c.delivery_id.in_(select(event.c.delivery_id).where(own_events)),
        login_session: login_session.c.login.in_(logins),
        reset_link: reset_link.c.login.in_(logins),
        posting: posting.c.entry_id.in_(entries),
        audit: or_(audit.c.subject == person_id, audit.c.subject.in_(logins), audit.c.who.in_(logins)),
    }
    for table in METADATA.sorted_tables:
        if table in hanging:
            yield table, hanging[table]
        elif "person_id" in table.columns:
            yield table, table.c.person_id == person_id


def _document(row: Row[Any]) -> dict[str, JsonValue]:
    return {name: _value(name, value) for name, value in row._asdict().items()}


def _value(name: str, value: object) -> JsonValue:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if name in DOCUMENTS and isinstance(value, str):
        try:
            told: JsonValue = json.loads(value)
        except ValueError:
            return value
        return told
    assert value is None or isinstance(value, bool | int | str), f"{name} has no place in JSON"
    return value
