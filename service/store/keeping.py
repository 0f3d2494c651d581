"""Keeping at a close what it knew: people, plans in force, events and decisions, balances carried in, its own lines."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from service.domain.closing import WorkIsStaleError
from service.domain.earning import REDUCING
from service.domain.known import Knows
from service.domain.part import NO_DEAL
from service.domain.period import Period
from service.store.approvals import withdrawn
from service.store.derived_tables import earning_line
from service.store.events_known import deal_documents, month_documents
from service.store.known import (
    KnownBy,
    add_changed,
    add_known,
    count_waiting,
    delete_unkept,
    has_known,
    list_unkept,
)
from service.store.known_rows import JsonRow, by_name, list_rows
from service.store.known_tables import known
from service.store.money_tables import line_deal, reduction_decision
from service.store.periods import CLOSED_STATES
from service.store.plan_tables import plan_in_force, vocabulary_version
from service.store.tables import absence, alias, assignment, closing, holiday, person
from service.store.tables import period as period_table

KEPT_AT_ONCE = 500
"""People, months of people or deals kept at once: some tens of thousands of event numbers in memory."""


def keep_known(session: Session, period: Period, version: int) -> None:
    """Keep what is known now for the closing of a period that the caller holds alone, before it looks for stale work.

    Raises `WorkIsStaleError` while the correction of an earlier month that this closing is to post is being worked out.
    """
    by = KnownBy(period, version)
    first, won = not has_known(session), set[str]()
    for month, group in groupby(list_unkept(session, period), key=lambda item: item[1]):
        for people in _in_batches([person_id for person_id, _ in group]):
            documents, deals = month_documents(session, month, people)
            add_known(session, by, Knows.MONTH, documents, str(month))
            won |= deals
    waiting = count_waiting(session, period)
    if waiting:
        raise WorkIsStaleError(period, waiting)
    delete_unkept(session, period)
    for month in [*_closed(session), period] if first else [period]:
        _keep_lines(session, by, month)
    for batch in _in_batches(sorted(won | _deals(session, period))):
        add_changed(session, by, Knows.DEAL, deal_documents(session, batch))
    _keep_people(session, by)
    _keep_company(session, by)


def _in_batches(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for place in range(0, len(names), KEPT_AT_ONCE):
        yield names[place : place + KEPT_AT_ONCE]


def _closed(session: Session) -> list[Period]:
    columns = period_table.c
    texts = session.scalars(select(columns.period).where(columns.state.in_(CLOSED_STATES)).order_by(columns.period))
    return [Period.parse(text) for text in texts]


def _keep_lines(session: Session, by: KnownBy, month: Period) -> None:
    """The lines that this month's closing posts; of those who had lines in a withdrawn one that there are none."""
    columns = earning_line.c
    with_lines = session.scalars(select(columns.person_id).where(columns.period == str(month)).distinct())
    of_lines = (known.c.kind == Knows.LINES.value) & (known.c.month == str(month))
    before = session.scalars(select(known.c.name).where(of_lines).distinct())
    for people in _in_batches(sorted({*with_lines, *before})):
        wanted = (columns.period == str(month)) & columns.person_id.in_(people)
        # What such a line settles is told by its reason alone.
        rows = list_rows(session, earning_line, wanted & columns.kind.not_in(REDUCING))
        rows += list_rows(session, earning_line, wanted & columns.kind.in_(REDUCING), also=("explanation",))
        found = by_name(rows, "person_id")
        documents = {name: _tables(earning_line=found.get(name, [])) for name in people}
        add_changed(session, by, Knows.LINES, documents, str(month))


def _deals(session: Session, period: Period) -> set[str]:
    """The deals of everything that closings posted by deal, and of what this one is to post."""
    columns = line_deal.c
    posted = session.scalars(
        select(columns.deal_id).where(tuple_(columns.period, columns.version).not_in(withdrawn())).distinct()
    )
    texts = session.scalars(
        select(earning_line.c.parts).where(earning_line.c.period == str(period), earning_line.c.parts != "[]")
    )
    drafted = {part[3] for text in texts for part in json.loads(text)}
    return {*posted, *drafted} - {NO_DEAL}


def _keep_people(session: Session, by: KnownBy) -> None:
    person_ids = list(session.scalars(select(person.c.person_id).order_by(person.c.person_id)))
    for people in _in_batches(person_ids):
        tables = {
            table.name: by_name(list_rows(session, table, table.c.person_id.in_(people)), "person_id")
            for table in (person, assignment, absence, reduction_decision)
        }
        add_changed(
            session,
            by,
            Knows.PERSON,
            {name: _tables(**{table: rows.get(name, []) for table, rows in tables.items()}) for name in people},
        )
        aliases = by_name(list_rows(session, alias, alias.c.person_id.in_(people)), "person_id")
        add_changed(session, by, Knows.ALIAS, {name: _tables(alias=aliases.get(name, [])) for name in people})


def _keep_company(session: Session, by: KnownBy) -> None:
    """The calendar, the plans in force and the closings that hold now; and the vocabularies."""
    rows = list_rows(session, vocabulary_version, vocabulary_version.c.starts_on.is_not(None))
    found = by_name(rows, "starts_on")
    add_changed(session, by, Knows.VOCABULARY, {day: _tables(vocabulary_version=own) for day, own in found.items()})
    holding = select(period_table.c.period, period_table.c.version).where(period_table.c.state.in_(CLOSED_STATES))
    document = _tables(
        holiday=list_rows(session, holiday, holiday.c.day.is_not(None)),
        plan_in_force=list_rows(session, plan_in_force, plan_in_force.c.starts_on.is_not(None)),
        closing=list_rows(session, closing, tuple_(closing.c.period, closing.c.version).in_(holding)),
    )
    # Always: a closing whose company is the one before still must be found.
    add_known(session, by, Knows.COMPANY, {"": document})


def _tables(**rows: Collection[JsonRow]) -> dict[str, object]:
    """A document of rows by table; tables without any are left out."""
    return {"tables": {name: list(own) for name, own in rows.items() if own}}
