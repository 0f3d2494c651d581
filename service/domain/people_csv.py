"""A people file: the lines of a table as rows of a people import."""

from __future__ import annotations

import re

from service.domain.person_row import COLUMNS, REQUIRED, PersonRow
from service.domain.table_csv import TableRow, read_table

ALIASES, ABSENCES = "aliases", "absences"
"""Columns whose cells are lists, their items separated by |."""

NUMBERS = ("fixed_salary", "soft_salary", "part_time_percent")
"""Columns in which a spreadsheet of this country writes 2000,50."""

_ALIAS = re.compile(r"(?P<source>[^=]*)=(?P<subject>.*?)(?:\s+(?P<starts_on>\S*)\.\.(?P<ends_on>\S*))?\s*")
_ABSENCE = re.compile(r"(?P<starts_on>\S+?)(?:\.\.(?P<ends_on>\S*))?\s+(?P<paid>\S+)\s*")
_DECIMAL_COMMA = re.compile(r"\s*\d+,\d{1,2}\s*")


def read_people_csv(text: str) -> list[PersonRow]:
    """The rows of a people file; what their cells say is judged by the import."""
    optional = [name for name in COLUMNS if name not in REQUIRED]
    return [_row(found) for found in read_table(text, REQUIRED, [*optional, ALIASES, ABSENCES])]


def with_point(text: str) -> str:
    """A number with a decimal point; two digits at most follow a comma, because "2,000" could be two thousand."""
    return text.replace(",", ".") if _DECIMAL_COMMA.fullmatch(text) else text


def _row(found: TableRow) -> PersonRow:
    cells = {name: with_point(text) if name in NUMBERS else text for name, text in found.cells.items()}
    aliases = [_alias(item) for item in _items(cells.pop(ALIASES, ""))]
    absences = [_absence(item) for item in _items(cells.pop(ABSENCES, ""))]
    return PersonRow(found.place, cells, aliases, absences)


def _items(cell: str) -> list[str]:
    return [item.strip() for item in cell.split("|") if item.strip()]


def _alias(item: str) -> dict[str, str]:
    """`crm=17` or `crm=17 2026-01-01..2026-03-31`; a part that is not there is missing, and the import says so."""
    match = _ALIAS.fullmatch(item)
    return _groups(match) if match else {"source": "", "subject": item}


def _absence(item: str) -> dict[str, str]:
    """`2026-10-05..2026-10-09 paid`, or a single day."""
    match = _ABSENCE.fullmatch(item)
    if match is None:
        return {"starts_on": item, "ends_on": item, "paid": ""}
    found = _groups(match)
    return {**found, "ends_on": found.get("ends_on", found["starts_on"])}


def _groups(match: re.Match[str]) -> dict[str, str]:
    return {name: text for name, text in match.groupdict().items() if text is not None}
