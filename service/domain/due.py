"""Dues: what a closed month owes each person under each pay code, which is what is paid as a whole or not at all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from service.domain.payout import Payout, PayoutLine, RuleBooks, filled
from service.domain.period import Period
from service.domain.person import PayChannel


@dataclass(frozen=True, slots=True, order=True)
class DueKey:
    """By what a due is known: person, pay code and month worked for; sorts by person, month and code."""

    person_id: str
    month_worked: Period
    code: str


@dataclass(frozen=True, slots=True)
class Due:
    """One row of the payroll file, in minor units; months are never netted.

    Who is not paid by payroll has one due for each month, with the pay channel in the place of the code.
    """

    payout: Payout
    code: str
    amount_minor: int

    @property
    def key(self) -> DueKey:
        """By what it is known."""
        return DueKey(self.payout.person_id, self.payout.month_worked, self.code)

    @property
    def number(self) -> str:
        """Under which number it is paid: of payroll, else the person id of somebody whom payroll does not know."""
        payout = self.payout
        return payout.personnel_number or ("" if is_employed(payout) else payout.person_id)


def is_employed(payout: Payout) -> bool:
    """Whether payroll pays this, and so no invoice."""
    return payout.pay_channel in {"", PayChannel.PAYROLL.value}


def dues(lines: Iterable[PayoutLine]) -> list[Due]:
    """What is owed by person, month worked and code, in that order; what comes to nothing is left out."""
    amounts: dict[DueKey, int] = {}
    payouts: dict[DueKey, Payout] = {}
    for line in lines:
        code = line.books.pay_code if is_employed(line.payout) else line.payout.pay_channel
        key = DueKey(line.payout.person_id, line.payout.month_worked, code)
        amounts[key] = amounts.get(key, 0) + line.amount_minor
        payouts[key] = line.payout
    return [Due(payouts[key], key.code, amounts[key]) for key in sorted(amounts) if amounts[key]]


def employed(owed: Iterable[Due]) -> list[Due]:
    """Those that payroll pays."""
    return [due for due in owed if is_employed(due.payout)]


def numbers_of(owed: Iterable[Due], known: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Whose each number is, those of the file before all others; one that belonged to several is nobody's."""
    found = {number: next(iter(people)) for number, people in known.items() if len(people) == 1}
    return found | {due.number: due.payout.person_id for due in owed if due.number}


def with_books(lines: Iterable[PayoutLine], rules: Mapping[str, RuleBooks]) -> list[PayoutLine]:
    """The lines with the codes and accounts that settings give to rules whose plans say nothing."""
    return [replace(line, books=filled(line.books, rules.get(line.rule))) for line in lines]
