"""Whether the facts must be made again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.store.recounts import find_recount


def due_recount(session: Session) -> int | None:
    """The number of the latest mark, or None if no recount is due."""
    return find_recount(session)
