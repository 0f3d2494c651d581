"""An archive: every statement of a month on paper, printed in the background, one part after the other."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from service.domain.errors import BusinessConflictError, NotFoundError
from service.domain.figures import Language
from service.domain.period import Period

STATEMENTS_PER_PART = 100
"""Printed in one transaction: about a second of work and a few megabytes."""

KEPT = timedelta(days=7)
"""An archive holds everybody's money in one file: it is deleted when it was surely fetched, and made again at will."""


class ArchiveState(StrEnum):
    """How far an archive is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Archive:
    """What was asked for: the statements of one closing in a language."""

    archive_id: str
    period: Period
    version: int
    language: Language
    total: int
    asked_at: datetime
    asked_by: str


@dataclass(frozen=True, slots=True)
class ArchivePart:
    """Some statements printed: a ZIP of them, in the order of the persons' codes."""

    number: int
    statements: int
    last_person: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ArchiveProgress:
    """An archive with how many of its statements are printed; `last_person` is the last of them."""

    archive: Archive
    parts: int
    done: int
    last_person: str
    ended_at: datetime | None
    failure: str

    @property
    def state(self) -> ArchiveState:
        """Whether it waits, is being printed, is there, or cannot be made."""
        if self.ended_at is not None:
            return ArchiveState.FAILED if self.failure else ArchiveState.DONE
        return ArchiveState.RUNNING if self.done else ArchiveState.WAITING


class UnknownArchiveError(NotFoundError):
    """No archive has this id, or it was kept long enough."""

    code = "unknown_archive"

    def __init__(self, archive_id: str) -> None:
        super().__init__(
            f"There is no archive {archive_id[:32]}; one is kept for {KEPT.days} days. Ask for a new one with POST "
            "/v1/statement-archives."
        )


class ArchiveNotReadyError(BusinessConflictError):
    """An archive was to be fetched before all of it was printed."""

    code = "archive_not_ready"

    def __init__(self, progress: ArchiveProgress) -> None:
        super().__init__(
            f"{progress.done} of {progress.archive.total} statements are printed. Fetch the archive when its state is "
            f'"{ArchiveState.DONE}"; it is "{progress.state}" now.'
        )


def new_archive_id() -> str:
    """A name that nobody guesses."""
    return secrets.token_hex(16)
