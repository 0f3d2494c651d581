"""Archives of statements: what was asked for, and the parts that are printed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.domain.figures import Language
from service.domain.period import Period
from service.domain.statement_archive import Archive, ArchivePart, ArchiveProgress
from service.store.archive_tables import statement_archive, statement_archive_part


def add_new_archive(session: Session, asked: Archive) -> None:
    """Keep an archive that was asked for; it waits until it is printed."""
    session.execute(
        insert(statement_archive).values(
            archive_id=asked.archive_id,
            period=str(asked.period),
            version=asked.version,
            language=asked.language.value,
            total=asked.total,
            asked_at=asked.asked_at,
            asked_by=asked.asked_by,
        )
    )


def add_new_part(session: Session, archive_id: str, part: ArchivePart) -> None:
    """Keep a part that was printed; where another worker printed the same one, the first stays."""
    new = insert(statement_archive_part).values(
        archive_id=archive_id,
        number=part.number,
        statements=part.statements,
        last_person=part.last_person,
        content=part.content,
    )
    with suppress(IntegrityError), session.begin_nested():
        session.execute(new)


def mark_archive_ended(session: Session, archive_id: str, failure: str, now: datetime) -> None:
    """Note that nothing more is printed; an end that is noted already stays."""
    columns = statement_archive.c
    session.execute(
        update(statement_archive)
        .where(columns.archive_id == archive_id, columns.ended_at.is_(None))
        .values(ended_at=now, failure=failure)
    )


def find_waiting_archive(session: Session) -> str | None:
    """The id of the oldest archive that has not ended."""
    columns = statement_archive.c
    query = select(columns.archive_id).where(columns.ended_at.is_(None))
    return session.execute(query.order_by(columns.asked_at, columns.archive_id).limit(1)).scalar()


def find_archive(session: Session, archive_id: str) -> ArchiveProgress | None:
    """An archive and how far it is."""
    own = statement_archive.c.archive_id == archive_id
    row = session.execute(select(statement_archive).where(own)).one_or_none()
    if row is None:
        return None
    parts = statement_archive_part.c
    printed = session.execute(
        select(func.count(), func.coalesce(func.sum(parts.statements), 0), func.max(parts.last_person)).where(
            parts.archive_id == archive_id
        )
    ).one()
    return ArchiveProgress(_archive(row), printed[0], printed[1], printed[2] or "", row.ended_at, row.failure)


def stream_parts(session: Session, archive_id: str) -> Iterator[bytes]:
    """The ZIP of every part, one at a time."""
    parts = statement_archive_part.c
    numbers = session.execute(select(parts.number).where(parts.archive_id == archive_id).order_by(parts.number))
    for number in numbers.scalars().all():
        own = (parts.archive_id == archive_id) & (parts.number == number)
        yield session.execute(select(parts.content).where(own)).scalar_one()


def delete_archives_before(session: Session, before: datetime) -> None:
    """Delete what was asked for earlier."""
    old = select(statement_archive.c.archive_id).where(statement_archive.c.asked_at < before)
    session.execute(delete(statement_archive_part).where(statement_archive_part.c.archive_id.in_(old)))
    session.execute(delete(statement_archive).where(statement_archive.c.asked_at < before))


def _archive(row: Row[Any]) -> Archive:
    return Archive(
        row.archive_id,
        Period.parse(row.period),
        row.version,
        Language(row.language),
        row.total,
        row.asked_at,
        row.asked_by,
    )
