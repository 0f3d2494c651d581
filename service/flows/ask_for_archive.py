"""Ask for all statements of a closed month as files: kept here, printed by the job."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from service.domain.statement_archive import Archive
from service.store.archives import add_new_archive
from service.store.session import follow_up
from service.store.statements import count_issued


def ask_for_archive(session: Session, asked: Archive) -> Archive:
    """Keep what was asked for; `total` is counted here."""
    found = replace(asked, total=count_issued(session, asked.period, asked.version))
    add_new_archive(session, found)
    follow_up(session, "archive")
    return found
