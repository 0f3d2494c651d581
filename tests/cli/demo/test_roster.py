"""The rows that the demo imports say of everybody what the company records."""

from __future__ import annotations

from service.cli.demo.roster import roster
from service.cli.demo.telephone_list import SELLERS
from service.domain.person_row import read_rows
from tests.cli.demo.companies import a_company


def test_the_rows_are_read_back_as_the_company() -> None:
    company = a_company(len(SELLERS), with_staff=True)
    entries, problems = read_rows(roster(company))
    assert not problems
    assert tuple(entry.person for entry in entries) == company.people
    assert tuple(entry.assignment for entry in entries) == company.assignments
    assert {alias for entry in entries for alias in entry.aliases} == set(company.aliases)
    told = {
        (entry.person.person_id, change.starts_on, change.ends_on, change.paid)
        for entry in entries
        for change in entry.absences
    }
    kept = {(item.person_id, item.starts_on, item.ends_on, item.paid) for item in company.absences}
    assert told == kept
