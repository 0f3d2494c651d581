"""A month worked out again beside what its close said: statements, entries and the closing document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.known import KnownStatement
from service.domain.ledger import PostedBy
from service.domain.money import format_minor
from service.domain.period import Period
from service.domain.replay import (
    Difference,
    Differences,
    Replay,
    Replayed,
    UnknownClosingError,
    UnknownReplayError,
    document_differences,
    statement_differences,
)
from service.domain.statement import document_hash
from service.reports.knowledge import known_statement
from service.store.periods import Closing, find_closing
from service.store.replays import find_replay, find_waiting_replay
from service.store.statements import read_issued
from service.store.tables import ledger_entry, posting

Entries = Mapping[tuple[str, str, str], int]
"""Minor units by person, month worked and account."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a close said: its document with the hash, and its statements in batches with what was posted for them."""

    period: Period
    version: int
    document: str
    document_hash: str
    statements: Iterable[tuple[Sequence[KnownStatement], Entries | None]]


def get_closing(session: Session, period: Period, version: int | None = None) -> Closing:
    """A closing of a period, withdrawn or not, by default the latest; `UnknownClosingError` where there is none."""
    found = find_closing(session, period, version)
    if found is None:
        raise UnknownClosingError(period, version)
    return found


def said_by(session: Session, row: Closing) -> Said:
    """What a closing of this database said."""
    batches = read_issued(session, row.period, row.version)
    statements = (
        (
            [known_statement(one) for one in batch],
            _entries(session, row.period, row.version, [one.person_id for one in batch]),
        )
        for batch in batches
    )
    return Said(row.period, row.version, row.document, row.document_hash, statements)


def compare(said: Said, again: Session, found: Differences) -> Replayed:
    """Put what was said beside what recalled tables say after their close."""
    comparison = _Comparison(said, again, found)
    for batch, entries in said.statements:
        comparison.put_beside(batch, entries)
    return comparison.ended()


class _Comparison:
    """A closing and the same one worked out again, a batch of people at a time."""

    def __init__(self, said: Said, again: Session, found: Differences) -> None:
        self._said, self._again, self._found = said, again, found
        self._seen: set[str] = set()
        self._unlike: set[str] = set()
        self._lines = self._events = 0

    def put_beside(self, batch: Sequence[KnownStatement], entries: Entries | None) -> None:
        """Compare these people's statements, and what was posted for them where that is known."""
        names = [one.person_id for one in batch]
        self._seen.update(names)
        now = self._worked_out(names)
        for one in batch:
            told = json.loads(one.document)
            self._lines += len(told.get("lines", ()))
            self._events += sum(told.get("events", {}).get("counts", {}).values())
            if one.document_hash != document_hash(one.document):
                self._found.add([_altered(one)])
            if one.document != now.get(one.person_id, ""):
                self._tell(one.person_id, told, json.loads(now.get(one.person_id, "{}")))
        if entries is not None:
            self._found.add(
                _unlike_entries(entries, _entries(self._again, self._said.period, self._said.version, names))
            )

    def ended(self) -> Replayed:
        """What was found, when everybody's statement was put beside."""
        said = self._said
        for issued in read_issued(self._again, said.period, said.version):
            for row in issued:
                if row.person_id not in self._seen:
                    self._tell(row.person_id, {}, json.loads(row.document))
        closing = get_closing(self._again, said.period, said.version)
        self._found.add(_unlike_documents(said, closing.document, self._unlike))
        return Replayed(
            said.period,
            said.version,
            len(self._seen),
            self._lines,
            self._events,
            said.document_hash,
            closing.document_hash,
            tuple(self._found.told),
            self._found.count,
        )

    def _tell(self, person_id: str, stored: Mapping[str, Any], now: Mapping[str, Any]) -> None:
        self._unlike.add(person_id)
        self._found.add(statement_differences(person_id, stored, now))

    def _worked_out(self, names: Sequence[str]) -> dict[str, str]:
        batches = read_issued(self._again, self._said.period, self._said.version, names)
        return {row.person_id: row.document for batch in batches for row in batch}


def _altered(one: KnownStatement) -> Difference:
    return Difference(
        one.person_id, "statement", "document_hash", one.period, one.document_hash, document_hash(one.document)
    )


def _unlike_documents(said: Said, again: str, unlike: set[str]) -> list[Difference]:
    """Where the closing documents differ; of people whose statements differ that is told already."""
    found = []
    if said.document_hash != document_hash(said.document):
        now = document_hash(said.document)
        found.append(Difference("", "closing", "document_hash", str(said.period), said.document_hash, now))
    stored, now = json.loads(said.document), json.loads(again)
    people = [{item["person"]: item for item in document.pop("people")} for document in (stored, now)]
    found += document_differences("closing", str(said.period), stored, now)
    for person_id in sorted({*people[0], *people[1]} - unlike):
        before, after = (own.get(person_id, {}) for own in people)
        told = document_differences("closing", str(said.period), before, after)
        found += [Difference(person_id, item.what, item.name, item.month, item.stored, item.again) for item in told]
    return found


def _entries(
    session: Session, period: Period, version: int, person_ids: Sequence[str]
) -> dict[tuple[str, str, str], int]:
    columns = ledger_entry.c
    rows: Iterable[Any] = session.execute(
        select(columns.person_id, columns.month_worked, posting.c.account, posting.c.amount_minor)
        .join(posting, posting.c.entry_id == columns.entry_id)
        .where(columns.period == str(period), columns.version == version, columns.person_id.in_(person_ids))
        .where(columns.document == PostedBy.CLOSING.value)
    )
    return {(row.person_id, row.month_worked, row.account): row.amount_minor for row in rows}


def _unlike_entries(stored: Entries, again: Entries) -> list[Difference]:
    return [
        Difference(key[0], "entry", key[2], key[1], _shown(stored.get(key)), _shown(again.get(key)))
        for key in sorted({*stored, *again})
        if stored.get(key) != again.get(key)
    ]


def _shown(amount: int | None) -> str:
    return "" if amount is None else format_minor(amount)


def next_replay(session: Session) -> Replay | None:
    """The oldest replay that was asked for and has not ended."""
    return find_waiting_replay(session)


def get_replay(session: Session, replay_id: str, period: Period) -> Replay:
    """A replay of a period, or an `UnknownReplayError`."""
    found = find_replay(session, replay_id)
    if found is None or found.period != period:
        raise UnknownReplayError(replay_id, period)
    return found
