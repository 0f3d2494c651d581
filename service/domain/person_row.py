"""A row of a people import: cells as somebody typed them, read into a person, an assignment, aliases and absences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from service.domain.errors import InvalidError, Problem, TooLargeError
from service.domain.money import MoneyError, parse_minor
from service.domain.national_id import contains_national_id
from service.domain.person import FULL_TIME_BP, Alias, Assignment, PayChannel, Person

ROLES = (
    "farmer",
    "closer",
    "lead_generator",
    "group_lead",
    "head_of_sales",
    "commercial_director",
    "head_of_marketing",
    "internet_marketer",
    "pr",
    "event_manager",
)
"""The roles there are; each is also the name of a plan and of a board."""

REQUIRED = ("person_id", "name", "hired_on", "starts_on", "role", "grade", "fixed_salary", "soft_salary")
"""Columns that every row fills; a forgotten salary must never pass for a salary of zero."""

LABELS = ("territory", "product", "channel", "audience", "personnel_number", "legal_entity", "cost_centre")
"""Columns of free text."""

COLUMNS = (*REQUIRED, "left_on", "team", "manager_id", "part_time_percent", *LABELS, "pay_channel")
"""Every plain column; `aliases` and `absences` hold lists."""

MAX_ROWS = 10_000
"""Twice the largest sales force we are made for; more in one transaction would keep everybody else waiting."""

MAX_LABEL = 200
"""Characters of a free text: a line of a list."""

SHORT_LABELS: Mapping[str, int] = {"personnel_number": 64}
"""Free texts that are keys elsewhere and so are shorter."""

MAX_SUBJECT = 255
"""Characters of a user id at a source: what an index of both databases takes."""

MAX_ABSENCE = timedelta(days=1_100)
"""Three years, the longest parental leave; a longer absence is a mistyped year."""

EARLIEST_YEAR, LATEST_YEAR = 1950, 2100
"""Nobody was hired before or plans beyond; a year outside is a mistyped one."""

_ID = re.compile(r"[a-z0-9_-]{1,64}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_PERCENT = re.compile(r"\d{1,3}(\.\d{1,2})?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")

PAID: Mapping[str, bool | None] = {"true": True, "paid": True, "false": False, "unpaid": False, "cancelled": None}
"""What an absence says of pay, in JSON and in a file; cancelled: the person was present after all."""


class RowsRefusedError(InvalidError):
    """A people import with mistakes; nothing of it was stored."""

    code = "people_refused"

    def __init__(self, problems: Sequence[Problem], rows: int) -> None:
        super().__init__(f"{len(problems)} mistakes in {rows} rows; nothing was imported.", tuple(problems))


class TooManyRowsError(TooLargeError):
    """A people import over the limit."""

    code = "too_many_people"

    def __init__(self, rows: int) -> None:
        super().__init__(f"{rows} rows are more than one import takes ({MAX_ROWS}). Send them in parts.")


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One row as it came; `place` says where, with {} for the column: "line 7, column {}:" or "/people/6/{}"."""

    place: str
    cells: Mapping[str, str]
    aliases: Sequence[Mapping[str, str]] = ()
    absences: Sequence[Mapping[str, str]] = ()

    def problem(self, column: str, code: str, detail: str) -> Problem:
        """A mistake in a column of this row."""
        return Problem(code, detail, self.place.format(column))


@dataclass(frozen=True, slots=True)
class AbsenceChange:
    """Days that are now said to be paid absence, unpaid absence, or (None) presence after all."""

    starts_on: date
    ends_on: date
    paid: bool | None


@dataclass(frozen=True, slots=True)
class Entry:
    """What a row without mistakes says; the assignment lasts until another begins or the person leaves."""

    row: PersonRow
    person: Person
    assignment: Assignment
    aliases: tuple[Alias, ...]
    absences: tuple[AbsenceChange, ...]


