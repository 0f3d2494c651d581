"""The ledger: balanced entries in double entry, corrected only by further entries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby

from service.domain.due import Due
from service.domain.earning import REDUCING, SETTLING, Charge, Disposition, EarningLine
from service.domain.period import Period


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of a movement: debit positive, credit negative, in minor units."""

    account: str
    amount_minor: int


class PostedBy(StrEnum):
    """The document that posts an entry; all of them name the closing that they are about."""

    CLOSING = "closing"
    WITHDRAWAL = "withdrawal"
    PAYMENT = "payment"


@dataclass(frozen=True, slots=True)
class Entry:
    """A balanced movement for one person and month worked, posted by one document about one closing."""

    person_id: str
    period: Period
    version: int
    month_worked: Period
    reason: str
    postings: tuple[Posting, ...]
    document: PostedBy = PostedBy.CLOSING
    position: int = 0
    """Which payment of its closing posts it; 0 for all others."""

    def __post_init__(self) -> None:
        assert sum(posting.amount_minor for posting in self.postings) == 0, f"unbalanced entry: {self}"


PAID = "paid"
"""The account of what left the company."""


def expense_account(rule: str) -> str:
    """What a rule costs the company."""
    return f"expense:{rule}"


def payable_account(person_id: str) -> str:
    """What the company owes a person."""
    return f"payable:{person_id}"


def proposed_account(person_id: str) -> str:
    """A net reduction that waits for finance to give a basis."""
    return f"proposed:{person_id}"


def held_account(person_id: str) -> str:
    """What is held back of a person until its condition is met."""
    return f"held:{person_id}"


def draw_account(person_id: str) -> str:
    """What a person was advanced and is still to give back out of later earnings."""
    return f"draw:{person_id}"


def closing_entries(lines: Iterable[EarningLine], version: int) -> list[Entry]:
    """One entry for each person and month worked with money in it, in a stable order.

    Debit where each line comes from (the expense of its rule, what is held, what was advanced), credit what is owed or
    proposed to the person; what is forfeited goes from what is held back into the expense.
    """
    ordered = sorted(lines, key=lambda line: (line.person_id, line.month_worked, line.position))
    entries = []
    for (person_id, month_worked), group in groupby(ordered, key=lambda line: (line.person_id, line.month_worked)):
        own = [line for line in group if line.disposition is not Disposition.INFORMATION]
        postings = _postings(own)
        if postings:
            period = own[0].period
            entries.append(Entry(person_id, period, version, month_worked, _reason(own, period), postings))
    return entries


def withdrawal_entries(entries: Iterable[Entry]) -> list[Entry]:
    """The mirror of a closing's entries: both together leave nothing on any account."""
    return [
        replace(
            entry,
            reason="withdrawn",
            postings=tuple(Posting(side.account, -side.amount_minor) for side in entry.postings),
            document=PostedBy.WITHDRAWAL,
        )
        for entry in entries
    ]


def payment_entries(period: Period, version: int, position: int, paid: Iterable[Due]) -> list[Entry]:
    """What one payment of a closing paid each person, month by month, moved from owed to paid."""
    amounts: dict[tuple[str, Period], int] = {}
    for due in paid:
        key = due.payout.person_id, due.payout.month_worked
        amounts[key] = amounts.get(key, 0) + due.amount_minor
    return [
        Entry(
            person_id=person_id,
            period=period,
            version=version,
            month_worked=month,
            reason="paid",
            postings=(Posting(PAID, -amount_minor), Posting(payable_account(person_id), amount_minor)),
            document=PostedBy.PAYMENT,
            position=position,
        )
        for (person_id, month), amount_minor in sorted(amounts.items())
        if amount_minor
    ]


def owed_minor(entry: Entry) -> int:
    """What an entry adds to what its person is owed, in minor units."""
    account = payable_account(entry.person_id)
    return -sum(side.amount_minor for side in entry.postings if side.account == account)


def _reason(lines: list[EarningLine], period: Period) -> str:
    if lines[0].month_worked == period:
        return "earned"
    if all(line.kind in SETTLING for line in lines):
        return "release"
    return "reduction" if all(line.kind in REDUCING for line in lines) else "adjustment"


def _postings(lines: list[EarningLine]) -> tuple[Posting, ...]:
    amounts: dict[str, int] = {}
    for line in lines:
        sides = ((_debit(line), line.amount_minor), (_credit(line), -line.amount_minor))
        for account, amount_minor in sides:
            amounts[account] = amounts.get(account, 0) + amount_minor
    return tuple(Posting(account, amount) for account, amount in sorted(amounts.items()) if amount)


def _debit(line: EarningLine) -> str:
    match line.charge:
        case Charge.EXPENSE:
            return expense_account(line.rule)
        case Charge.HELD:
            return held_account(line.person_id)
        case Charge.DRAW:
            return draw_account(line.person_id)
        case Charge.PROPOSED:
            return proposed_account(line.person_id)


def _credit(line: EarningLine) -> str:
    match line.disposition:
        case Disposition.PROPOSED:
            return proposed_account(line.person_id)
        case Disposition.FORFEITED:
            return held_account(line.person_id)
        case _:
            return payable_account(line.person_id)
