"""Rows of wrong tries to log in."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.domain.login_guard import Failures
from service.store.account_tables import login_failure
from service.store.dialect import hold_alone, upsert_replace


def hold_failures(session: Session, keys: Collection[str]) -> None:
    """Keep tries under these keys apart until the transaction ends."""
    for key in sorted(keys):
        hold_alone(session, key)


def list_failures(session: Session, keys: Collection[str]) -> dict[str, Failures]:
    """The counts of these keys; a key without wrong tries is left out."""
    columns = login_failure.c
    rows = session.execute(select(login_failure).where(columns.guard_key.in_(sorted(keys))))
    return {row.guard_key: Failures(row.guard_key, row.failures, row.last_at) for row in rows}


def replace_failures(session: Session, counts: Iterable[Failures]) -> None:
    """Write these counts."""
    rows = [
        {"guard_key": item.key, "failures": item.count, "last_at": item.last_at}
        for item in sorted(counts, key=lambda item: item.key)
    ]
    upsert_replace(session, login_failure, rows, ("guard_key",))


def clear_failures(session: Session, keys: Collection[str], forgotten_before: datetime) -> None:
    """Forget these counts, and every one whose last wrong try is this long ago."""
    columns = login_failure.c
    over = columns.guard_key.in_(sorted(keys)) | (columns.last_at < forgotten_before)
    session.execute(delete(login_failure).where(over))
