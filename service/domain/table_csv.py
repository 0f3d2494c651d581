"""A table as a spreadsheet saves and opens it: its text, its heading and its numbered lines."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from service.domain.errors import InvalidError, Problem
from service.domain.national_id import contains_national_id

_BYTE_ORDER_MARK = "\ufeff"

FORMULA_STARTS = frozenset("=+-@\t\r")
"""The characters by which a spreadsheet takes a text for a formula."""

_AMOUNT = re.compile(r"-[0-9]+([.,][0-9]+)?")


class NotUtf8Error(InvalidError):
    """A file in an old encoding, in which names would become nonsense."""

    code = "not_utf8"

    def __init__(self) -> None:
        super().__init__('The file is not UTF-8. In the spreadsheet, save it as "CSV UTF-8"; nothing was imported.')


class TableRefusedError(InvalidError):
    """A file whose heading or lines cannot be used."""

    code = "table_refused"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("The table cannot be read; nothing was imported.", tuple(problems))


@dataclass(frozen=True, slots=True)
class TableRow:
    """One line of a table: its cells by column."""

    number: int
    cells: dict[str, str]

    @property
    def place(self) -> str:
        """Where it stands, with {} for the column."""
        return f"line {self.number}, column {{}}:"


def decoded(content: bytes) -> str:
    """The text of a file, with or without a byte order mark."""
    try:
        return content.decode("utf-8").removeprefix(_BYTE_ORDER_MARK)
    except UnicodeDecodeError:
        raise NotUtf8Error from None


def read_table(text: str, required: Sequence[str], optional: Sequence[str] = ()) -> list[TableRow]:
    """The lines below the heading, separated by commas or semicolons; empty ones are left out.

    A heading that lacks a column or has an unknown one, and lines that cannot be cut, raise `TableRefusedError`.
    """
    numbered = _lines(text)
    heading = [name.strip().lower() for name in numbered[0][1]] if numbered else []
    problems = [*_heading_problems(heading, required, optional), *_length_problems(heading, numbered)]
    if problems:
        raise TableRefusedError(problems)
    return [TableRow(number, dict(zip(heading, cells, strict=False))) for number, cells in numbered[1:]]


def written_table(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Rows as text, comma separated with a heading; cells that a spreadsheet would run as a formula are quoted."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: harmless(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def harmless(value: str) -> str:
    """A text that no spreadsheet runs as a formula: behind an apostrophe where it would; amounts stay."""
    return f"'{value}" if value[:1] in FORMULA_STARTS and not _AMOUNT.fullmatch(value) else value


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """Every line that is not empty, with its number, cut into cells."""
    first = text.split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        numbered = [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        detail = f"This line cannot be read: {error}."
        raise TableRefusedError([Problem("unreadable_line", detail, f"line {reader.line_num}:")]) from error
    return [(number, cells) for number, cells in numbered if any(cell.strip() for cell in cells)]


def _heading_problems(heading: Sequence[str], required: Sequence[str], optional: Sequence[str]) -> list[Problem]:
    known = [*required, *optional]
    missing = [name for name in required if name not in heading]
    double = [name for name in known if heading.count(name) > 1]
    found = [
        *(("missing_column", f'The column "{name}" is missing.') for name in missing),
        *(("double_column", f'The column "{name}" is there twice.') for name in double),
        *(_unknown(name) for name in heading if name not in known),
    ]
    return [Problem(code, detail, "line 1:") for code, detail in found]


def _unknown(name: str) -> tuple[str, str]:
    if contains_national_id(name):
        return "national_id", "A column is named by a national identity number, and such numbers are never stored."
    return "unknown_column", f'There is no column "{name[:64]}"; take it out or correct its name.'


def _length_problems(heading: Sequence[str], numbered: Sequence[tuple[int, list[str]]]) -> list[Problem]:
    return [
        Problem(
            "too_many_cells",
            f"This line has {len(cells)} cells for {len(heading)} columns; quote a cell that holds a separator.",
            f"line {number}:",
        )
        for number, cells in numbered[1:]
        if len(cells) > len(heading)
    ]
