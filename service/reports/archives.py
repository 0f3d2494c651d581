"""All statements of a month as one ZIP: the next part to print, and what is there to fetch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC
from io import BytesIO, RawIOBase
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy.orm import Session

from service.domain.payout import PeriodOpenError
from service.domain.period import Period
from service.domain.statement_archive import (
    STATEMENTS_PER_PART,
    ArchiveNotReadyError,
    ArchivePart,
    ArchiveProgress,
    ArchiveState,
    UnknownArchiveError,
)
from service.reports.printed.pdf import paper_name, printer
from service.reports.printed.sheet import Composer
from service.reports.statement import Statement, status_of
from service.store.archives import find_archive, find_waiting_archive, stream_parts
from service.store.periods import find_closing, find_period
from service.store.statements import StatementRow, list_issued_after

EVERYBODY = "everybody"
"""Whose money an archive shows, in the audit log."""

READABLE_BY_OWNER = 0o600


def closing_to_print(session: Session, period: Period) -> int:
    """The version of the closing that holds; raises `PeriodOpenError` where nothing is closed."""
    if find_closing(session, period) is None or not find_period(session, period).state.is_closed:
        raise PeriodOpenError(period)
    return find_period(session, period).version


def get_archive(session: Session, archive_id: str) -> ArchiveProgress:
    """How far an archive is; raises `UnknownArchiveError`."""
    found = find_archive(session, archive_id)
    if found is None:
        raise UnknownArchiveError(archive_id)
    return found


def next_archive(session: Session) -> ArchiveProgress | None:
    """The oldest archive that is not finished."""
    waiting = find_waiting_archive(session)
    return find_archive(session, waiting) if waiting else None


def print_part(session: Session, progress: ArchiveProgress) -> ArchivePart | None:
    """Print the statements after those that are printed already; None if there are no more."""
    asked = progress.archive
    rows = list_issued_after(session, asked.period, asked.version, progress.last_person, STATEMENTS_PER_PART)
    if not rows:
        return None
    content = BytesIO()
    with ZipFile(content, "w", ZIP_STORED) as part:
        for name, printed in _printed(session, progress, rows):
            part.writestr(name, printed)
    return ArchivePart(progress.parts, len(rows), rows[-1].person_id, content.getvalue())


def _printed(session: Session, progress: ArchiveProgress, rows: list[StatementRow]) -> Iterator[tuple[ZipInfo, bytes]]:
    asked = progress.archive
    composer = Composer(session, asked.language)
    status = status_of(session, asked.period, asked.version)
    for row in rows:
        statement = Statement(status, row.issued_at, row.document_hash, json.loads(row.document))
        entry = ZipInfo(paper_name(statement, "pdf"), row.issued_at.astimezone(UTC).timetuple()[:6])
        entry.external_attr = READABLE_BY_OWNER << 16
        yield entry, printer().pdf(composer.sheet(statement), row.issued_at)


def demand_done(progress: ArchiveProgress) -> ArchiveProgress:
    """An archive that can be fetched; raises `ArchiveNotReadyError` for any other."""
    if progress.state is not ArchiveState.DONE:
        raise ArchiveNotReadyError(progress)
    return progress


def stream_archive(session: Session, archive_id: str) -> Iterator[bytes]:
    """The whole ZIP, never more than a part of it in memory; the session stays open until the last byte."""
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_STORED) as whole:
        for content in stream_parts(session, archive_id):
            with ZipFile(BytesIO(content)) as part:
                for entry in part.infolist():
                    whole.writestr(entry, part.read(entry))
                    yield sink.take()
    yield sink.take()


class _Sink(RawIOBase):
    """Where a ZIP is written that is sent on at once."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._held += piece
        return len(piece)

    def take(self) -> bytes:
        """What was written since the last time."""
        taken = bytes(self._held)
        self._held.clear()
        return taken
