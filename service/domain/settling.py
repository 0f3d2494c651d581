"""Settling: what payroll says it paid against what is owed, row by row; a row is paid as a whole or stays open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from service.domain.due import Due, DueKey
from service.domain.errors import BusinessConflictError
from service.domain.event import JsonValue
from service.domain.money import format_minor
from service.domain.national_id import contains_national_id
from service.domain.returned_list import ReturnedList, ReturnedRow


class CodesChangedError(BusinessConflictError):
    """Something was paid under a pay code that it does not have any more, and so could be paid again."""

    code = "codes_changed"

    def __init__(self, key: DueKey, paid_minor: int) -> None:
        super().__init__(
            f"An earlier list paid {key.person_id} {format_minor(paid_minor)} for {key.month_worked} under code "
            f'"{key.code}", and now that is not what is owed under it. Put the codes in `rules` of payouts.yaml back. '
            "Nothing was changed."
        )


class DifferenceKind(StrEnum):
    """How a row of the list, or the want of one, differs from what is owed."""

    UNKNOWN_NUMBER = "unknown_number"
    """Nobody has this number."""
    NOT_OWED = "not_owed"
    """The person is known, and nothing is owed for this code and month."""
    AMOUNT = "amount"
    """Another amount than is owed."""
    TWICE = "twice"
    """More than one row for this number, code and month."""
    PAID_BEFORE = "paid_before"
    """An earlier list settled it, with another amount."""
    MISSING = "missing"
    """It is owed and not in the list."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference, named for who must look into it; amounts in minor units, `line` 0 where the list has no row.

    What is not known is empty: nobody is behind an unknown number.
    """

    kind: DifferenceKind
    line: int
    number: str
    person_id: str
    code: str
    month_worked: str
    owed_minor: int | None
    told_minor: int | None

    def as_json(self) -> dict[str, JsonValue]:
        """For the document of the payment."""
        return {
            "what": self.kind.value,
            "line": self.line,
            "number": self.number,
            "person": self.person_id,
            "code": self.code,
            "month": self.month_worked,
            "owed": None if self.owed_minor is None else format_minor(self.owed_minor),
            "told": None if self.told_minor is None else format_minor(self.told_minor),
        }


@dataclass(frozen=True, slots=True)
class Settled:
    """What a list settles, and everything that differs."""

    paid: tuple[Due, ...]
    differences: tuple[Difference, ...]


def demand_same_codes(owed: Sequence[Due], paid_before: Mapping[DueKey, int]) -> None:
    """Raise a `CodesChangedError` if what was paid is not owed under the same codes as then."""
    amounts = {due.key: due.amount_minor for due in owed}
    for key, paid_minor in paid_before.items():
        if amounts.get(key) != paid_minor:
            raise CodesChangedError(key, paid_minor)


def settle(
    owed: Sequence[Due], paid_before: Mapping[DueKey, int], numbers: Mapping[str, str], returned: ReturnedList
) -> Settled:
    """Compare a list with the dues of a month; `numbers` says whose each is, `paid_before` what is settled already.

    A row that an earlier list settled with the same amount is no difference, so that a list may be sent again.
    """
    dues = {due.key: due for due in owed}
    told: dict[DueKey, list[ReturnedRow]] = {}
    differences: list[Difference] = []
    for row in returned.rows:
        person_id = numbers.get(row.number)
        if person_id is None:
            differences.append(_of_row(DifferenceKind.UNKNOWN_NUMBER, row))
        else:
            told.setdefault(DueKey(person_id, row.month_worked, row.code), []).append(row)
    paid: list[Due] = []
    for key, rows in told.items():
        due = dues.get(key)
        kind = _kind(due, paid_before.get(key), rows)
        if kind is not None:
            known_minor = paid_before.get(key, due.amount_minor if due else None)
            differences.append(_of_row(kind, rows[-1], key.person_id, known_minor))
        elif due is not None and key not in paid_before:
            paid.append(due)
    open_dues = [due for due in owed if due.key not in paid_before and due.key not in told]
    differences += [_missing(due) for due in open_dues]
    return Settled(tuple(sorted(paid, key=lambda due: due.key)), tuple(differences))


def _kind(due: Due | None, paid_minor: int | None, rows: Sequence[ReturnedRow]) -> DifferenceKind | None:
    """How these rows of one due differ from it; None where the one row is right."""
    amount_minor = rows[0].amount_minor
    if len(rows) > 1:
        return DifferenceKind.TWICE
    if paid_minor is not None:
        return None if paid_minor == amount_minor else DifferenceKind.PAID_BEFORE
    if due is None:
        return DifferenceKind.NOT_OWED
    return None if due.amount_minor == amount_minor else DifferenceKind.AMOUNT


def _of_row(kind: DifferenceKind, row: ReturnedRow, person_id: str = "", owed_minor: int | None = None) -> Difference:
    # National identity numbers are never kept, wherever somebody put one: the line tells which row it is.
    number, code = ("" if contains_national_id(text) else text for text in (row.number, row.code))
    month = str(row.month_worked)
    return Difference(kind, row.line, number, person_id, code, month, owed_minor, row.amount_minor)


def _missing(due: Due) -> Difference:
    person_id, month = due.payout.person_id, str(due.payout.month_worked)
    return Difference(DifferenceKind.MISSING, 0, due.number, person_id, due.code, month, due.amount_minor, None)
