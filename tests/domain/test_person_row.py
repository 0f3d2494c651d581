"""Promises about reading one row of a people import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from service.domain import person_row
from service.domain.errors import Problem
from service.domain.person import Alias, Assignment, PayChannel, Person
from service.domain.person_row import AbsenceChange, Entry, PersonRow, TooManyRowsError, read_rows

NATIONAL_ID = "7523169263"

PLAIN = {
    "person_id": "ann",
    "name": "Анна Иванова",
    "hired_on": "2024-03-01",
    "starts_on": "2026-10-01",
    "role": "closer",
    "grade": "middle",
    "fixed_salary": "2000.00",
    "soft_salary": "800",
}


def a_row(
    changes: Mapping[str, str],
    aliases: Sequence[Mapping[str, str]] = (),
    absences: Sequence[Mapping[str, str]] = (),
) -> PersonRow:
    return PersonRow("/0/{}", {**PLAIN, **changes}, aliases, absences)


def read_one(row: PersonRow) -> Entry:
    entries, problems = read_rows([row])
    assert problems == []
    return entries[0]


def problems_of(row: PersonRow) -> list[Problem]:
    entries, problems = read_rows([row])
    assert entries == []
    return problems


def test_a_row_says_who_the_person_is_and_as_what() -> None:
    texts = {
        "team": "north",
        "manager_id": "bob",
        "part_time_percent": "62.5 %",
        "pay_channel": "invoice",
        "left_on": "2027-01-31",
    }
    labels = {"territory": "Sofia", "personnel_number": "0042"}
    entry = read_one(a_row({**texts, **labels}))
    assert entry.person == Person("ann", "Анна Иванова", date(2024, 3, 1), date(2027, 1, 31))
    assert entry.assignment == Assignment(
        "ann", date(2026, 10, 1), None, "closer", "middle", "north", "bob", 6_250, 200_000, 80_000,
        territory="Sofia", personnel_number="0042", pay_channel=PayChannel.INVOICE,
    )  # fmt: skip


def test_what_a_row_leaves_out_is_plain() -> None:
    held = read_one(a_row({})).assignment
    assert (held.fte_bp, held.pay_channel, held.manager_id, held.team) == (10_000, PayChannel.PAYROLL, None, "")


def test_an_alias_holds_from_the_day_of_hire_unless_it_says_otherwise() -> None:
    dated = {"source": "crm", "subject": "18", "starts_on": "2026-01-01", "ends_on": "2026-03-31"}
    assert read_one(a_row({}, aliases=[{"source": "crm", "subject": "17"}, dated])).aliases == (
        Alias("crm", "17", "ann", date(2024, 3, 1)),
        Alias("crm", "18", "ann", date(2026, 1, 1), date(2026, 3, 31)),
    )


@pytest.mark.parametrize(
    ("word", "paid"), [("true", True), ("paid", True), ("false", False), ("unpaid", False), ("cancelled", None)]
)
def test_an_absence_says_whether_it_is_paid_and_never_why(word: str, *, paid: bool | None) -> None:
    away = {"starts_on": "2026-10-05", "ends_on": "2026-10-09", "paid": word}
    expected = AbsenceChange(date(2026, 10, 5), date(2026, 10, 9), paid)
    assert read_one(a_row({}, absences=[away])).absences == (expected,)


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("person_id", "", "missing"),
        ("person_id", "Ann Ivanova", "invalid_id"),
        ("person_id", "a" * 65, "invalid_id"),
        ("name", " ", "missing"),
        ("name", "a\tb", "invalid_text"),
        ("name", "x" * 201, "too_long"),
        ("hired_on", "01.03.2024", "invalid_date"),
        ("hired_on", "20240301", "invalid_date"),
        ("hired_on", "2024-02-30", "invalid_date"),
        ("hired_on", "0224-03-01", "invalid_date"),
        ("left_on", "2024-02-29", "left_before_hired"),
        ("starts_on", "", "missing"),
        ("starts_on", "2024-02-29", "not_employed"),
        ("role", "salesman", "unknown_choice"),
        ("grade", "Middle", "invalid_id"),
        ("team", "Team North", "invalid_id"),
        ("manager_id", "Bob B", "invalid_id"),
        ("part_time_percent", "0", "invalid_percent"),
        ("part_time_percent", "100.01", "invalid_percent"),
        ("part_time_percent", "62.555", "invalid_percent"),
        ("part_time_percent", "half", "invalid_percent"),
        ("fixed_salary", "", "missing"),
        ("fixed_salary", "2 000", "invalid_amount"),
        ("fixed_salary", "2000.005", "invalid_amount"),
        ("soft_salary", "-1", "negative"),
        ("soft_salary", "1e3", "invalid_amount"),
        ("pay_channel", "cash", "unknown_choice"),
        ("personnel_number", "1" * 65, "too_long"),
        ("nickname", "Annie", "unknown_column"),
    ],
)
def test_a_wrong_cell_is_named_with_its_column_and_reason(column: str, text: str, code: str) -> None:
    found = problems_of(a_row({column: text}))
    assert (f"/0/{column}", code) in {(item.pointer, item.code) for item in found}
    assert len(found) <= 2


@pytest.mark.parametrize(
    ("item", "pointer", "code"),
    [
        ({"source": "", "subject": "17"}, "/0/aliases/0/source", "missing"),
        ({"source": "crm", "subject": ""}, "/0/aliases/0/subject", "missing"),
        ({"source": "crm", "subject": "x" * 256}, "/0/aliases/0/subject", "too_long"),
        ({"source": "crm", "subject": "1", "starts_on": "May"}, "/0/aliases/0/starts_on", "invalid_date"),
        ({"source": "crm", "subject": "1", "ends_on": "2020-01-01"}, "/0/aliases/0/ends_on", "ends_before_start"),
        ({"source": "crm", "subject": NATIONAL_ID}, "/0/aliases/0/subject", "national_id"),
    ],
)
def test_a_wrong_alias_is_named_with_its_place(item: dict[str, str], pointer: str, code: str) -> None:
    assert (pointer, code) in {(found.pointer, found.code) for found in problems_of(a_row({}, aliases=[item]))}


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "paid", "pointer"),
    [
        ("2026-10-09", "2026-10-05", "paid", "ends_on"),
        ("2026-10-09", "2036-10-09", "paid", "ends_on"),
        ("2026-10-09", "", "paid", "ends_on"),
        ("2026-10-05", "2026-10-09", "sick", "paid"),
        ("2026-10-05", "2026-10-09", "", "paid"),
    ],
)
def test_a_wrong_absence_is_named_with_its_place(starts_on: str, ends_on: str, paid: str, pointer: str) -> None:
    found = problems_of(a_row({}, absences=[{"starts_on": starts_on, "ends_on": ends_on, "paid": paid}]))
    assert f"/0/absences/0/{pointer}" in {item.pointer for item in found}


@pytest.mark.parametrize("column", [*person_row.COLUMNS, "ЕГН"])
def test_a_national_identity_number_is_refused_in_every_column_and_never_repeated(column: str) -> None:
    found = problems_of(a_row({column: f"no. {NATIONAL_ID}"}))
    assert (f"/0/{column}", "national_id") in {(item.pointer, item.code) for item in found}
    assert not any(NATIONAL_ID in item.detail + item.pointer for item in found)


def test_a_column_named_by_an_identity_number_is_refused_without_repeating_it() -> None:
    found = problems_of(a_row({NATIONAL_ID: "x"}))
    assert [item.code for item in found] == ["national_id"]
    assert not any(NATIONAL_ID in item.detail + item.pointer for item in found)


def test_all_mistakes_of_all_rows_are_found_at_once() -> None:
    rows = [a_row({"role": "x", "grade": "Y"}), a_row({}), a_row({"hired_on": "soon"})]
    entries, problems = read_rows(rows)
    assert len(entries) == 1
    assert sorted(item.code for item in problems) == ["invalid_date", "invalid_id", "unknown_choice"]


def test_more_rows_than_the_limit_are_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(person_row, "MAX_ROWS", 2)
    with pytest.raises(TooManyRowsError):
        read_rows([a_row({})] * 3)
