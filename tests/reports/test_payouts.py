"""The payout report: every way of adding up is the same total, typed in a workbook, and it stays as it was approved."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from sqlalchemy import update

from service.domain.earning import Disposition, EarningLine
from service.domain.figures import Language
from service.domain.money import format_minor, parse_minor
from service.domain.payout import BooksDifferError, By, Payout, PayoutReport, RuleBooks, grouped, payout_lines
from service.domain.period import PeriodState
from service.domain.person import Person
from service.flows.withdraw import withdraw
from service.reports.payout_tables import Table, payout_csv, payout_document
from service.reports.payout_workbook import payout_workbook
from service.reports.payouts import payout_report
from service.runtime import Runtime
from service.store.derived_tables import earning_line
from service.store.people import replace_people
from tests.deals import AUGUST, JULY, DealCompany
from tests.payouts import NAMES, a_payee, a_paying_company

CLOSED_AT = datetime(2026, 9, 4, 9, tzinfo=UTC)


@pytest.fixture
def company(runtime: Runtime) -> DealCompany:
    """The paying company after August."""
    return a_paying_company(runtime)


def report_of(company: DealCompany) -> PayoutReport:
    with company.runtime.reading() as session:
        return payout_report(session, AUGUST)


def sheets(report: PayoutReport, language: Language = Language.EN) -> Any:
    return openpyxl.load_workbook(io.BytesIO(payout_workbook(report, language, CLOSED_AT)))


def below(sheet: Any, heading: str, row: int = 1) -> list[Any]:
    """The cells of a column below its heading in that row, until the first that is empty."""
    column = next(cell.column for cell in sheet[row] if cell.value == heading)
    found: list[Any] = []
    while (cell := sheet.cell(row + 1 + len(found), column)).value is not None:
        found.append(cell)
    return found


def test_months_are_never_netted_and_every_line_is_there_with_its_code(company: DealCompany) -> None:
    report = report_of(company)
    ann = [payout for payout in report.payouts if payout.person_id == "ann"]
    assert [(str(payout.month_worked), format_minor(payout.amount_minor)) for payout in ann] == [
        # The late 333.33 gives 33.33, and keeps 6.67 of it.
        ("2026-07", "26.66"),
        ("2026-08", "40.01"),
    ]
    own = [line for line in report.lines if line.payout.person_id == "ann"]
    assert [(line.rule, line.books.pay_code, line.books.account, format_minor(line.amount_minor)) for line in own] == [
        ("commission", "220", "604.3", "33.33"),
        ("kept", "221", "604.3", "-6.67"),
        ("commission", "220", "604.3", "50.01"),
        ("kept", "221", "604.3", "-10.00"),
    ]
    assert {line.books.amortise_months for line in own if line.rule == "commission"} == {24}


def test_every_way_of_adding_up_is_the_total_of_the_ledger_and_of_the_statements(company: DealCompany) -> None:
    report = report_of(company)
    told = sum(company.payable(name, AUGUST) for name in NAMES)
    assert report.total_minor == told > 0
    for by in By:
        assert sum(group.amount_minor for group in grouped(report.lines, by)) == told, by
    assert {group.key: group.people for group in grouped(report.lines, By.TEAM)} == {"": 1, "north": 2, "south": 2}
    assert [group.key for group in grouped(report.lines, By.COST_CENTRE)] == ["", "export", "sales"]


@pytest.mark.parametrize("table", list(Table))
def test_every_table_is_the_same_in_csv_and_json(company: DealCompany, table: Table) -> None:
    report = report_of(company)
    rows = list(csv.DictReader(io.StringIO(payout_csv(report, table), newline="")))
    document: Any = payout_document(report)
    listed = {Table.PAYOUT: document["payouts"], Table.LINE: document["lines"]}.get(table)
    told = document["by"][table.value] if listed is None else listed
    bare = [{name: value.removeprefix("'") for name, value in row.items()} for row in rows]
    assert bare == told
    assert sum(parse_minor(row["amount"]) for row in rows) == parse_minor(document["total"])


def test_a_name_is_never_run_as_a_formula(company: DealCompany) -> None:
    report = report_of(company)
    names = {row["person"]: row["name"] for row in csv.DictReader(io.StringIO(payout_csv(report), newline=""))}
    assert [names[name] for name in ("ann", "eva", "ivo", "bob")] == [
        f"'{NAMES['ann']}",
        f"'{NAMES['eva']}",
        f"'{NAMES['ivo']}",
        NAMES["bob"],
    ]
    cells = below(sheets(report)["People"], "Name")
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.value: cell.quotePrefix for cell in cells}[NAMES["ann"]]
    assert {cell.value for cell in cells} == set(NAMES.values())


def test_the_workbook_has_typed_cells_and_totals_that_are_values(company: DealCompany) -> None:
    report = report_of(company)
    book = sheets(report)
    assert book.sheetnames == ["Summary", "People", "No team", "north", "south"]
    amounts = below(book["People"], "Amount")
    assert {(cell.data_type, cell.number_format) for cell in amounts} == {("n", "#,##0.00")}
    *rows, total = [parse_minor(str(Decimal(str(cell.value)))) for cell in amounts]
    assert rows == [payout.amount_minor for payout in report.payouts]
    assert total == sum(rows) == report.total_minor
    months = below(book["People"], "Month worked for")
    assert {(cell.is_date, cell.number_format) for cell in months} == {(True, "yyyy-mm")}
    assert [cell.value.date() for cell in months] == [payout.month_worked.first_day for payout in report.payouts]
    assert {cell.data_type for cell in below(book["People"], "Personnel number")} == {"s"}
    of_teams = [below(book[name], "Amount")[-1].value for name in ("No team", "north", "south")]
    assert sum(parse_minor(str(Decimal(str(value)))) for value in of_teams) == report.total_minor


def test_the_summary_adds_up_in_every_way(company: DealCompany) -> None:
    report = report_of(company)
    sheet = sheets(report)["Summary"]
    facts = {sheet.cell(row, 1).value: sheet.cell(row, 2).value for row in range(1, 8)}
    assert facts["Document"] == report.document_hash
    assert parse_minor(str(Decimal(str(facts["Total"])))) == report.total_minor
    totals = [sheet.cell(row, 3).value for row in range(9, sheet.max_row + 1) if sheet.cell(row, 1).value == "Total"]
    assert [parse_minor(str(Decimal(str(value)))) for value in totals] == [report.total_minor] * 4


def test_the_workbook_speaks_bulgarian(company: DealCompany) -> None:
    book = sheets(report_of(company), Language.BG)
    assert book.sheetnames == ["Обобщение", "Хора", "Без екип", "north", "south"]
    assert {cell.value for cell in below(book["north"], "Начисление")} == {
        "Комисиона",
        "Отложено до пълно плащане",
        "Корекция за юли 2026: Комисиона",
        "Корекция за юли 2026: Отложено до пълно плащане",
    }


def test_an_approved_report_stays_whatever_becomes_of_its_people(company: DealCompany) -> None:
    before = report_of(company)
    moved = [a_payee(name, team="west", cost_centre="other") for name in NAMES]
    with company.runtime.transaction() as session:
        replace_people(session, [Person(name, "New Name", date(2025, 1, 1)) for name in NAMES], moved, [])
    assert report_of(company) == before
    first, second = (payout_workbook(report_of(company), Language.EN, CLOSED_AT) for _ in range(2))
    assert first == second
    # It would be the time of the download otherwise, and every download another file.
    assert sheets(before).properties.created == CLOSED_AT.replace(tzinfo=None)


def test_a_month_closed_again_is_reported_by_the_closing_that_holds(company: DealCompany) -> None:
    with company.runtime.transaction() as session:
        withdraw(session, AUGUST, "wrong teams", "finance", now=company.now)
        replace_people(
            session,
            [Person(name, shown, date(2025, 1, 1)) for name, shown in NAMES.items()],
            [a_payee(name, team="west") for name in NAMES],
            [],
        )
    company.close_month(AUGUST)
    assert {payout.team for payout in report_of(company).payouts} == {"west"}


def test_lines_that_are_not_what_the_ledger_owes_make_no_report(company: DealCompany) -> None:
    with company.runtime.transaction() as session:
        session.execute(
            update(earning_line)
            .where(earning_line.c.person_id == "bob", earning_line.c.period == str(AUGUST))
            .where(earning_line.c.rule == "commission")
            .values(amount_minor=earning_line.c.amount_minor + 1)
        )
    with pytest.raises(BooksDifferError, match=r"owes bob 40\.01 for 2026-08, and the lines add up to 40\.02"):
        report_of(company)


def a_report(*teams: str) -> PayoutReport:
    """One payout of 1.00 for each team."""
    payouts = [
        Payout(f"p{number}", "P", "closer", team, "1", "", "", "payroll", JULY, 100)
        for number, team in enumerate(teams)
    ]
    lines = [
        EarningLine(payout.person_id, JULY, JULY, 0, "pay", "rate", "Pay", "", 100, Disposition.PAYABLE, "h")
        for payout in payouts
    ]
    told = payout_lines(payouts, lines, {("h", "pay"): RuleBooks("220")})
    return PayoutReport(JULY, PeriodState.CLOSED, 1, "EUR", "0" * 64, tuple(payouts), tuple(told))


def test_every_team_has_a_sheet_of_its_own_whatever_it_is_called() -> None:
    long = "a" * 40
    report = a_report("summary", "history", long, f"{long}b", "people", "")
    names = sheets(report).sheetnames
    assert len({name.casefold() for name in names}) == len(names) == 8
    assert max(len(name) for name in names) == 31
    assert "history" not in {name.casefold() for name in names}


def test_a_line_without_a_label_in_bulgarian_is_told_in_english() -> None:
    book = sheets(a_report("north"), Language.BG)
    assert [cell.value for cell in below(book["north"], "Начисление")] == ["Pay"]
