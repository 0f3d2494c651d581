"""The ledger: balanced entries in double entry, corrected only by further entries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from service.domain.earning import Disposition, EarningLine
from service.domain.period import Period


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of a movement: debit positive, credit negative, in minor units."""

    account: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A balanced movement for one person and month worked, posted by one closing."""

    person_id: str
    period: Period
    version: int
    month_worked: Period
    reason: str
    postings: tuple[Posting, ...]

    def __post_init__(self) -> None:
        assert sum(posting.amount_minor for posting in self.postings) == 0, f"unbalanced entry: {self}"


def expense_account(rule: str) -> str:
    """What a rule costs the company."""
    return f"expense:{rule}"


def payable_account(person_id: str) -> str:
    """What the company owes a person."""
    return f"payable:{person_id}"


def proposed_account(person_id: str) -> str:
    """A net reduction that waits for finance to give a basis."""
    return f"proposed:{person_id}"


def closing_entries(lines: Iterable[EarningLine], version: int) -> list[Entry]:
    """One entry for each person and month worked with money in it, in a stable order.

    Debit the expense of each rule, credit what is owed (or proposed) to the person.
    """
    ordered = sorted(lines, key=lambda line: (line.person_id, line.month_worked, line.position))
    entries = []
    for (person_id, month_worked), group in groupby(ordered, key=lambda line: (line.person_id, line.month_worked)):
        own = [line for line in group if line.disposition is not Disposition.INFORMATION]
        postings = _postings(person_id, own)
        if postings:
            period = own[0].period
            reason = "earned" if month_worked == period else "adjustment"
            entries.append(Entry(person_id, period, version, month_worked, reason, postings))
    return entries


def _postings(person_id: str, lines: list[EarningLine]) -> tuple[Posting, ...]:
    amounts: dict[str, int] = {}
    for line in lines:
        proposed = line.disposition is Disposition.PROPOSED
        credit = proposed_account(person_id) if proposed else payable_account(person_id)
        for account, amount_minor in ((expense_account(line.rule), line.amount_minor), (credit, -line.amount_minor)):
            amounts[account] = amounts.get(account, 0) + amount_minor
    return tuple(Posting(account, amount) for account, amount in sorted(amounts.items()) if amount)
