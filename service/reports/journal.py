"""The journal of an approved month: accrual, amortisation and payments with the accounts of the books."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from service.domain.amortisation import Spread, recognised, remaining
from service.domain.approval import paid_by_documents
from service.domain.earning import EarningLine
from service.domain.journal import (
    Deferred,
    JournalKind,
    JournalLine,
    JournalRefusedError,
    accrual,
    amortisation,
    is_spread,
    summed,
)
from service.domain.payout import NO_BOOKS, Books, PayoutReport, RuleBooks, filled
from service.domain.payout_settings import PayoutSettings
from service.domain.period import Period
from service.plans.rule_books import rule_books
from service.reports.company import company_today
from service.reports.payroll import approved_report
from service.store.approvals import list_payments
from service.store.payouts import list_paid_people
from service.store.periods import PeriodRow, find_period
from service.store.plans import list_documents
from service.store.posted_lines import list_posted_lines, list_spread_lines

MARK = '"amortise":'
"""What the document of a plan holds that spreads a cost; the others need not be read for it."""


@dataclass(frozen=True, slots=True)
class Deferral:
    """What is deferred of spread costs, in minor units: what a month added to it, and what it took."""

    added_minor: int
    amortised_minor: int
    left_minor: int

    @property
    def opening_minor(self) -> int:
        """What was deferred when the month began."""
        return self.left_minor - self.added_minor + self.amortised_minor


@dataclass(frozen=True, slots=True)
class Journal:
    """The balanced entries of a month, and the costs that are spread over it."""

    report: PayoutReport
    lines: tuple[JournalLine, ...]
    deferred: tuple[Deferred, ...]

    @property
    def deferral(self) -> Deferral:
        """How what is deferred moved in the month."""
        period, spreads = self.report.period, [item.spread for item in self.deferred]
        return Deferral(
            sum(spread.amount_minor for spread in spreads if spread.posted_in == period),
            sum(recognised(spread, period) for spread in spreads),
            sum(remaining(spread, period) for spread in spreads),
        )


def journal_of(session: Session, period: Period, settings: PayoutSettings) -> Journal:
    """The journal of an approved month; raises `NotForPaymentError`, `BooksDifferError` or `JournalRefusedError`."""
    report = approved_report(session, period)
    posted = list_posted_lines(session, period)
    concerned = {line.plan_hash for line in posted}
    documents = list_documents(session)
    books = rule_books({key: text for key, text in documents.items() if key in concerned or MARK in text})
    centres = _centres(session, find_period(session, period), posted)
    deferred = _deferred(session, period, books, settings)
    lines = [
        *accrual(posted, _books_of(books, settings), centres.__getitem__, settings.journal),
        *amortisation(deferred, period, settings.journal),
        *_payments(session, period, centres, settings),
    ]
    return Journal(report, tuple(lines), tuple(deferred))


def _books_of(books: Books, settings: PayoutSettings) -> Callable[[EarningLine], RuleBooks]:
    def found(line: EarningLine) -> RuleBooks:
        return filled(books.get((line.plan_hash, line.rule), NO_BOOKS), settings.rules.get(line.rule))

    return found


def _centres(session: Session, row: PeriodRow, lines: Iterable[EarningLine]) -> dict[str, str]:
    """The cost centre of everybody with lines in a month, as its statements have it."""
    people = list_paid_people(session, row, {line.person_id for line in lines})
    return {person_id: person.payee.cost_centre for person_id, person in people.items()}


def _deferred(session: Session, period: Period, books: Books, settings: PayoutSettings) -> list[Deferred]:
    """Every cost that closings up to this month spread and that is not all expense before it."""
    books_of = _books_of(books, settings)
    rules = {rule for (_, rule), found in books.items() if found.amortise_months}
    lines = (
        [line for line in list_spread_lines(session, rules, period) if is_spread(line, books_of(line))] if rules else []
    )
    without = [line.rule for line in lines if not books_of(line).account]
    if without:
        raise JournalRefusedError(period, without)
    spreads = [
        (line, Spread(line.amount_minor, books_of(line).amortise_months, line.month_worked, line.period))
        for line in lines
    ]
    live = [(line, spread) for line, spread in spreads if recognised(spread, period) or remaining(spread, period)]
    centres = {
        month: _centres(session, find_period(session, month), [line for line, _ in live if line.period == month])
        for month in sorted({line.period for line, _ in live})
    }
    return [
        Deferred(line.rule, books_of(line).account, centres[line.period][line.person_id], spread)
        for line, spread in live
    ]


def _payments(
    session: Session, period: Period, centres: Mapping[str, str], settings: PayoutSettings
) -> list[JournalLine]:
    """What each returned list paid, on its day."""
    found: list[JournalLine] = []
    for payment in list_payments(session, period):
        day = company_today(session, payment.paid_at)
        for key, amount_minor in paid_by_documents([payment.document]).items():
            debit = JournalLine(
                kind=JournalKind.PAYMENT,
                number=payment.position,
                day=day,
                account=settings.journal.payable,
                cost_centre=centres[key.person_id],
                rule="",
                month_worked=key.month_worked,
                amount_minor=amount_minor,
            )
            found += [debit, replace(debit, account=settings.journal.paid, amount_minor=-amount_minor)]
    return summed(found)
