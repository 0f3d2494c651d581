"""An assigned target: what one person is asked for in one month, set by somebody at some time."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from service.domain.errors import InvalidError, Problem, TooLargeError
from service.domain.period import InvalidPeriodError, Period

MAX_ROWS = 10_000
"""A grid of a thousand people and ten standards; more in one transaction would keep everybody else waiting."""

_AMOUNT = re.compile(r"\d{1,13}(\.\d{1,6})?")
_STANDARD = re.compile(r"[a-z0-9_]{1,64}")

Key = tuple[str, Period, str]
"""Person, month and standard: of its rows the newest holds."""


class TargetsRefusedError(InvalidError):
    """Targets with mistakes; none of them was set."""

    code = "targets_refused"

    def __init__(self, problems: Sequence[Problem], rows: int) -> None:
        super().__init__(f"{len(problems)} mistakes in {rows} targets; none was set.", tuple(problems))


class TooManyTargetsError(TooLargeError):
    """Targets over the limit."""

    code = "too_many_targets"

    def __init__(self, rows: int) -> None:
        super().__init__(f"{rows} targets are more than one request takes ({MAX_ROWS}). Send them in parts.")


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One target as it came; `place` says where, with {} for the column: "line 7, column {}:" or "/targets/6/{}"."""

    place: str
    person_id: str
    period: str
    standard: str
    amount: str


@dataclass(frozen=True, slots=True)
class AssignedTarget:
    """A target in units of its metric: exact, never rounded."""

    person_id: str
    period: Period
    standard: str
    amount: Decimal
    set_at: datetime
    set_by: str

    @property
    def key(self) -> Key:
        """What it is a target of."""
        return self.person_id, self.period, self.standard


@dataclass(frozen=True, slots=True)
class Known:
    """What a target can be of: the people there are, and the standards of the published plans (none published: any)."""

    person_ids: Collection[str]
    standards: Collection[str] = ()


def read_targets(
    rows: Sequence[TargetRow], known: Known, set_by: str, *, now: datetime
) -> tuple[list[AssignedTarget], list[Problem]]:
    """The targets of all rows without mistakes, and every mistake of the others."""
    if len(rows) > MAX_ROWS:
        raise TooManyTargetsError(len(rows))
    targets: dict[Key, AssignedTarget] = {}
    problems: list[Problem] = []
    for row in rows:
        found = _problems(row, known)
        problems += found
        if not found:
            target = AssignedTarget(
                row.person_id, Period.parse(row.period), row.standard, Decimal(row.amount), now, set_by
            )
            if targets.setdefault(target.key, target).amount != target.amount:
                detail = "Another row sets a different target for this person, month and standard."
                problems.append(_problem(row, "amount", "contradiction", detail))
    return list(targets.values()), problems


def news(targets: Sequence[AssignedTarget], known: Mapping[Key, Decimal]) -> list[AssignedTarget]:
    """Those of the targets that differ from what holds; setting the same again is no news."""
    return [target for target in targets if known.get(target.key) != target.amount]


def _problems(row: TargetRow, known: Known) -> list[Problem]:
    found = []
    if row.person_id not in known.person_ids:
        found.append(
            _problem(row, "person_id", "unknown_person", "Nobody has this person id; import the person first.")
        )
    try:
        Period.parse(row.period)
    except InvalidPeriodError as error:
        found.append(_problem(row, "period", error.code, error.detail))
    if not _STANDARD.fullmatch(row.standard):
        detail = "Write the id of a standard of the plan: small latin letters, digits and underscores."
        found.append(_problem(row, "standard", "invalid_id", detail))
    elif known.standards and row.standard not in known.standards:
        detail = f"No published plan has this standard; there are {', '.join(sorted(known.standards))}."
        found.append(_problem(row, "standard", "unknown_standard", detail))
    if not _AMOUNT.fullmatch(row.amount):
        detail = 'Write a number of at most six decimal places, such as "250" or "72345.50".'
        found.append(_problem(row, "amount", "invalid_amount", detail))
    return found


def _problem(row: TargetRow, column: str, code: str, detail: str) -> Problem:
    return Problem(code, detail, row.place.format(column))
