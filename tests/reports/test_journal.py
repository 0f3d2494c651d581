"""The journal: each document of each month is balanced, the accounts are the rules' own, and costs are spread."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest

from service.domain.journal import JournalKind, JournalLine, JournalRefusedError
from service.domain.money import parse_minor
from service.domain.payout import NotForPaymentError, RuleBooks
from service.domain.payout_settings import PayoutSettings
from service.domain.period import Period
from service.domain.person import Person
from service.plans.payout_settings import payout_settings
from service.reports.journal import Journal, journal_of
from service.reports.journal_tables import journal_csv, journal_document, schedule_csv
from service.reports.payouts import payout_report
from service.runtime import Runtime
from service.store.people import replace_people
from tests.deals import AUGUST, JULY, DealCompany
from tests.payouts import NAMES, PLAN, a_payee, a_paying_company, approve_month, pay_whole
from tests.repository import ROOT

SETTINGS = payout_settings(ROOT / "rules")
PAYABLE, HELD, BANK, DEFERRED = (
    SETTINGS.journal.payable,
    SETTINGS.journal.held,
    SETTINGS.journal.paid,
    SETTINGS.journal.deferred,
)


@pytest.fixture
def company(runtime: Runtime) -> DealCompany:
    """The paying company with July and August approved."""
    found = a_paying_company(runtime)
    for month in (JULY, AUGUST):
        approve_month(found, month)
    return found


def journal(company: DealCompany, period: Period, settings: PayoutSettings = SETTINGS) -> Journal:
    with company.runtime.reading() as session:
        return journal_of(session, period, settings)


def balance(lines: list[JournalLine], account: str) -> int:
    return sum(line.amount_minor for line in lines if line.account == account)


def of(found: Journal, kind: JournalKind) -> list[JournalLine]:
    return [line for line in found.lines if line.kind is kind]


def test_every_document_of_a_month_is_balanced(company: DealCompany) -> None:
    pay_whole(company.runtime, AUGUST, "eva", now=company.now)
    for period in (JULY, AUGUST):
        found = journal(company, period)
        documents = {(line.kind, line.number) for line in found.lines}
        for document in documents:
            assert sum(line.amount_minor for line in found.lines if (line.kind, line.number) == document) == 0
    assert {line.kind for line in found.lines} == set(JournalKind)


def test_the_accrual_owes_what_the_month_pays_and_holds_what_it_kept(company: DealCompany) -> None:
    for period in (JULY, AUGUST):
        lines = of(journal(company, period), JournalKind.ACCRUAL)
        with company.runtime.reading() as session:
            report = payout_report(session, period)
        assert -balance(lines, PAYABLE) == report.total_minor == sum(company.payable(name, period) for name in NAMES)
        assert -balance(lines, HELD) == sum(payout.held_minor for payout in report.payouts)
        assert {line.day for line in lines} == {period.last_day}
    assert {line.cost_centre for line in lines} == {"", "sales", "export"}


def test_a_spread_cost_is_deferred_and_becomes_an_expense_month_by_month(company: DealCompany) -> None:
    july, august = journal(company, JULY), journal(company, AUGUST)
    # 10 % of 15,000.25 in July: 1,500.03 in five lines, each a 24th.
    spread = balance(of(july, JournalKind.ACCRUAL), DEFERRED)
    assert spread == 10_001 + 20_001 + 30_001 + 40_001 + 50_001
    parts = [10_001 // 24, 20_001 // 24, 30_001 // 24, 40_001 // 24, 50_001 // 24]
    assert balance(of(july, JournalKind.AMORTISATION), "604.3") == sum(parts)
    assert july.deferral.left_minor == spread - sum(parts)
    # August posts 50.01 each, and 33.33 of July, of which it takes two months at once.
    late = 3333 // 24
    assert balance(of(august, JournalKind.AMORTISATION), "604.3") == sum(parts) + 5 * (5001 // 24) + 2 * late
    assert august.deferral.opening_minor == july.deferral.left_minor
    assert august.deferral.added_minor == 5 * 5001 + 3333
    assert balance([*july.lines, *august.lines], DEFERRED) == august.deferral.left_minor


def test_the_schedule_of_a_month_is_all_that_it_added(company: DealCompany) -> None:
    told = list(csv.DictReader(io.StringIO(schedule_csv(journal(company, AUGUST)), newline="")))
    assert sum(parse_minor(row["amount"]) for row in told) == 5 * 5001 + 3333
    assert {row["worked"] for row in told} == {"2026-07", "2026-08"}
    assert (min(row["month"] for row in told), max(row["month"] for row in told)) == ("2026-08", "2028-07")


def test_a_payment_moves_from_what_is_owed_to_the_bank_on_its_day(company: DealCompany) -> None:
    assert of(journal(company, AUGUST), JournalKind.PAYMENT) == []
    pay_whole(company.runtime, AUGUST, "eva", now=company.now + timedelta(days=3))
    lines = of(journal(company, AUGUST), JournalKind.PAYMENT)
    with company.runtime.reading() as session:
        total = payout_report(session, AUGUST).total_minor
    assert (balance(lines, PAYABLE), -balance(lines, BANK)) == (total, total)
    assert {line.day for line in lines} == {date(2026, 9, 7)}
    whole = journal(company, AUGUST)
    assert balance(list(whole.lines), PAYABLE) == 0


def test_csv_and_json_say_the_same(company: DealCompany) -> None:
    pay_whole(company.runtime, AUGUST, "eva", now=company.now)
    found = journal(company, AUGUST)
    rows = list(csv.DictReader(io.StringIO(journal_csv(found), newline="")))
    document: Any = journal_document(found)
    assert rows == [line for entry in document["entries"] for line in entry["lines"]]
    for entry in document["entries"]:
        for side in ("debit", "credit"):
            assert sum(parse_minor(line[side]) for line in entry["lines"] if line[side]) == parse_minor(entry["total"])
    assert list(csv.DictReader(io.StringIO(schedule_csv(found)))) == document["schedule"]
    assert journal_csv(journal(company, AUGUST)) == journal_csv(found)


def test_a_rule_without_an_account_is_named(runtime: Runtime) -> None:
    company = a_paying_company(runtime, PLAN.replace(', account: "604.3", amortise', ", amortise"))
    approve_month(company)
    with pytest.raises(JournalRefusedError) as refused:
        journal(company, AUGUST)
    assert [problem.pointer for problem in refused.value.problems] == ["/rules/commission"]
    rules = {"commission": RuleBooks("", "604.8")}
    own = PayoutSettings(SETTINGS.payroll, rules, SETTINGS.journal, None)
    assert balance(list(journal(company, AUGUST, own).lines), "604.8") > 0


def test_the_books_have_no_month_before_it_is_approved(runtime: Runtime) -> None:
    company = a_paying_company(runtime)
    with pytest.raises(NotForPaymentError):
        journal(company, AUGUST)


def test_a_cost_stays_in_the_cost_centre_that_it_was_posted_in(company: DealCompany) -> None:
    before = journal(company, AUGUST)
    moved = [a_payee(name, cost_centre="other") for name in NAMES]
    with company.runtime.transaction() as session:
        replace_people(session, [Person(name, name, date(2025, 1, 1)) for name in NAMES], moved, [])
    assert journal(company, AUGUST) == before
