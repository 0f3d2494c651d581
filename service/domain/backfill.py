"""A backfill: history of a source that is read in parts, each part in a transaction of its own."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from service.domain.errors import NotFoundError
from service.domain.event import ItemResult, ItemState

PROBLEMS_KEPT = 20
"""Rows told apart that were not taken; more of the same mistake tell nothing new."""

TRIED_AGAIN = timedelta(minutes=10)
"""A part that could not be taken will not be within a second; until it is, the log has a line each time."""

ID_BYTES = 10
"""80 random bits name a backfill."""


class UnknownBackfillError(NotFoundError):
    """A backfill that the source does not have."""

    code = "unknown_backfill"

    def __init__(self, backfill_id: str) -> None:
        super().__init__(f'There is no backfill "{backfill_id[:40]}" of this source.')


class BackfillState(StrEnum):
    """How far a backfill is."""

    RECEIVING = "receiving"
    """Its file is still being read; nothing of it was lost if it stays so: send the file again."""
    WAITING = "waiting"
    """All of it is kept, and parts wait to be taken."""
    DONE = "done"
    BROKEN = "broken"
    """Its file broke off or could not be read: of one that was sent nothing was taken, of an import what came first."""


@dataclass(frozen=True, slots=True)
class Backfill:
    """A backfill as it stands: parts of its file known and taken, rows read, and how many of them became what.

    `fingerprint` is sha256 of the file, or empty where it came over HTTP. `problems` are the first rows not taken.
    `reason` says why it is broken, or why a part of it waits longer than the others; empty while all is well.
    """

    backfill_id: str
    source_id: str
    fingerprint: str
    created_at: datetime
    created_by: str
    state: BackfillState = BackfillState.RECEIVING
    parts: int = 0
    parts_done: int = 0
    rows_read: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    problems: Sequence[Mapping[str, object]] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a backfill, as lines of JSON; `first_row` counts from 1."""

    backfill_id: str
    number: int
    first_row: int
    lines: bytes


def new_backfill(source_id: str, fingerprint: str, who: str, *, now: datetime) -> Backfill:
    """A backfill of which nothing is read yet."""
    return Backfill(f"bf_{secrets.token_hex(ID_BYTES)}", source_id, fingerprint, now, who)


def with_part(backfill: Backfill, first_row: int, results: Sequence[ItemResult]) -> Backfill:
    """The backfill after one more part was taken."""
    counts = dict(backfill.counts)
    for result in results:
        counts[result.state.value] = counts.get(result.state.value, 0) + 1
    found = [_problem(first_row, result) for result in results if result.state in _NOT_TAKEN]
    problems = [*backfill.problems, *found][:PROBLEMS_KEPT]
    done = backfill.parts_done + 1
    ended = backfill.state is BackfillState.WAITING and done >= backfill.parts
    return replace(
        backfill,
        state=BackfillState.DONE if ended else backfill.state,
        parts_done=done,
        rows_read=backfill.rows_read + len(results),
        counts=counts,
        problems=problems,
    )


def received(backfill: Backfill, parts: int) -> Backfill:
    """The backfill when all its parts are known."""
    state = BackfillState.DONE if backfill.parts_done >= parts else BackfillState.WAITING
    return replace(backfill, parts=parts, state=state)


def broken(backfill: Backfill, reason: str) -> Backfill:
    """The backfill whose file cannot be read to its end."""
    return replace(backfill, state=BackfillState.BROKEN, reason=reason)


def begun_again(backfill: Backfill) -> Backfill:
    """The backfill whose file is read once more; one that is done stays so."""
    is_broken = backfill.state is BackfillState.BROKEN
    return replace(backfill, state=BackfillState.RECEIVING, reason="") if is_broken else backfill


def why_postponed(part: Part) -> str:
    """Why a part waits that could not be taken."""
    return (
        f"The rows from {part.first_row} on could not be taken because of a mistake of ours; the log of the worker has "
        f"it. They are tried again every {TRIED_AGAIN // timedelta(minutes=1)} minutes."
    )


def _problem(first_row: int, result: ItemResult) -> dict[str, object]:
    told: dict[str, object] = {"row": first_row + result.index, "id": result.external_id, "status": result.state.value}
    if result.rejection is not None:
        return told | {"code": result.rejection.code, "detail": result.rejection.detail}
    return told | {"code": "content_mismatch", "detail": "An event with this id says something else."}


_NOT_TAKEN = {ItemState.REJECTED, ItemState.CONFLICT}
