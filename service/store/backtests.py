"""Backtests: what was asked for, the months worked out so far, and how each ended."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from service.domain.backtest import Backtest, MonthTried, Progress, month_document, month_from_document
from service.domain.event import canonical_json
from service.domain.period import Period
from service.store.dialect import insert_new
from service.store.plan_tables import backtest, backtest_month


def add_new_backtest(session: Session, asked: Backtest) -> None:
    """Keep a backtest that was asked for; it waits until its months are worked out."""
    session.execute(
        insert(backtest).values(
            backtest_id=asked.backtest_id,
            plan_id=asked.plan_id,
            plan_hash=asked.plan_hash,
            document=asked.document,
            effective_from=asked.effective_from,
            first_period=str(asked.first),
            last_period=str(asked.last),
            asked_at=asked.asked_at,
            asked_by=asked.asked_by,
        )
    )


def add_new_month(session: Session, backtest_id: str, month: MonthTried) -> None:
    """Keep a month that was worked out; worked out twice, the first stays."""
    row = {
        "backtest_id": backtest_id,
        "period": str(month.period),
        "document": canonical_json(month_document(month)),
    }
    insert_new(session, backtest_month, [row], ("backtest_id", "period"), ("period",))


def mark_ended(session: Session, backtest_id: str, failure: str, now: datetime) -> None:
    """Note that there is nothing more to work out; an end that is noted already stays."""
    columns = backtest.c
    session.execute(
        update(backtest)
        .where(columns.backtest_id == backtest_id, columns.ended_at.is_(None))
        .values(ended_at=now, failure=failure)
    )


def find_waiting(session: Session) -> str | None:
    """The id of the oldest backtest that has not ended."""
    columns = backtest.c
    query = select(columns.backtest_id).where(columns.ended_at.is_(None))
    return session.execute(query.order_by(columns.asked_at, columns.backtest_id).limit(1)).scalar()


def find_progress(session: Session, backtest_id: str) -> Progress | None:
    """A backtest with its months worked out so far, in order."""
    row = session.execute(select(backtest).where(backtest.c.backtest_id == backtest_id)).one_or_none()
    if row is None:
        return None
    asked = Backtest(
        row.backtest_id,
        row.plan_id,
        row.plan_hash,
        row.document,
        row.effective_from,
        Period.parse(row.first_period),
        Period.parse(row.last_period),
        row.asked_at,
        row.asked_by,
    )
    columns = backtest_month.c
    found = session.execute(
        select(columns.document).where(columns.backtest_id == backtest_id).order_by(columns.period)
    ).scalars()
    months = tuple(month_from_document(json.loads(text)) for text in found)
    return Progress(asked, months, row.ended_at, row.failure)
