"""Reminders that were raised: one row for each task of a closing, only ever added."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.period import Period
from service.domain.reminder import Reminder, Task
from service.store.dialect import insert_new
from service.store.money_tables import reminder

KEY = ("period", "version", "task")


def add_new_reminders(session: Session, due: Sequence[Reminder], now: datetime) -> list[Reminder]:
    """Note what is due, each once for ever; those that nobody had noted yet."""
    by_key = {(str(item.period), item.version, item.task.value): item for item in due}
    rows = [
        {"period": key[0], "version": key[1], "task": key[2], "due_at": item.due_at, "reminded_at": now}
        for key, item in sorted(by_key.items())
    ]
    return [by_key[tuple(row)] for row in insert_new(session, reminder, rows, KEY, KEY)]


def list_reminders(session: Session) -> list[Reminder]:
    """Everything that was ever noted, in the order of periods."""
    columns = reminder.c
    rows = session.execute(select(reminder).order_by(columns.period, columns.version, columns.due_at, columns.task))
    return [
        Reminder(Period.parse(row.period), row.version, Task(row.task), row.due_at, row.reminded_at) for row in rows
    ]
