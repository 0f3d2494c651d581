"""Earning lines: drafted while a month is open, left alone once it is closed."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, delete, func, literal_column, select, tuple_
from sqlalchemy.orm import Session

from service.domain.earning import (
    REDUCING,
    SET_OFF,
    SETTLING,
    WRITE_OFF,
    Balances,
    Charge,
    Disposition,
    EarningLine,
)
from service.domain.event import JsonValue, canonical_json
from service.domain.part import LinePart, PartOf
from service.domain.period import Period
from service.store.derived_tables import earning_line
from service.store.dialect import bulk_insert
from service.store.periods import CLOSED_STATES
from service.store.tables import period as period_table

BY_THEMSELVES = (*SETTLING, SET_OFF, WRITE_OFF)
"""Kinds of lines that are not drafted with the month they correct."""

LineScope = tuple[str, Period, Period]
"""A person, the period that posts, and the month worked: what is replaced as a whole."""


def replace_lines(session: Session, scopes: Sequence[LineScope], lines: Sequence[EarningLine]) -> None:
    """Replace the draft lines of these scopes; the caller holds the posting periods and knows that they are open.

    Neither what a month lets go of held money nor what it does about reductions is in a scope: both are worked out by
    themselves.
    """
    columns = earning_line.c
    keys = [(person_id, str(period), str(month)) for person_id, period, month in scopes]
    session.execute(
        delete(earning_line)
        .where(tuple_(columns.person_id, columns.period, columns.month_worked).in_(keys))
        .where(columns.kind.not_in(BY_THEMSELVES))
    )
    bulk_insert(session, earning_line, [_values(line) for line in lines])


def replace_lines_of(
    session: Session, kinds: Sequence[str], months: Sequence[tuple[str, Period]], lines: Sequence[EarningLine]
) -> None:
    """Replace the draft lines of these kinds in these open months of people."""
    columns = earning_line.c
    keys = [(person_id, str(period)) for person_id, period in months]
    session.execute(
        delete(earning_line).where(tuple_(columns.person_id, columns.period).in_(keys)).where(columns.kind.in_(kinds))
    )
    bulk_insert(session, earning_line, [_values(line) for line in lines])


def add_new_lines(session: Session, lines: Sequence[EarningLine]) -> None:
    """Add lines to those of a period that the caller holds alone."""
    bulk_insert(session, earning_line, [_values(line) for line in lines])


def list_lines(session: Session, period: Period, person_ids: Sequence[str] | None = None) -> list[EarningLine]:
    """The lines that a period posts (drafts while it is open), by person, month worked and position."""
    columns = earning_line.c
    query = select(earning_line).where(columns.period == str(period))
    if person_ids is not None:
        query = query.where(columns.person_id.in_(list(person_ids)))
    rows = session.execute(query.order_by(columns.person_id, columns.month_worked, columns.position))
    return [_line(row) for row in rows]


def reopen_lines(session: Session, period: Period) -> set[tuple[str, Period]]:
    """Make the lines of a period drafts again; the person-months that must be scored for it.

    Drafts of later months that correct this one or an earlier one are taken away: the period corrects them itself.
    """
    columns = earning_line.c
    rows = session.execute(
        select(columns.person_id, columns.period, columns.month_worked).where(columns.period >= str(period)).distinct()
    ).all()
    corrects = (columns.period > str(period)) & (columns.month_worked <= str(period))
    session.execute(delete(earning_line).where(corrects))
    return {(row.person_id, Period.parse(text)) for row in rows for text in (row.period, row.month_worked)}


def list_posted_lines(session: Session, person_id: str, month_worked: Period) -> list[EarningLine]:
    """The lines that closings posted for a person's month, its own and those that corrected it, in that order."""
    columns = earning_line.c
    rows = session.execute(
        select(earning_line)
        .where(columns.person_id == person_id, columns.month_worked == str(month_worked), columns.period.in_(_closed()))
        .order_by(columns.period, columns.position)
    )
    return [_line(row) for row in rows]


def list_reducing_lines(
    session: Session, person_ids: Collection[str] | None = None, *, posted: bool = False
) -> list[EarningLine]:
    """The lines that reduce closed months and those that do something about it; of everybody, or of these people.

    With `posted`, only those that a closing posted.
    """
    columns = earning_line.c
    query = select(earning_line).where((columns.disposition == Disposition.PROPOSED.value) | columns.kind.in_(REDUCING))
    # Spelled as the index is: few people have any.
    reduced = select(columns.person_id).where(columns.disposition == literal_column("'proposed'"))
    query = query.where(columns.person_id.in_(reduced if person_ids is None else sorted(person_ids)))
    if posted:
        query = query.where(columns.period.in_(_closed()))
    order = (columns.person_id, columns.period, columns.month_worked, columns.position)
    return [_line(row) for row in session.execute(query.order_by(*order))]


def list_drafts_with_parts(session: Session, person_ids: Collection[str]) -> list[EarningLine]:
    """The lines of these people that no closing posted yet and that deals have parts in."""
    columns = earning_line.c
    rows = session.execute(
        select(earning_line)
        .where(columns.person_id.in_(sorted(person_ids)), columns.parts != "[]", columns.period.not_in(_closed()))
        .order_by(columns.person_id, columns.period, columns.month_worked, columns.position)
    )
    return [_line(row) for row in rows]


