"""The list that payroll returns: number, code, month and amount of everything it paid, in the form of its file."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain.errors import InvalidError, Problem
from service.domain.event import canonical_json
from service.domain.money import MINOR_PER_UNIT
from service.domain.payout_settings import NEEDED, DecimalMark, MonthForm, PayrollField, PayrollFormat
from service.domain.period import InvalidPeriodError, Period
from service.domain.table_csv import FORMULA_STARTS

MAX_CELL = 64
"""Characters of a number or a code: what we write there ourselves is no longer."""

_MONTHS: Mapping[MonthForm, re.Pattern[str]] = {
    MonthForm.YEAR_FIRST: re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)"),
    MonthForm.MONTH_FIRST: re.compile(r"(?P<month>\d\d)\.(?P<year>\d{4})"),
    MonthForm.SLASHED: re.compile(r"(?P<month>\d\d)/(?P<year>\d{4})"),
    MonthForm.BARE: re.compile(r"(?P<year>\d{4})(?P<month>\d\d)"),
}
_AMOUNTS: Mapping[DecimalMark, re.Pattern[str]] = {
    mark: re.compile(rf"(?P<sign>-?)(?P<units>[0-9]{{1,12}})(?:{re.escape(mark.character)}(?P<cents>[0-9]{{1,2}}))?")
    for mark in DecimalMark
}


class ReturnedListRefusedError(InvalidError):
    """A list of payroll that cannot be read; nothing of it was recorded."""

    code = "returned_list_refused"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("The list cannot be read, so nothing of it was recorded.", tuple(problems))


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """What payroll says it paid, in minor units; `line` is where."""

    line: int
    number: str
    code: str
    month_worked: Period
    amount_minor: int


@dataclass(frozen=True, slots=True)
class ReturnedList:
    """The rows of a list, and a hash of what they say."""

    rows: tuple[ReturnedRow, ...]

    @property
    def list_hash(self) -> str:
        """The same for the same rows in the same order, however they were encoded."""
        told = [[row.number, row.code, str(row.month_worked), row.amount_minor] for row in self.rows]
        return hashlib.sha256(canonical_json(told).encode()).hexdigest()


def read_returned(content: bytes, form: PayrollFormat) -> ReturnedList:
    """Read a list, passing over columns that are not needed; `ReturnedListRefusedError` names every mistake."""
    numbered = _lines(content, form)
    places = _places(numbered[0][1] if numbered else [], form)
    problems: list[Problem] = []
    rows: list[ReturnedRow] = []
    for number, cells in numbered[1:] if form.heading else numbered:
        found = _row(number, cells, places, form)
        if isinstance(found, ReturnedRow):
            rows.append(found)
        else:
            problems += found
    if problems:
        raise ReturnedListRefusedError(problems)
    return ReturnedList(tuple(rows))


def _lines(content: bytes, form: PayrollFormat) -> list[tuple[int, list[str]]]:
    """Every line that is not empty, with its number, cut into cells."""
    codec = "utf-8-sig" if form.encoding.charset == "utf-8" else form.encoding.codec
    try:
        text = content.decode(codec)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        detail = f"This is not {form.encoding}, which payouts.yaml asks for. Save the list so, or change the setting."
        raise ReturnedListRefusedError([Problem("wrong_encoding", detail, f"line {line}:")]) from None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=form.separator.character, strict=True)
    try:
        numbered = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        detail = f"This line cannot be read: {error}."
        raise ReturnedListRefusedError([Problem("unreadable_line", detail, f"line {reader.line_num}:")]) from error
    return [(number, cells) for number, cells in numbered if any(cells)]


def _places(heading: Sequence[str], form: PayrollFormat) -> dict[PayrollField, int]:
    """In which column each needed field stands: by its heading, or as in the file where there is none."""
    titles = {column.field: column.title for column in form.columns}
    if not form.heading:
        return {field: list(titles).index(field) for field in NEEDED}
    problems = [
        Problem("missing_column", f'There is no column "{titles[field]}" ({field.value}).', "line 1:")
        for field in NEEDED
        if heading.count(titles[field]) == 0
    ]
    problems += [
        Problem("double_column", f'The column "{titles[field]}" is there twice.', "line 1:")
        for field in NEEDED
        if heading.count(titles[field]) > 1
    ]
    if problems:
        raise ReturnedListRefusedError(problems)
    return {field: heading.index(titles[field]) for field in NEEDED}


def _row(
    number: int, cells: Sequence[str], places: Mapping[PayrollField, int], form: PayrollFormat
) -> ReturnedRow | list[Problem]:
    texts = {field: cells[place] if place < len(cells) else "" for field, place in places.items()}
    month = _month(texts[PayrollField.MONTH], form.month)
    amount_minor = _amount(texts[PayrollField.AMOUNT], form.decimal)
    names = {field: _bare(texts[field]) for field in (PayrollField.NUMBER, PayrollField.CODE)}
    wrong = [field for field, text in names.items() if not text or len(text) > MAX_CELL]
    wrong += [PayrollField.MONTH] if month is None else []
    wrong += [PayrollField.AMOUNT] if amount_minor is None else []
    if month is None or amount_minor is None or wrong:
        return [_problem(number, field, form) for field in wrong]
    return ReturnedRow(number, names[PayrollField.NUMBER], names[PayrollField.CODE], month, amount_minor)


def _problem(number: int, field: PayrollField, form: PayrollFormat) -> Problem:
    """What is wrong with a cell; never the cell itself, whatever somebody put there."""
    title = next(column.title for column in form.columns if column.field is field)
    wanted = {
        PayrollField.MONTH: f"a month written {form.month}",
        PayrollField.AMOUNT: f"an amount with a {form.decimal} before its cents and nothing between thousands",
    }.get(field, f"a text of 1 to {MAX_CELL} characters")
    return Problem(f"invalid_{field.value}", f"Here {wanted} is wanted.", f'line {number}, column "{title}":')


def _bare(text: str) -> str:
    """A text without the apostrophe that keeps spreadsheets from running it."""
    return text[1:] if text[:1] == "'" and text[1:2] in FORMULA_STARTS else text


def _month(text: str, form: MonthForm) -> Period | None:
    match = _MONTHS[form].fullmatch(text)
    if match is None:
        return None
    try:
        return Period.parse(f"{match['year']}-{match['month']}")
    except InvalidPeriodError:
        return None


def _amount(text: str, decimal: DecimalMark) -> int | None:
    match = _AMOUNTS[decimal].fullmatch(text)
    if match is None:
        return None
    minor = int(match["units"]) * MINOR_PER_UNIT + int((match["cents"] or "").ljust(2, "0"))
    return -minor if match["sign"] else minor
