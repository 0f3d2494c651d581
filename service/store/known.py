"""What closes knew, as rows: added by a close, and read back as of one closing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from service.domain.event import canonical_json
from service.domain.known import Known, Knows
from service.domain.period import Period
from service.store.derived_tables import stale
from service.store.dialect import bulk_insert, insert_new, listed
from service.store.known_tables import known, unkept

PersonMonth = tuple[str, Period]
"""A person and a month."""

READ_AT_ONCE = 500
"""Documents read at once: a few hundred kilobytes."""


@dataclass(frozen=True, slots=True)
class KnownBy:
    """The closing that knows."""

    period: Period
    version: int


def note_unkept(session: Session, months: Collection[PersonMonth]) -> None:
    """Note that these person-months were worked out again; the caller holds the periods that post them."""
    rows = [{"person_id": person_id, "period": str(period)} for person_id, period in sorted(set(months))]
    insert_new(session, unkept, rows, ("person_id", "period"), ("person_id",))


def list_unkept(session: Session, until: Period) -> list[PersonMonth]:
    """The person-months up to a month of which something may be new since a closing kept it, by month."""
    columns = unkept.c
    rows = session.execute(
        select(columns.person_id, columns.period)
        .where(columns.period <= str(until))
        .order_by(columns.period, columns.person_id)
    )
    return [(row.person_id, Period.parse(row.period)) for row in rows]


def delete_unkept(session: Session, until: Period) -> None:
    """Forget that something was new up to a month: the closing that holds it alone has kept it."""
    session.execute(delete(unkept).where(unkept.c.period <= str(until)))


def count_waiting(session: Session, before: Period) -> int:
    """How many unkept months before one wait to be scored once more."""
    waits = select(stale.c.person_id, stale.c.period).distinct().subquery()
    both = (waits.c.person_id == unkept.c.person_id) & (waits.c.period == unkept.c.period)
    query = select(func.count()).select_from(unkept.join(waits, both)).where(unkept.c.period < str(before))
    return session.execute(query).scalar_one()


def add_known(session: Session, by: KnownBy, kind: Knows, documents: Mapping[str, object], month: str = "") -> None:
    """Keep documents by name."""
    bulk_insert(session, known, [_row(by, kind, name, month, text) for name, text in _texts(documents).items()])


def add_changed(session: Session, by: KnownBy, kind: Knows, documents: Mapping[str, object], month: str = "") -> None:
    """Keep those of the documents that are not what was kept last of the same."""
    before = _hashes(session, kind, month, sorted(documents))
    rows = [_row(by, kind, name, month, text) for name, text in _texts(documents).items()]
    bulk_insert(session, known, [row for row in rows if row["hash"] != before.get(str(row["name"]))])


def has_known(session: Session) -> bool:
    """Whether a closing ever kept what it knew."""
    return session.execute(select(known.c.known_id).limit(1)).scalar() is not None


def find_last(session: Session, by: KnownBy) -> int | None:
    """The number of the last document that a closing kept; None for one that kept none."""
    own = (known.c.period == str(by.period)) & (known.c.version == by.version)
    return session.execute(select(func.max(known.c.known_id)).where(own)).scalar()


def list_months_kept(session: Session, by: KnownBy) -> list[tuple[str, Period]]:
    """The months of people that were worked out again before a closing, and that it kept anew, by month."""
    columns = known.c
    own = (columns.period == str(by.period)) & (columns.version == by.version)
    rows = session.execute(
        select(columns.name, columns.month)
        .where(own, columns.kind == Knows.MONTH.value, columns.month != "")
        .order_by(columns.month, columns.name)
    )
    return [(row.name, Period.parse(row.month)) for row in rows]


def list_deals_kept(session: Session, by: KnownBy) -> set[str]:
    """The deals that a closing kept anew."""
    columns = known.c
    own = (columns.period == str(by.period)) & (columns.version == by.version)
    return set(session.scalars(select(columns.name).where(own, columns.kind == Knows.DEAL.value)))


def read_known(
    session: Session, last: int, kind: Knows, month: str = "", names: Collection[str] | None = None
) -> Iterator[Sequence[Known]]:
    """The newest documents up to a number, of one kind (and month, and names), in batches by name."""
    columns = known.c
    wanted = (columns.kind == kind.value) & (columns.month == month) & (columns.known_id <= last)
    if names is not None:
        ordered = sorted(names)
        for place in range(0, len(ordered), READ_AT_ONCE):
            keys = listed(session, [columns.name], [(name,) for name in ordered[place : place + READ_AT_ONCE]])
            yield _read(session, wanted & columns.name.in_(select(keys.c.name)), None)
        return
    after: str | None = None
    while True:
        following = wanted if after is None else wanted & (columns.name > after)
        found = _read(session, following, READ_AT_ONCE)
        if not found:
            return
        after = found[-1].name
        yield found


def put_known(session: Session, documents: Sequence[Known]) -> None:
    """Write documents that were kept elsewhere, in their order."""
    rows = [
        _row(KnownBy(Period.parse(one.period), one.version), one.kind, one.name, one.month, one.document)
        for one in documents
    ]
    bulk_insert(session, known, rows)


def erase_known_aliases(session: Session, person_id: str, subjects: Mapping[tuple[str, str], str]) -> None:
    """Let stand-ins take the place of the user ids of somebody who is being erased, in everything closes knew."""
    columns = known.c
    own = select(columns.known_id, columns.document).where(columns.kind == Knows.ALIAS.value, columns.name == person_id)
    for row in session.execute(own).all():
        told = json.loads(row.document)
        for item in told["tables"].get("alias", ()):
            item["subject"] = subjects.get((item["source_id"], item["subject"]), item["subject"])
        text = canonical_json(told)
        values = {"document": text, "hash": hashlib.sha256(text.encode()).hexdigest()}
        session.execute(update(known).where(columns.known_id == row.known_id).values(values))


def delete_known(session: Session, through: Period, limit: int) -> int:
    """Delete up to so many documents that only closings up to a month need; how many.

    What was told of somebody and did not change since stays while a later month of theirs is kept.
    """
    columns, later = known.c, known.alias()
    newer = (
        select(later.c.known_id)
        .where(later.c.kind == columns.kind, later.c.name == columns.name, later.c.known_id > columns.known_id)
        .where(later.c.period <= str(through.following))
    )
    working = select(later.c.name).where(later.c.kind == Knows.MONTH.value, later.c.month > str(through))
    of_months = columns.kind.in_([Knows.MONTH.value, Knows.LINES.value]) & (columns.month <= str(through))
    of_people = columns.kind.in_([Knows.PERSON.value, Knows.ALIAS.value]) & columns.name.not_in(working)
    replaced = (columns.month == "") & newer.exists()
    old = select(columns.known_id).where(columns.period <= str(through), or_(of_months, of_people, replaced))
    gone = list(session.scalars(old.order_by(columns.known_id).limit(limit)))
    session.execute(delete(known).where(columns.known_id.in_(gone)))
    return len(gone)


def _read(session: Session, wanted: ColumnElement[bool], limit: int | None) -> list[Known]:
    columns = known.c
    newest = select(func.max(columns.known_id)).where(wanted).group_by(columns.name).order_by(columns.name).limit(limit)
    numbers = list(session.scalars(newest))
    keys = listed(session, [columns.known_id], [(number,) for number in numbers])
    rows = session.execute(select(known).where(columns.known_id.in_(select(keys.c.known_id))).order_by(columns.name))
    return [Known(row.period, row.version, Knows(row.kind), row.name, row.month, row.document) for row in rows]


def _hashes(session: Session, kind: Knows, month: str, names: Sequence[str]) -> dict[str, str]:
    columns = known.c
    keys = listed(session, [columns.name], [(name,) for name in names])
    newest = (
        select(func.max(columns.known_id))
        .where(columns.kind == kind.value, columns.month == month, columns.name.in_(select(keys.c.name)))
        .group_by(columns.name)
    )
    rows = session.execute(select(columns.name, columns.hash).where(columns.known_id.in_(newest)))
    return {row.name: row.hash for row in rows}


def _texts(documents: Mapping[str, object]) -> dict[str, str]:
    return {name: canonical_json(documents[name]) for name in sorted(documents)}


def _row(by: KnownBy, kind: Knows, name: str, month: str, text: str) -> dict[str, object]:
    return {
        "period": str(by.period),
        "version": by.version,
        "kind": kind.value,
        "name": name,
        "month": month,
        "document": text,
        "hash": hashlib.sha256(text.encode()).hexdigest(),
    }
