"""The journal: what a month is in the books, balanced: accrual, amortisation and payments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from service.domain.amortisation import Spread, recognised
from service.domain.earning import Charge, Disposition, EarningLine
from service.domain.errors import BusinessConflictError, Problem
from service.domain.payout import RuleBooks
from service.domain.payout_settings import JournalAccounts
from service.domain.period import Period


class JournalRefusedError(BusinessConflictError):
    """A journal in which the account of a rule would be missing; nothing was written."""

    code = "journal_refused"

    def __init__(self, period: Period, rules: Iterable[str]) -> None:
        problems = [
            Problem(
                "account_missing",
                f'The rule "{rule}" has no account. Write `account` into its plan, or into `rules` of payouts.yaml.',
                f"/rules/{rule}",
            )
            for rule in sorted(set(rules))
        ]
        super().__init__(f"No journal of {period} is written before this is corrected.", tuple(problems))


class JournalKind(StrEnum):
    """What an entry of the journal is."""

    ACCRUAL = "accrual"
    AMORTISATION = "amortisation"
    PAYMENT = "payment"


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One side of an entry, in minor units: debit positive. Lines of one kind and number are one balanced entry.

    `number` counts the payments of a month; what has no rule is on the side of the balance sheet.
    """

    kind: JournalKind
    number: int
    day: date
    account: str
    cost_centre: str
    rule: str
    month_worked: Period
    amount_minor: int


CentreOf = Callable[[str], str]
"""The cost centre of a person."""

BooksOf = Callable[[EarningLine], RuleBooks]
"""Pay code, account and amortisation of the rule of a line."""


@dataclass(frozen=True, slots=True)
class Deferred:
    """A cost that the books spread: whose rule and cost centre it is, and how."""

    rule: str
    account: str
    cost_centre: str
    spread: Spread


def accrual(
    lines: Sequence[EarningLine], books_of: BooksOf, centre_of: CentreOf, accounts: JournalAccounts
) -> list[JournalLine]:
    """What a closing owes and what it costs, as the ledger has it, with the accounts of the books.

    A cost that is spread goes to what is deferred first. Raises `JournalRefusedError`.
    """
    posted = [line for line in lines if line.disposition is not Disposition.INFORMATION and line.amount_minor]
    without = [line.rule for line in posted if line.charge is Charge.EXPENSE and not books_of(line).account]
    if without:
        raise JournalRefusedError(posted[0].period, without)
    found: list[JournalLine] = []
    for line in posted:
        debit = JournalLine(
            kind=JournalKind.ACCRUAL,
            number=0,
            day=line.period.last_day,
            account=_debited(line, books_of(line), accounts),
            cost_centre=centre_of(line.person_id),
            rule=line.rule if line.charge is Charge.EXPENSE else "",
            month_worked=line.month_worked,
            amount_minor=line.amount_minor,
        )
        credit = replace(debit, account=_credited(line, accounts), rule="", amount_minor=-line.amount_minor)
        found += [debit, credit]
    return summed(found)


def amortisation(deferred: Iterable[Deferred], period: Period, accounts: JournalAccounts) -> list[JournalLine]:
    """What of the deferred costs is an expense of a month."""
    found: list[JournalLine] = []
    for item in deferred:
        amount_minor = recognised(item.spread, period)
        debit = JournalLine(
            kind=JournalKind.AMORTISATION,
            number=0,
            day=period.last_day,
            account=item.account,
            cost_centre=item.cost_centre,
            rule=item.rule,
            month_worked=item.spread.month_worked,
            amount_minor=amount_minor,
        )
        found += [debit, replace(debit, account=accounts.deferred, amount_minor=-amount_minor)]
    return summed(found)


def summed(lines: Iterable[JournalLine]) -> list[JournalLine]:
    """Lines that differ in nothing but the amount as one, in a stable order; what comes to nothing is left out."""
    amounts: dict[JournalLine, int] = {}
    for line in lines:
        key = replace(line, amount_minor=0)
        amounts[key] = amounts.get(key, 0) + line.amount_minor
    found = [replace(key, amount_minor=amount) for key, amount in amounts.items() if amount]
    return sorted(found, key=_order)


def is_spread(line: EarningLine, books: RuleBooks) -> bool:
    """Whether a line is a cost that the books spread over months."""
    return bool(books.amortise_months) and line.charge is Charge.EXPENSE


def _debited(line: EarningLine, books: RuleBooks, accounts: JournalAccounts) -> str:
    match line.charge:
        case Charge.EXPENSE:
            return accounts.deferred if is_spread(line, books) else books.account
        case Charge.HELD:
            return accounts.held
        case Charge.DRAW:
            return accounts.draw
        case Charge.PROPOSED:
            return accounts.proposed


def _credited(line: EarningLine, accounts: JournalAccounts) -> str:
    match line.disposition:
        case Disposition.PROPOSED:
            return accounts.proposed
        case Disposition.FORFEITED:
            return accounts.held
        case _:
            return accounts.payable


def _order(line: JournalLine) -> tuple[int, int, date, str, str, str, Period]:
    kind = list(JournalKind).index(line.kind)
    return kind, line.number, line.day, line.account, line.cost_centre, line.rule, line.month_worked