def read_rows(rows: Sequence[PersonRow]) -> tuple[list[Entry], list[Problem]]:
    """The entries of all rows without mistakes, and every mistake of the others."""
    if len(rows) > MAX_ROWS:
        raise TooManyRowsError(len(rows))
    entries: list[Entry] = []
    problems: list[Problem] = []
    for row in rows:
        cells = _Cells(row, [])
        entry = _entry(cells)
        if cells.problems:
            problems += cells.problems
        else:
            entries.append(entry)
    return entries, problems


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of a row, or of one item of a list in it, being read: a mistake is kept, and a stand-in returned."""

    row: PersonRow
    problems: list[Problem]
    prefix: str = ""
    values: Mapping[str, str] | None = field(default=None)

    def text(self, column: str, *, longest: int = MAX_LABEL) -> str:
        value = (self.row.cells if self.values is None else self.values).get(column, "").strip()
        if len(value) > longest:
            self.wrong(column, "too_long", f"This has {len(value)} characters; {longest} is the most.")
        return value

    def needed(self, column: str, *, longest: int = MAX_LABEL) -> str:
        value = self.text(column, longest=longest)
        if not value:
            self.wrong(column, "missing", "This is missing; every row needs it.")
        return value

    def word(self, column: str, value: str) -> str:
        if value and not _ID.fullmatch(value):
            self.wrong(column, "invalid_id", "Write 1 to 64 small latin letters, digits, hyphens or underscores.")
        return value

    def day(self, column: str, value: str) -> date:
        try:
            found = date.fromisoformat(value) if _DAY.fullmatch(value) else None
        except ValueError:
            found = None
        if found is not None and EARLIEST_YEAR <= found.year <= LATEST_YEAR:
            return found
        if value:
            self.wrong(column, "invalid_date", "This is not a date; write it like 2026-10-01.")
        return date(EARLIEST_YEAR, 1, 1)

    def money(self, column: str) -> int:
        value = self.needed(column)
        try:
            minor = parse_minor(value or "0")
        except MoneyError as error:
            # Not its own sentence: that would repeat the cell, whatever somebody put there.
            self.wrong(column, error.code, "Write an amount like 1500.00, exact to the cent.")
            return 0
        if minor < 0:
            self.wrong(column, "negative", "A salary cannot be negative.")
        return minor

    def part_time_bp(self, column: str) -> int:
        value = self.text(column).removesuffix("%").strip() or "100"
        share = Fraction(value) * 100 if _PERCENT.fullmatch(value) else Fraction(0)
        if not 0 < share <= FULL_TIME_BP:
            self.wrong(column, "invalid_percent", "Write a percentage above 0 and up to 100, such as 80 or 62.5.")
            return FULL_TIME_BP
        return share.numerator

    def choice(self, column: str, value: str, choices: Iterable[str]) -> str:
        found = list(choices)
        if value and value not in found:
            self.wrong(column, "unknown_choice", f"Choose one of: {', '.join(found)}.")
        return value if value in found else found[0]

    def wrong(self, column: str, code: str, detail: str) -> None:
        self.problems.append(self.row.problem(self.prefix + column, code, detail))


def _entry(cells: _Cells) -> Entry:
    _refuse_unstorable(cells)
    person = _person(cells)
    return Entry(cells.row, person, _assignment(cells, person), _aliases(cells, person), _absences(cells))


def _refuse_unstorable(cells: _Cells) -> None:
    """Refuse texts that must not, or cannot, be stored; the message never repeats them."""
    named = [("", cells.row.cells), *_items("aliases", cells.row.aliases), *_items("absences", cells.row.absences)]
    for prefix, values in named:
        for column, value in values.items():
            if contains_national_id(value) or contains_national_id(column):
                detail = "This looks like a national identity number; such numbers are never stored. Take it out."
                cells.wrong(prefix + column if not contains_national_id(column) else "", "national_id", detail)
            elif _CONTROL.search(value):
                cells.wrong(prefix + column, "invalid_text", "This holds a character that cannot be stored.")
            elif not prefix and column not in COLUMNS:
                cells.wrong(column[:MAX_LABEL], "unknown_column", "There is no such column; take it out.")


def _items(name: str, items: Sequence[Mapping[str, str]]) -> list[tuple[str, Mapping[str, str]]]:
    return [(f"{name}/{place}/", item) for place, item in enumerate(items)]


def _person(cells: _Cells) -> Person:
    person_id = cells.word("person_id", cells.needed("person_id"))
    hired_on = cells.day("hired_on", cells.needed("hired_on"))
    left = cells.text("left_on")
    left_on = cells.day("left_on", left) if left else None
    if left_on is not None and left_on < hired_on:
        cells.wrong("left_on", "left_before_hired", "The last day lies before the first.")
    return Person(person_id, cells.needed("name"), hired_on, left_on)


def _assignment(cells: _Cells, person: Person) -> Assignment:
    starts_on = cells.day("starts_on", cells.needed("starts_on"))
    if cells.text("starts_on") and not person.is_employed(starts_on):
        cells.wrong("starts_on", "not_employed", "The person is not employed on that day; see hired_on and left_on.")
    channels = [channel.value for channel in PayChannel]
    return Assignment(
        person_id=person.person_id,
        starts_on=starts_on,
        ends_on=None,
        role=cells.choice("role", cells.needed("role"), ROLES),
        grade=cells.word("grade", cells.needed("grade")),
        team=cells.word("team", cells.text("team")),
        manager_id=cells.word("manager_id", cells.text("manager_id")) or None,
        fte_bp=cells.part_time_bp("part_time_percent"),
        fixed_salary_minor=cells.money("fixed_salary"),
        soft_salary_minor=cells.money("soft_salary"),
        pay_channel=PayChannel(cells.choice("pay_channel", cells.text("pay_channel"), channels)),
        **{name: cells.text(name, longest=SHORT_LABELS.get(name, MAX_LABEL)) for name in LABELS},
    )


def _aliases(cells: _Cells, person: Person) -> tuple[Alias, ...]:
    found = []
    for prefix, values in _items("aliases", cells.row.aliases):
        item = _Cells(cells.row, cells.problems, prefix, values)
        source, subject = item.needed("source"), item.needed("subject", longest=MAX_SUBJECT)
        starts_on = item.day("starts_on", item.text("starts_on")) if item.text("starts_on") else person.hired_on
        ends_on = item.day("ends_on", item.text("ends_on")) if item.text("ends_on") else None
        if ends_on is not None and ends_on < starts_on:
            item.wrong("ends_on", "ends_before_start", "The last day lies before the first.")
        found.append(Alias(source, subject, person.person_id, starts_on, ends_on))
    return tuple(found)


def _absences(cells: _Cells) -> tuple[AbsenceChange, ...]:
    found = []
    for prefix, values in _items("absences", cells.row.absences):
        item = _Cells(cells.row, cells.problems, prefix, values)
        starts_on = item.day("starts_on", item.needed("starts_on"))
        ends_on = item.day("ends_on", item.needed("ends_on"))
        if not starts_on <= ends_on <= starts_on + MAX_ABSENCE:
            item.wrong("ends_on", "invalid_span", "The last day lies before the first, or years after it.")
        found.append(AbsenceChange(starts_on, ends_on, PAID[item.choice("paid", item.needed("paid"), PAID)]))
    return tuple(found)