def list_people_settling(session: Session, person_ids: Collection[str]) -> set[str]:
    """Those of these people who have drafts that hold money back for a closed month, or let it go."""
    columns = earning_line.c
    rows = session.execute(
        select(columns.person_id)
        .where(columns.person_id.in_(sorted(person_ids)), columns.period.not_in(_closed()))
        .where(columns.month_worked != columns.period)
        .where((columns.charge == Charge.HELD.value) | columns.kind.in_(SETTLING))
        .distinct()
    )
    return set(rows.scalars())


def sum_payable(session: Session, person_id: str, first: Period, last: Period) -> dict[Period, int]:
    """What months of a person pay, posted or drafted, in minor units by month; months without a line left out."""
    columns = earning_line.c
    payable = case((columns.disposition == Disposition.PAYABLE.value, columns.amount_minor), else_=0)
    rows = session.execute(
        select(columns.period, func.sum(payable).label("amount"))
        .where(columns.person_id == person_id, columns.period.between(str(first), str(last)))
        .group_by(columns.period)
    )
    return {Period.parse(row.period): int(row.amount) for row in rows}


def list_balances(session: Session, person_ids: Collection[str], until: Period) -> dict[str, Balances]:
    """What is held back of these people and was advanced to them at the end of a month, posted and drafted."""
    columns = earning_line.c
    held = case((columns.charge == Charge.HELD.value, -columns.amount_minor), else_=0)
    # What is forfeited is charged to the expense, and leaves what is held.
    lost = case((columns.disposition == Disposition.FORFEITED.value, columns.amount_minor), else_=0)
    drawn = case((columns.charge == Charge.DRAW.value, columns.amount_minor), else_=0)
    waiting = case((columns.disposition == Disposition.PROPOSED.value, -columns.amount_minor), else_=0)
    decided = case((columns.charge == Charge.PROPOSED.value, columns.amount_minor), else_=0)
    rows = session.execute(
        select(
            columns.person_id,
            func.sum(held + lost).label("held"),
            func.sum(drawn).label("draw"),
            func.sum(waiting + decided).label("proposed"),
        )
        .where(columns.person_id.in_(sorted(person_ids)), columns.period <= str(until))
        .group_by(columns.person_id)
    )
    return {row.person_id: Balances(int(row.held), int(row.draw), int(row.proposed)) for row in rows}


def _closed() -> Select[Any]:
    return select(period_table.c.period).where(period_table.c.state.in_(CLOSED_STATES))


def find_unposted_period(session: Session, before: Period) -> Period | None:
    """The earliest month before this one that is not closed and has money in draft lines."""
    columns = earning_line.c
    text = session.execute(
        select(columns.period)
        .where(columns.period < str(before), *_is_money())
        .where(columns.period.not_in(_closed()))
        .order_by(columns.period)
        .limit(1)
    ).scalar()
    return Period.parse(text) if text else None


def has_money(session: Session, period: Period) -> bool:
    """Whether there is money in the lines of a period."""
    columns = earning_line.c
    query = select(columns.period).where(columns.period == str(period), *_is_money()).limit(1)
    return session.execute(query).scalar() is not None


def _is_money() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    columns = earning_line.c
    return columns.amount_minor != 0, columns.disposition != Disposition.INFORMATION.value


def _values(line: EarningLine) -> dict[str, Any]:
    return {
        "person_id": line.person_id,
        "period": str(line.period),
        "month_worked": str(line.month_worked),
        "position": line.position,
        "rule": line.rule,
        "kind": line.kind,
        "label": line.label,
        "label_bg": line.label_bg,
        "amount_minor": line.amount_minor,
        "disposition": line.disposition.value,
        "plan_hash": line.plan_hash,
        "explanation": canonical_json(line.explanation),
        "charge": line.charge.value,
        "parts": canonical_json([_part_values(part) for part in line.parts]),
    }


def _part_values(part: LinePart) -> list[JsonValue]:
    due_on = part.due_on.isoformat() if part.due_on else None
    return [part.what.value, str(part.month), part.rule, part.deal_id, part.amount_minor, due_on, part.otherwise]


def _part(values: Sequence[Any]) -> LinePart:
    what, month, rule, deal_id, amount_minor, due_on, otherwise = values
    day = date.fromisoformat(due_on) if due_on else None
    return LinePart(PartOf(what), Period.parse(month), rule, deal_id, amount_minor, day, otherwise)


def _line(row: Row[Any]) -> EarningLine:
    return EarningLine(
        person_id=row.person_id,
        period=Period.parse(row.period),
        month_worked=Period.parse(row.month_worked),
        position=row.position,
        rule=row.rule,
        kind=row.kind,
        label=row.label,
        label_bg=row.label_bg,
        amount_minor=row.amount_minor,
        disposition=Disposition(row.disposition),
        plan_hash=row.plan_hash,
        explanation=json.loads(row.explanation),
        charge=Charge(row.charge),
        parts=tuple(_part(values) for values in json.loads(row.parts)),
    )
