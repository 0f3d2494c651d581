"""Replays that were asked for, and what was found."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, select, update
from sqlalchemy.orm import Session

from service.domain.period import Period
from service.domain.replay import Replay
from service.store.known_tables import replay


def add_new_replay(session: Session, asked: Replay) -> None:
    """Keep a replay that was asked for; it waits until it is worked out."""
    session.execute(insert(replay).values(asdict(asked) | {"period": str(asked.period)}))


def end_replay(session: Session, replay_id: str, document: str, failure: str, now: datetime) -> None:
    """Keep what a replay found, or why it could not be worked out; an end that is noted already stays."""
    columns = replay.c
    session.execute(
        update(replay)
        .where(columns.replay_id == replay_id, columns.ended_at.is_(None))
        .values(document=document, failure=failure, ended_at=now)
    )


def find_waiting_replay(session: Session, period: Period | None = None, version: int | None = None) -> Replay | None:
    """The oldest replay that has not ended, of one closing or of any."""
    columns = replay.c
    query = select(replay).where(columns.ended_at.is_(None))
    if period is not None:
        query = query.where(columns.period == str(period), columns.version == version)
    return _found(session, query.order_by(columns.asked_at, columns.replay_id).limit(1))


def find_replay(session: Session, replay_id: str) -> Replay | None:
    """The replay of this id."""
    return _found(session, select(replay).where(replay.c.replay_id == replay_id))


def _found(session: Session, query: Select[Any]) -> Replay | None:
    row = session.execute(query).one_or_none()
    return Replay(**row._asdict() | {"period": Period.parse(row.period)}) if row else None
