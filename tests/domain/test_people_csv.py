"""Promises about the lines of a people file."""

from __future__ import annotations

import pytest

from service.domain.people_csv import read_people_csv, with_point
from service.domain.person_row import PersonRow, read_rows

HEADING = "person_id;name;hired_on;starts_on;role;grade;fixed_salary;soft_salary;part_time_percent;aliases;absences"


def row_of(line: str) -> PersonRow:
    (found,) = read_people_csv(f"{HEADING}\n{line}\n")
    return found


def test_a_line_becomes_a_row_that_knows_its_place() -> None:
    row = row_of("ann;Анна;2026-01-01;2026-02-01;closer;middle;2000,50;800;62,5;;")
    assert row.place.format("role") == "line 2, column role:"
    entries, problems = read_rows([row])
    assert problems == []
    held = entries[0].assignment
    assert (held.fixed_salary_minor, held.soft_salary_minor, held.fte_bp) == (200_050, 80_000, 6_250)
    assert (row.aliases, row.absences) == ([], [])


def test_a_mistake_is_told_by_line_and_column() -> None:
    _, problems = read_rows([row_of("ann;Анна;2026-01-01;2026-02-01;king;middle;1;1;;crm=;2026-10-05")])
    assert [(item.pointer, item.code) for item in problems] == [
        ("line 2, column role:", "unknown_choice"),
        ("line 2, column aliases/0/subject:", "missing"),
        ("line 2, column absences/0/paid:", "missing"),
    ]


@pytest.mark.parametrize(
    ("cell", "aliases"),
    [
        ("crm=17", [{"source": "crm", "subject": "17"}]),
        (" crm=17 | pbx=Ann Iv ", [{"source": "crm", "subject": "17"}, {"source": "pbx", "subject": "Ann Iv"}]),
        ("crm=a=b", [{"source": "crm", "subject": "a=b"}]),
        ("17", [{"source": "", "subject": "17"}]),
        (
            "crm=Ann Iv 2026-01-01..2026-03-31",
            [{"source": "crm", "subject": "Ann Iv", "starts_on": "2026-01-01", "ends_on": "2026-03-31"}],
        ),
        ("crm=17 ..2026-03-31", [{"source": "crm", "subject": "17", "starts_on": "", "ends_on": "2026-03-31"}]),
        ("crm=17 2026-04-01..", [{"source": "crm", "subject": "17", "starts_on": "2026-04-01", "ends_on": ""}]),
    ],
)
def test_a_cell_of_aliases_names_sources_user_ids_and_days(cell: str, aliases: list[dict[str, str]]) -> None:
    assert row_of(f"ann;A;2026-01-01;2026-01-01;closer;middle;1;1;;{cell};").aliases == aliases


@pytest.mark.parametrize(
    ("cell", "absences"),
    [
        ("2026-10-05..2026-10-09 paid", [("2026-10-05", "2026-10-09", "paid")]),
        (
            "2026-10-05 unpaid | 2026-10-12 paid",
            [("2026-10-05", "2026-10-05", "unpaid"), ("2026-10-12", "2026-10-12", "paid")],
        ),
        ("2026-10-05..2026-10-09  cancelled", [("2026-10-05", "2026-10-09", "cancelled")]),
        ("sick", [("sick", "sick", "")]),
    ],
)
def test_a_cell_of_absences_names_days_and_whether_they_are_paid(
    cell: str, absences: list[tuple[str, str, str]]
) -> None:
    found = row_of(f"ann;A;2026-01-01;2026-01-01;closer;middle;1;1;;;{cell}").absences
    assert [(item["starts_on"], item["ends_on"], item["paid"]) for item in found] == absences


@pytest.mark.parametrize(
    ("text", "number"), [("2000,50", "2000.50"), ("62,5", "62.5"), ("2,000", "2,000"), ("2.5", "2.5"), ("", "")]
)
def test_a_decimal_comma_is_read_where_it_can_only_be_one(text: str, number: str) -> None:
    assert with_point(text) == number
