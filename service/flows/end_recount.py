"""End a recount: the marks it served are done."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.store.recounts import retire_recounts


def end_recount(session: Session, latest: int) -> None:
    """Take the marks away that were there when the recount began."""
    retire_recounts(session, latest)
