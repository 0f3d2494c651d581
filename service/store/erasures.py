"""Erasing: every text and every message in which a person is named, over all tables, and the row that says so."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, LargeBinary, String, Table, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from service.domain.event import event_document, event_from_document
from service.domain.person import Alias
from service.domain.privacy import Traces, bytes_of, event_without, without_traces
from service.store.account_tables import account, login_session, reset_link
from service.store.bank_tables import bank_account
from service.store.columns import METADATA
from service.store.derived_tables import earning_line, event_credit
from service.store.dialect import contains_bytes
from service.store.periods import CLOSED_STATES
from service.store.privacy_tables import erasure
from service.store.tables import alias, assignment, delivery, event, period, person, quarantine

EVENTS_AT_ONCE = 500
"""Events rewritten at once: some megabytes of documents in memory."""

BOOKS = frozenset(
    {"approval", "chain_leaf", "chain_link", "closing", "ledger_entry", "line_deal", "payment", "posting"}
    | {"known", "reduction_decision", "signing_key", "statement", "withdrawal"}
)
"""What is only ever added to: kept word for word for its term, with its hashes, where finance alone reads it.

What closes knew of people has ids and no names; their user ids give way in `erase_known_aliases`.
"""

PUBLISHED = frozenset({"plan_version", "vocabulary_version", "plan_paper", "source_mapping"})
"""Documents under a hash that speak of roles and vendors and of no person."""


def begin_erasure(session: Session, person_id: str, who: str, now: datetime) -> int:
    """Open the audit log for this transaction, so that names in it can give way."""
    values = {"person_id": person_id, "began_at": now, "who": who}
    erasure_id: int = session.execute(insert(erasure).values(values).returning(erasure.c.erasure_id)).scalar_one()
    return erasure_id


def end_erasure(session: Session, erasure_id: int, now: datetime) -> None:
    """Close the audit log again."""
    session.execute(update(erasure).where(erasure.c.erasure_id == erasure_id).values(ended_at=now))


def list_open_money(session: Session, person_id: str) -> list[str]:
    """The open months with drafted money of a person."""
    columns = earning_line.c
    closed = select(period.c.period).where(period.c.state.in_(CLOSED_STATES))
    query = select(columns.period).where(columns.person_id == person_id, columns.amount_minor != 0)
    return sorted(set(session.scalars(query.where(columns.period.not_in(closed)))))


def list_personnel_numbers(session: Session, person_id: str) -> set[str]:
    """The numbers under which payroll knows a person."""
    numbers = select(assignment.c.personnel_number).where(assignment.c.person_id == person_id)
    return {number for number in session.scalars(numbers) if number}


def list_shared_subjects(
    session: Session, person_id: str, subjects: Collection[tuple[str, str]]
) -> set[tuple[str, str]]:
    """Those of the user ids that belonged to somebody else too, at another time."""
    columns = alias.c
    query = select(columns.source_id, columns.subject).where(columns.person_id != person_id)
    return {(row.source_id, row.subject) for row in session.execute(query)} & set(subjects)


def erase_events(session: Session, person_id: str, aliases: Sequence[Alias], traces: Traces) -> None:
    """Let stand-ins take the place of a person in the events that concern them, and empty the messages they came in."""
    sought = traces.sought
    for rows in _events_of(session, person_id, aliases):
        for row in rows:
            own = {
                item.subject: traces.subjects[item.source_id, item.subject]
                for item in aliases
                if item.source_id == row.source_id and item.covers(row.day)
            }
            told = event_without(event_from_document(row.source_id, row.external_id, row.document), own, sought)
            number = row.event_id
            values = {"document": event_document(told), "subject": told.subject}
            session.execute(update(event).where(event.c.event_id == number).values(values))
            for subject, put in own.items():
                # It may wait for the user id of somebody else.
                waits = (quarantine.c.event_id == number) & (quarantine.c.subject == subject)
                session.execute(update(quarantine).where(waits).values(subject=put))
        arrived = {row.delivery_id for row in rows}
        session.execute(update(delivery).where(delivery.c.delivery_id.in_(arrived)).values(body=b"", verdict="{}"))


def erase_person_rows(session: Session, person_id: str, stand_in: str, traces: Traces) -> None:
    """Take the names and numbers out of the rows of a person, and the accounts away."""
    session.execute(update(person).where(person.c.person_id == person_id).values(name=stand_in))
    session.execute(update(assignment).where(assignment.c.person_id == person_id).values(personnel_number=""))
    for (source_id, subject), put in traces.subjects.items():
        held = (alias.c.source_id == source_id) & (alias.c.subject == subject) & (alias.c.person_id == person_id)
        session.execute(update(alias).where(held).values(subject=put))
    session.execute(delete(bank_account).where(bank_account.c.person_id == person_id))
    logins = select(account.c.login).where(account.c.person_id == person_id)
    for table in (login_session, reset_link):
        session.execute(delete(table).where(table.c.login.in_(logins)))
    session.execute(delete(account).where(account.c.person_id == person_id))


def erase_everywhere(session: Session, traces: Traces) -> None:
    """Let every other text of every table say something else where it named the person, and empty such messages."""
    sought = traces.sought
    for table in METADATA.sorted_tables:
        if not sought or table.name in PUBLISHED | BOOKS:
            continue
        open_columns = [column for column in table.columns if _may_change(column)]
        _clear_texts(session, table, [column for column in open_columns if isinstance(column.type, String)], sought)
        for column in open_columns:
            if isinstance(column.type, LargeBinary):
                _empty_messages(session, table, column, sought)


def _may_change(column: Column[Any]) -> bool:
    """Whether a column holds texts that may change; somebody else of the same name keeps it."""
    return not (column.primary_key or column.foreign_keys or column is person.c.name)


def _clear_texts(session: Session, table: Table, columns: Sequence[Column[Any]], sought: Mapping[str, str]) -> None:
    keys = list(table.primary_key.columns)
    spelled = sorted({word for text in sought for word in (text, text.lower(), text.upper(), text.title())})
    named = [column.icontains(word, autoescape=True) for column in columns for word in spelled]
    if not named:
        return
    for row in session.execute(select(*keys, *columns).where(or_(*named))).all():
        before = dict(zip([column.name for column in columns], row[len(keys) :], strict=True))
        after = {name: without_traces(text, sought) for name, text in before.items() if text}
        changed = {name: text for name, text in after.items() if text != before[name]}
        if changed:
            own = [key == value for key, value in zip(keys, row, strict=False)]
            session.execute(update(table).where(*own).values(changed))


def _empty_messages(session: Session, table: Table, column: Column[Any], sought: Mapping[str, str]) -> None:
    for trace in sought:
        for spelled in sorted(bytes_of(trace)):
            session.execute(update(table).where(contains_bytes(session, column, spelled)).values({column.name: b""}))


def _events_of(session: Session, person_id: str, aliases: Sequence[Alias]) -> Iterator[Sequence[Any]]:
    """Every event that concerns a person or names one of their user ids, counted or waiting, in batches."""
    columns = event.c
    credited = select(event_credit.c.event_id).where(event_credit.c.person_id == person_id)
    names = [(columns.source_id == item.source_id) & (columns.subject == item.subject) for item in aliases]
    concerned = or_(columns.person_id == person_id, columns.event_id.in_(credited), *names)
    shown = (
        columns.event_id,
        columns.source_id,
        columns.external_id,
        columns.document,
        columns.day,
        columns.delivery_id,
    )
    after = 0
    while True:
        query = select(*shown).where(concerned, columns.event_id > after).order_by(columns.event_id)
        rows = session.execute(query.limit(EVENTS_AT_ONCE)).all()
        if not rows:
            return
        after = rows[-1].event_id
        yield rows
