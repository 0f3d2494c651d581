"""Rows of tables as JSON and back: what of each table a close keeps, and what stands in for the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, ColumnElement, Date, Integer, Table, select
from sqlalchemy.orm import Session

from service.domain.event import JsonValue
from service.domain.known import UnreadableRowError
from service.store.award_tables import streak
from service.store.columns import UtcDateTime
from service.store.derived_tables import earning_line, ramp_week
from service.store.dialect import bulk_insert, upsert_replace
from service.store.intake_tables import event_release, share_claim
from service.store.money_tables import reduction_decision
from service.store.plan_tables import plan_in_force, vocabulary_version
from service.store.tables import absence, alias, assignment, closing, holiday, person, target
from service.store.trust_tables import event_hold

JsonRow = dict[str, JsonValue]
"""A row as JSON: days and times as ISO text."""

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for a time that no amount rests on."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A table of which rows are kept: without the columns of `filled`, which get these values when it is read back."""

    table: Table
    filled: Mapping[str, object] = field(default_factory=dict)
    numbered: bool = False
    """Whether the key is only a number that the database gives."""

    @property
    def columns(self) -> list[Column[Any]]:
        """The columns that are kept."""
        own = [column for column in self.table.columns if column.name not in self.filled]
        return [column for column in own if not (self.numbered and column.primary_key)]

    def given_in(self, row: Mapping[str, Any]) -> list[Column[Any]]:
        """The columns that are kept, and those of the others that a row gives all the same."""
        return [*self.columns, *(self.table.c[name] for name in self.filled if name in row)]


_HELD = {"why": "", "reviewer": "", "due_on": NEVER.date(), "held_by": "", "decided_by": "", "decided_why": ""}
"""Of a hold only that there is one is kept; which event it is about says its number."""

_DECIDED = {"why": "", "decided_at": NEVER, "decided_by": "", "decided_by_person": None}

KEPT = {
    item.table.name: item
    for item in (
        # The others name people. What people are called stands in the statements, and nowhere else for ever.
        Kept(person, {"name": ""}),
        Kept(absence),
        Kept(alias),
        Kept(assignment, {"personnel_number": ""}),
        Kept(closing, {"closed_by": "", "closed_by_person": None, "document": "", "document_hash": ""}),
        Kept(earning_line, {"explanation": "{}"}),
        Kept(event_hold, _HELD | {"source_id": "", "external_id": "", "decided_at": None}),
        Kept(event_release, {"reason": "", "waited_since": NEVER}),
        Kept(holiday),
        Kept(plan_in_force, {"published_at": NEVER, "published_by": "", "without_notice_reason": ""}),
        Kept(ramp_week),
        Kept(reduction_decision, _DECIDED, numbered=True),
        Kept(share_claim, {"claimed_at": NEVER, "decided_at": None, "decided_by": ""}),
        Kept(streak),
        Kept(target, {"set_at": NEVER, "set_by": ""}, numbered=True),
        Kept(vocabulary_version, {"published_at": NEVER}),
    )
}
"""Every table of which a close keeps rows, by name, in the order in which they can be written."""


def list_rows(session: Session, table: Table, wanted: ColumnElement[bool], also: Sequence[str] = ()) -> list[JsonRow]:
    """The wanted rows of a table as they are kept, in the order of its key, however the database sorts texts.

    `also` names columns that are given although they are mostly not kept.
    """
    columns = [*KEPT[table.name].columns, *(table.c[name] for name in also)]
    names = [column.name for column in columns]
    keys = table.primary_key.columns
    found = sorted(
        session.execute(select(*keys, *columns).where(wanted)),
        key=lambda row: [row[place] for place in range(len(keys))],
    )
    rows = [row[len(keys) :] for row in found]
    return [{name: _told(value) for name, value in zip(names, row, strict=True)} for row in rows]


def put_tables(session: Session, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Write kept rows back, by table; a row whose key is there takes its place. Raises `UnreadableRowError`."""
    for name in rows.keys() - KEPT.keys():
        raise UnreadableRowError(f'no rows of a table "{name[:40]}" are kept')
    for name, kept in KEPT.items():
        if name in rows:
            _put_rows(session, kept, rows[name])


def by_name(rows: Sequence[JsonRow], column: str) -> dict[str, list[JsonRow]]:
    """Rows by what stands in a column."""
    found: dict[str, list[JsonRow]] = {}
    for row in rows:
        found.setdefault(str(row[column]), []).append(row)
    return found


def _put_rows(session: Session, kept: Kept, rows: Sequence[Mapping[str, Any]]) -> None:
    values = [dict(kept.filled) | {column.name: _value(column, row) for column in kept.given_in(row)} for row in rows]
    if kept.numbered:
        bulk_insert(session, kept.table, values)
        return
    keys = [column.name for column in kept.table.primary_key.columns]
    upsert_replace(session, kept.table, list({tuple(row[key] for key in keys): row for row in values}.values()), keys)


def _told(value: object) -> JsonValue:
    if isinstance(value, date):
        return value.isoformat()
    assert value is None or isinstance(value, str | int), f"{type(value).__name__} is kept of no row"
    return value


def _value(column: Column[Any], row: Mapping[str, Any]) -> object:
    value = row.get(column.name)
    if value is None:
        if not column.nullable:
            raise UnreadableRowError(f"a row of {column.table.name} has no {column.name}")
        return None
    try:
        return _read(column, value)
    except (TypeError, ValueError):
        raise UnreadableRowError(f"a row of {column.table.name} has an unreadable {column.name}") from None


def _read(column: Column[Any], value: Any) -> object:
    match column.type:
        case UtcDateTime():
            return _instant(value)
        case Date():
            return date.fromisoformat(value)
        case Boolean():
            return _of_type(value, bool)
        case Integer() | BigInteger():
            return _of_type(value, int)
        case _:
            return _of_type(value, str)


def _instant(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(value)
    return moment


def _of_type(value: Any, wanted: type) -> object:
    if type(value) is not wanted:
        raise TypeError(value)
    return value
