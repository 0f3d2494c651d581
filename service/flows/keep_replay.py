"""Keep what a replay found."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.event import canonical_json
from service.domain.replay import Replayed
from service.store.replays import end_replay


def keep_replay(session: Session, replay_id: str, found: Replayed | None, *, failure: str, now: datetime) -> None:
    """End a replay with what it found, or with the sentence that says why it found nothing."""
    end_replay(session, replay_id, canonical_json(found.as_json() if found else {}), failure, now)
