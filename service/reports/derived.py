"""A mark of everything that is derived, table by table: what a rebuild must leave as it was."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from service.store.award_tables import badge, points_day, streak
from service.store.derived_tables import (
    earning_input,
    earning_line,
    event_correction,
    event_credit,
    fact,
    fact_key,
    ramp_week,
    scorecard,
    standing,
)

DERIVED: tuple[Table, ...] = (
    fact,
    fact_key,
    event_credit,
    event_correction,
    ramp_week,
    scorecard,
    earning_input,
    earning_line,
    standing,
    points_day,
    streak,
    badge,
)
"""Every table that can be made again; a board's version only counts its changes, and marks only say what waits."""

ROWS_AT_ONCE = 5_000
"""Rows held in memory while a table is read."""


def derived_marks(session: Session) -> Mapping[str, str]:
    """The hash of each derived table, which does not depend on the order of its rows' making."""
    return {table.name: _mark(session, table) for table in DERIVED}


def _mark(session: Session, table: Table) -> str:
    digest = hashlib.sha256()
    rows = session.execute(select(table).order_by(*table.primary_key.columns).execution_options(yield_per=ROWS_AT_ONCE))
    for row in rows:
        digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()
