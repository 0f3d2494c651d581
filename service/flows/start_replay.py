"""Start a replay: keep what was asked for and ask for the job that works it out."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.replay import Replay
from service.store.replays import add_new_replay, find_waiting_replay
from service.store.session import follow_up


def start_replay(session: Session, asked: Replay) -> str:
    """Keep a replay, which the job finds in the database; the id of it, or of one of the same closing that waits."""
    waiting = find_waiting_replay(session, asked.period, asked.version)
    if waiting is None:
        add_new_replay(session, asked)
    follow_up(session, "replay_closings")
    return waiting.replay_id if waiting else asked.replay_id
