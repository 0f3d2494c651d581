"""Keeping a part of a backfill until its turn comes."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.backfill import Part
from service.store.backfills import add_new_part


def keep_backfill_part(session: Session, part: Part) -> None:
    """Keep some rows; they are taken when the whole file is here."""
    add_new_part(session, part)
