"""Payouts: what finance pays of a closed month, person by person, line by line and added up in every way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from service.domain.earning import Disposition, EarningLine
from service.domain.errors import BusinessConflictError
from service.domain.money import format_minor
from service.domain.period import Period, PeriodState


class PeriodOpenError(BusinessConflictError):
    """Payouts were asked for before the numbers stand."""

    code = "period_open"

    def __init__(self, period: Period) -> None:
        super().__init__(
            f"Period {period} is not closed, so nothing is payable yet. Close it (POST /v1/periods/{period}/close), "
            f"or look at the estimates in GET /v1/statements/<person>/{period}."
        )


class NotForPaymentError(BusinessConflictError):
    """A file by which money moves was asked for before somebody approved the month."""

    code = "not_for_payment"

    def __init__(self, period: Period, state: PeriodState) -> None:
        super().__init__(
            f"Period {period} is {state}, and money moves for an approved month alone. Approve it first: "
            f"POST /v1/periods/{period}/approve."
        )


class BooksDifferError(BusinessConflictError):
    """The lines of a closed month and the ledger do not say the same."""

    code = "books_differ"

    def __init__(self, person_id: str, month: Period, owed_minor: int, told_minor: int) -> None:
        super().__init__(
            f"The ledger owes {person_id} {format_minor(owed_minor)} for {month}, and the lines add up to "
            f"{format_minor(told_minor)}. No file is made of it: `stimul ledger verify` says more."
        )


@dataclass(frozen=True, slots=True)
class RuleBooks:
    """How a rule is kept in payroll and in the books; empty where nobody has said.

    `amortise_months` is over how many months its cost is spread, 0 where it is not.
    """

    pay_code: str = ""
    account: str = ""
    amortise_months: int = 0


Books = Mapping[tuple[str, str], RuleBooks]
"""The books of every rule by the hash of its plan and its name."""

NO_BOOKS = RuleBooks()


def filled(books: RuleBooks, fallback: RuleBooks | None) -> RuleBooks:
    """The books of a rule; where its plan says nothing, what settings say."""
    if fallback is None:
        return books
    return replace(books, pay_code=books.pay_code or fallback.pay_code, account=books.account or fallback.account)


@dataclass(frozen=True, slots=True)
class Payout:
    """What one person is paid by one period for one month worked, in minor units; months are never netted.

    `held_minor` is what the period held back of that month (below zero: released or forfeited), `draw_minor` what it
    advanced (below zero: recovered).
    """

    person_id: str
    name: str
    role: str
    team: str
    personnel_number: str
    legal_entity: str
    cost_centre: str
    pay_channel: str
    month_worked: Period
    amount_minor: int
    held_minor: int = 0
    draw_minor: int = 0


@dataclass(frozen=True, slots=True)
class PayoutLine:
    """What one rule gives to a payout, in minor units."""

    payout: Payout
    rule: str
    label: str
    label_bg: str
    books: RuleBooks
    amount_minor: int


@dataclass(frozen=True, slots=True)
class PayoutReport:
    """All payouts of a period with the lines that they are added up from."""

    period: Period
    state: PeriodState
    version: int
    currency: str
    document_hash: str
    payouts: tuple[Payout, ...]
    lines: tuple[PayoutLine, ...] = ()

    @property
    def people(self) -> int:
        """How many people are paid."""
        return len({payout.person_id for payout in self.payouts})

    @property
    def total_minor(self) -> int:
        """The sum of all payouts."""
        return sum(payout.amount_minor for payout in self.payouts)


class By(StrEnum):
    """What the payouts of a month are added up by."""

    PERSON = "person"
    TEAM = "team"
    ROLE = "role"
    RULE = "rule"
    COST_CENTRE = "cost_centre"


_KEYS: Mapping[By, Callable[[PayoutLine], str]] = {
    By.PERSON: lambda line: line.payout.person_id,
    By.TEAM: lambda line: line.payout.team,
    By.ROLE: lambda line: line.payout.role,
    By.RULE: lambda line: line.rule,
    By.COST_CENTRE: lambda line: line.payout.cost_centre,
}


@dataclass(frozen=True, slots=True)
class PayoutGroup:
    """What the payouts of one team, role, rule, cost centre or person add up to, in minor units."""

    key: str
    people: int
    amount_minor: int


def grouped(lines: Sequence[PayoutLine], by: By) -> list[PayoutGroup]:
    """The lines added up, in the order of their keys; every way of adding up gives the same total."""
    key_of = _KEYS[by]
    people: dict[str, set[str]] = {}
    amounts: dict[str, int] = {}
    for line in lines:
        key = key_of(line)
        people.setdefault(key, set()).add(line.payout.person_id)
        amounts[key] = amounts.get(key, 0) + line.amount_minor
    return [PayoutGroup(key, len(people[key]), amounts[key]) for key in sorted(amounts)]


def payout_lines(payouts: Sequence[Payout], lines: Sequence[EarningLine], books: Books) -> list[PayoutLine]:
    """The payable lines behind payouts, in the order of the payouts and of the statement.

    Raises `BooksDifferError` where they do not add up to the ledger, to the cent.
    """
    payable: dict[tuple[str, Period], list[EarningLine]] = {}
    for line in lines:
        if line.disposition is Disposition.PAYABLE:
            payable.setdefault((line.person_id, line.month_worked), []).append(line)
    owed = {(payout.person_id, payout.month_worked): payout for payout in payouts}
    for key in sorted({*owed, *payable}):
        told_minor = sum(line.amount_minor for line in payable.get(key, ()))
        owed_minor = owed[key].amount_minor if key in owed else 0
        if told_minor != owed_minor:
            raise BooksDifferError(*key, owed_minor, told_minor)
    return [
        PayoutLine(
            payout,
            line.rule,
            line.label,
            line.label_bg,
            books.get((line.plan_hash, line.rule), NO_BOOKS),
            line.amount_minor,
        )
        for key, payout in owed.items()
        for line in sorted(payable[key], key=lambda line: line.position)
        if line.amount_minor
    ]
