"""The parts of posted lines by deal: only ever added, by the closing that posts the lines."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, select, tuple_
from sqlalchemy.orm import Session

from service.domain.earning import EarningLine
from service.domain.part import HOLDING, LinePart, PartOf
from service.domain.period import Period
from service.store.approvals import withdrawn
from service.store.dialect import ask, bulk_insert, key_table, key_values
from service.store.money_tables import line_deal
from service.store.stale import mark_stale


@dataclass(frozen=True, slots=True)
class Held:
    """What is left of a part that is held back of a person, and the plan that held it back.

    `kept_minor` is what was kept at first and by corrections; `lost` if some of it was forfeited.
    """

    person_id: str
    part: LinePart
    plan_hash: str
    kept_minor: int
    lost: bool = False


def add_new_parts(session: Session, version: int, lines: Sequence[EarningLine]) -> None:
    """Keep the parts of the lines that a closing of their period posts."""
    rows = [
        {
            "period": str(line.period),
            "version": version,
            "person_id": line.person_id,
            "what": part.what.value,
            "month_worked": str(part.month),
            "rule": part.rule,
            "deal_id": part.deal_id,
            "amount_minor": part.amount_minor,
            "due_on": part.due_on,
            "otherwise": part.otherwise,
            "plan_hash": line.plan_hash,
        }
        for line in lines
        for part in line.parts
    ]
    bulk_insert(session, line_deal, rows)


def list_parts(session: Session, person_ids: Collection[str]) -> dict[str, list[LinePart]]:
    """Everything that was posted of these people by deal, in the order of posting."""
    columns = line_deal.c
    rows = session.execute(
        select(line_deal).where(columns.person_id.in_(sorted(person_ids)), _stands()).order_by(columns.part_id)
    )
    found: dict[str, list[LinePart]] = {}
    for row in rows:
        part = LinePart(
            PartOf(row.what),
            Period.parse(row.month_worked),
            row.rule,
            row.deal_id,
            row.amount_minor,
            row.due_on,
            row.otherwise,
        )
        found.setdefault(row.person_id, []).append(part)
    return found


def list_held(session: Session, person_ids: Collection[str]) -> list[Held]:
    """What is held back of these people by person, month, rule and deal; of what was let go nothing is left.

    Those of which nothing is left are listed too: a correction may still come.
    """
    columns = line_deal.c
    keys = (
        columns.person_id,
        columns.month_worked,
        columns.rule,
        columns.deal_id,
        columns.due_on,
        columns.otherwise,
        columns.plan_hash,
    )
    amount = func.sum(columns.amount_minor)
    kept = func.sum(case((columns.what == PartOf.HELD.value, columns.amount_minor), else_=0))
    lost = func.max(case((columns.what == PartOf.FORFEITED.value, 1), else_=0))
    rows = session.execute(
        select(*keys, amount.label("amount"), kept.label("kept"), lost.label("lost"))
        .where(columns.person_id.in_(sorted(person_ids)), columns.what.in_(sorted(HOLDING)), _stands())
        .group_by(*keys)
        .order_by(*keys)
    )
    return [_held(row) for row in rows]


def mark_holders(session: Session, deals: Mapping[str, Collection[Period]], now: datetime) -> bool:
    """Ask to score again whoever has money in these deals, in the months in which something happened to them.

    Whether there was anybody.
    """
    rows = ask(session, _holders, key_values(("deal_id",), [(deal,) for deal in sorted(deals)]))
    months = {(person_id, month) for person_id, deal in rows for month in deals[deal]}
    mark_stale(session, months, now)
    return bool(months)


@cache
def _holders(database: str) -> Select[Any]:
    columns = line_deal.c
    asked = key_table(database, [columns.deal_id])
    of_them = columns.deal_id.in_(select(asked.c.deal_id))
    return select(columns.person_id, columns.deal_id).where(of_them, _stands()).distinct()


def _held(row: Row[*tuple[Any, ...]]) -> Held:
    month = Period.parse(row.month_worked)
    part = LinePart(PartOf.HELD, month, row.rule, row.deal_id, int(row.amount), row.due_on, row.otherwise)
    return Held(row.person_id, part, row.plan_hash, int(row.kept), bool(row.lost))


def _stands() -> ColumnElement[bool]:
    """The parts of closings that were not withdrawn."""
    return tuple_(line_deal.c.period, line_deal.c.version).not_in(withdrawn())
