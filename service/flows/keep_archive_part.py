"""Keep a part of an archive that was printed, and end the archive after its last part or a failure."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.statement_archive import ArchivePart
from service.store.archives import add_new_part, mark_archive_ended


def keep_archive_part(
    session: Session, archive_id: str, part: ArchivePart | None, *, failure: str, now: datetime
) -> None:
    """Keep a part; the archive ends where there is none, or with a failure."""
    if part is None:
        mark_archive_ended(session, archive_id, failure, now)
    else:
        add_new_part(session, archive_id, part)
