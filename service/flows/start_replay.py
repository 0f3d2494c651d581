"""Start a replay: keep what was asked for and ask for the job that works it out."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.replay import Replay
from service.store.replays import add_new_replay
from service.store.session import follow_up


def start_replay(session: Session, asked: Replay) -> None:
    """Keep a replay; the job finds it in the database."""
    add_new_replay(session, asked)
    follow_up(session, "replay_closings")
