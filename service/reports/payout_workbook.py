"""The payout report as a workbook: a summary, everybody, and one sheet for each team, with typed cells."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from service.domain.figures import Language
from service.domain.money import to_units
from service.domain.payout import By, Payout, PayoutLine, PayoutReport, grouped
from service.domain.period import Period
from service.domain.table_csv import FORMULA_STARTS

SHEET_NAME_CHARACTERS = 31
"""What spreadsheets take as the name of a sheet."""

RESERVED = frozenset({"history"})
"""A name that a spreadsheet keeps for itself."""

WIDTHS = (12, 24, 40)
"""Columns of numbers and codes, of names, and of labels, in characters."""

_Cell = str | int | Period | None
"""Texts, amounts in minor units, months; None is left empty."""

_WORDS = {
    Language.EN: {
        "summary": "Summary", "people": "People", "no_team": "No team", "period": "Month", "state": "State",
        "version": "Closing", "currency": "Currency", "hash": "Document", "total": "Total", "count": "People",
        "person": "Person", "name": "Name", "role": "Role", "team": "Team", "number": "Personnel number",
        "entity": "Legal entity", "cost_centre": "Cost centre", "channel": "Pay channel", "month": "Month worked for",
        "amount": "Amount", "held": "Held back", "advanced": "Advanced", "rule": "Rule", "label": "Line",
        "code": "Pay code", "account": "Account",
    },
    Language.BG: {
        "summary": "Обобщение", "people": "Хора", "no_team": "Без екип", "period": "Месец", "state": "Състояние",
        "version": "Приключване", "currency": "Валута", "hash": "Документ", "total": "Общо", "count": "Хора",
        "person": "Код", "name": "Име", "role": "Роля", "team": "Екип", "number": "Служебен номер",
        "entity": "Дружество", "cost_centre": "Разходен център", "channel": "Начин на плащане",
        "month": "За месец", "amount": "Сума", "held": "Отложено", "advanced": "Аванс", "rule": "Правило",
        "label": "Начисление", "code": "Код за ТРЗ", "account": "Сметка",
    },
}  # fmt: skip

_PAYOUT_WORDS = (
    "person", "name", "role", "team", "number", "entity", "cost_centre", "channel", "month", "amount", "held",
    "advanced",
)  # fmt: skip
_LINE_WORDS = ("person", "name", "role", "number", "cost_centre", "channel", "month", "rule", "label", "code", "amount")
_LONG_WORDS = {"name": WIDTHS[1], "label": WIDTHS[2], "rule": WIDTHS[1], "hash": WIDTHS[1]}


def payout_workbook(report: PayoutReport, language: Language, created_at: datetime) -> bytes:
    """The workbook; the same report and time of creation give the same bytes."""
    file = io.BytesIO()
    workbook = Workbook(file, {"in_memory": True})
    # Whoever opens the file sees when the month was closed; the time of the download would make every file another.
    workbook.set_properties({"title": f"{report.period}", "created": created_at.replace(tzinfo=None)})
    book = _Book(workbook, report, language, _Formats.of(workbook))
    book.write_summary()
    book.write_people()
    book.write_teams()
    workbook.close()
    return file.getvalue()


@dataclass(frozen=True, slots=True)
class _Formats:
    """How cells look."""

    text: Format
    guarded: Format
    amount: Format
    month: Format
    heading: Format
    total: Format
    total_text: Format

    @staticmethod
    def of(workbook: Workbook) -> _Formats:
        money = "#,##0.00"
        return _Formats(
            text=workbook.add_format({"num_format": "@"}),
            guarded=workbook.add_format({"num_format": "@", "quote_prefix": True}),
            amount=workbook.add_format({"num_format": money}),
            month=workbook.add_format({"num_format": "yyyy-mm"}),
            heading=workbook.add_format({"bold": True, "bottom": 1}),
            total=workbook.add_format({"num_format": money, "bold": True, "top": 1}),
            total_text=workbook.add_format({"bold": True, "top": 1}),
        )


@dataclass(frozen=True, slots=True)
class _Book:
    """The workbook being written."""

    workbook: Workbook
    report: PayoutReport
    language: Language
    formats: _Formats

    def word(self, name: str) -> str:
        return _WORDS[self.language][name]

    def write_summary(self) -> None:
        """What month it is, and its payouts added up in every way; each way gives the total."""
        report, sheet = self.report, self._sheet(self.word("summary"))
        facts: list[tuple[str, _Cell]] = [
            ("period", report.period),
            ("state", report.state.value),
            ("version", str(report.version)),
            ("currency", report.currency),
            ("hash", report.document_hash),
            ("count", str(report.people)),
        ]
        for row, (name, value) in enumerate(facts):
            sheet.write_string(row, 0, self.word(name), self.formats.heading)
            self._write(sheet, row, 1, value)
        sheet.write_string(len(facts), 0, self.word("total"), self.formats.total_text)
        sheet.write_number(len(facts), 1, to_units(report.total_minor), self.formats.total)
        row = len(facts) + 2
        for by in (By.TEAM, By.ROLE, By.RULE, By.COST_CENTRE):
            row = self._write_groups(sheet, row, by) + 2
        sheet.set_column(0, 2, WIDTHS[1])

    def _write_groups(self, sheet: Worksheet, row: int, by: By) -> int:
        """A block of sums; the row of its total."""
        groups = grouped(self.report.lines, by)
        for column, name in enumerate((by.value, "count", "amount")):
            sheet.write_string(row, column, self.word(name), self.formats.heading)
        for group in groups:
            row += 1
            self._write(sheet, row, 0, group.key)
            sheet.write_number(row, 1, group.people)
            self._write(sheet, row, 2, group.amount_minor)
        sheet.write_string(row + 1, 0, self.word("total"), self.formats.total_text)
        total_minor = sum(group.amount_minor for group in groups)
        sheet.write_number(row + 1, 2, to_units(total_minor), self.formats.total)
        return row + 1

    def write_people(self) -> None:
        """One row for each person and month worked."""
        sheet = self._sheet(self.word("people"))
        self._write_table(sheet, _PAYOUT_WORDS, [_payout_cells(payout) for payout in self.report.payouts])

    def write_teams(self) -> None:
        """A sheet for each team: one row for each line of its people."""
        teams: dict[str, list[PayoutLine]] = {}
        for line in self.report.lines:
            teams.setdefault(line.payout.team, []).append(line)
        taken = {self.word("summary").casefold(), self.word("people").casefold(), *RESERVED}
        for team in sorted(teams):
            sheet = self._sheet(_sheet_name(team or self.word("no_team"), taken))
            self._write_table(sheet, _LINE_WORDS, [_line_cells(line, self.language) for line in teams[team]])

    def _write_table(self, sheet: Worksheet, words: Sequence[str], rows: Sequence[Sequence[_Cell]]) -> None:
        """A heading, the rows, and below every column of amounts its total, as a value."""
        for column, name in enumerate(words):
            sheet.write_string(0, column, self.word(name), self.formats.heading)
            sheet.set_column(column, column, _LONG_WORDS.get(name, WIDTHS[0]))
        for row, cells in enumerate(rows, 1):
            for column, cell in enumerate(cells):
                self._write(sheet, row, column, cell)
        end = len(rows) + 1
        sheet.write_string(end, 0, self.word("total"), self.formats.total_text)
        for column, name in enumerate(words):
            if name in {"amount", "held", "advanced"}:
                total_minor = sum(amount for cells in rows if isinstance(amount := cells[column], int))
                sheet.write_number(end, column, to_units(total_minor), self.formats.total)
        sheet.freeze_panes(1, 2)

    def _write(self, sheet: Worksheet, row: int, column: int, cell: _Cell) -> None:
        match cell:
            case Period():
                first = cell.first_day
                sheet.write_datetime(row, column, datetime(first.year, first.month, 1), self.formats.month)  # noqa: DTZ001 - a cell has no zone
            case int():
                sheet.write_number(row, column, to_units(cell), self.formats.amount)
            case str() if cell:
                # A text is a text; marked, it stays one when somebody edits the cell.
                guarded = cell[0] in FORMULA_STARTS
                sheet.write_string(row, column, cell, self.formats.guarded if guarded else self.formats.text)
            case _:
                return

    def _sheet(self, name: str) -> Worksheet:
        return self.workbook.add_worksheet(name)


def _sheet_name(team: str, taken: set[str]) -> str:
    """A name for the sheet of a team that no other sheet has, whatever the case; `taken` grows by it."""
    name, number = team[:SHEET_NAME_CHARACTERS], 1
    while name.casefold() in taken:
        number += 1
        mark = f" ({number})"
        name = team[: SHEET_NAME_CHARACTERS - len(mark)] + mark
    taken.add(name.casefold())
    return name


def _payout_cells(payout: Payout) -> tuple[_Cell, ...]:
    return (
        *_who(payout),
        payout.team,
        payout.personnel_number,
        payout.legal_entity,
        payout.cost_centre,
        payout.pay_channel,
        payout.month_worked,
        payout.amount_minor,
        payout.held_minor,
        payout.draw_minor,
    )


def _line_cells(line: PayoutLine, language: Language) -> tuple[_Cell, ...]:
    payout, label = line.payout, line.label_bg if language is Language.BG else line.label
    return (
        *_who(payout),
        payout.personnel_number,
        payout.cost_centre,
        payout.pay_channel,
        payout.month_worked,
        line.rule,
        label or line.label,
        line.books.pay_code,
        line.amount_minor,
    )


def _who(payout: Payout) -> Iterable[_Cell]:
    return payout.person_id, payout.name, payout.role
