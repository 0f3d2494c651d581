"""Promises about importing people, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest

from service.domain.period import Period
from service.domain.person import person_known_as
from service.domain.person_row import PersonRow, RowsRefusedError
from service.domain.source import SourceKind, new_source
from service.flows.add_source import add_source
from service.flows.import_people import Imported, import_people
from service.runtime import Runtime
from service.store.aliases import list_aliases
from service.store.people import find_person, get_person, list_absences, list_assignments_of, list_people
from service.store.periods import lock_period
from service.store.stale import claim_stale

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
PLAIN = {
    "name": "Ann",
    "hired_on": "2026-01-01",
    "starts_on": "2026-01-01",
    "role": "closer",
    "grade": "middle",
    "fixed_salary": "2000",
    "soft_salary": "800",
}


def a_row(person_id: str, aliases: Sequence[dict[str, str]] = (), **cells: Any) -> PersonRow:
    return PersonRow(f"/{person_id}/{{}}", {**PLAIN, "person_id": person_id, **cells}, aliases)


def known_as(subject: str, **days: str) -> list[dict[str, str]]:
    return [{"source": "crm", "subject": subject, **days}]


@pytest.fixture
def company(runtime: Runtime) -> Runtime:
    """A source, and a first month of work in August."""
    with runtime.transaction() as session:
        add_source(session, new_source("crm", SourceKind.NATIVE, "", now=NOW))
        lock_period(session, Period(2026, 8))
    return runtime


def imported(runtime: Runtime, *rows: PersonRow, now: datetime = NOW) -> Imported:
    with runtime.transaction() as session:
        return import_people(session, rows, "a test", now=now)


def marks(runtime: Runtime) -> list[str]:
    with runtime.transaction() as session:
        return sorted(f"{person_id} {period}" for person_id, period in claim_stale(session, 1_000))


def test_people_are_stored_as_the_rows_say(company: Runtime) -> None:
    boss = a_row("boss", name="Бос", role="group_lead")
    rows = [a_row("ann", known_as("17"), manager_id="boss"), boss]
    assert imported(company, *rows) == Imported(people=2, changed=2, months=8)
    with company.reading() as session:
        assert [(person.person_id, person.name) for person in list_people(session)] == [("ann", "Ann"), ("boss", "Бос")]
        held = list_assignments_of(session, ["ann"])
        assert [(item.manager_id, item.fixed_salary_minor, item.ends_on) for item in held] == [("boss", 200_000, None)]
        assert person_known_as(list_aliases(session, "crm", ["17"]), "17", date(2026, 5, 1)) == "ann"


def test_the_same_import_twice_changes_nothing_and_asks_for_nothing(company: Runtime, nudged: list[str]) -> None:
    away = [{"starts_on": "2026-10-05", "ends_on": "2026-10-09", "paid": "paid"}]
    row = PersonRow("{}", {**PLAIN, "person_id": "ann"}, known_as("17"), away)
    imported(company, row)
    assert nudged == ["refresh", "replay"]
    marks(company)
    nudged.clear()
    assert imported(company, row) == Imported(people=1, changed=0, months=0)
    assert (marks(company), nudged) == ([], [])


def test_one_bad_row_keeps_all_others_out(company: Runtime) -> None:
    with pytest.raises(RowsRefusedError) as refused:
        imported(company, a_row("ann"), a_row("bob", role="king"), a_row("cid", manager_id="nobody"))
    assert [(item.pointer, item.code) for item in refused.value.problems] == [
        ("/bob/role", "unknown_choice"),
        ("/cid/manager_id", "unknown_manager"),
    ]
    with company.reading() as session:
        assert find_person(session, "ann") is None
    assert marks(company) == []


def test_a_change_is_scored_again_from_its_first_day_to_the_present_month(company: Runtime) -> None:
    imported(company, a_row("ann"))
    marks(company)
    imported(company, a_row("ann", starts_on="2026-10-12", grade="senior"))
    assert marks(company) == ["ann 2026-10", "ann 2026-11"]
    with company.reading() as session:
        held = [(item.starts_on, item.ends_on, item.grade) for item in list_assignments_of(session, ["ann"])]
    assert held == [
        (date(2026, 1, 1), date(2026, 10, 11), "middle"),
        (date(2026, 10, 12), None, "senior"),
    ]


def test_months_before_any_work_are_not_scored(company: Runtime) -> None:
    imported(company, a_row("ann", hired_on="2019-01-01", starts_on="2019-01-01"))
    assert marks(company) == ["ann 2026-08", "ann 2026-09", "ann 2026-10", "ann 2026-11"]


def test_a_month_that_began_in_the_company_is_scored_although_it_has_not_begun_in_utc(company: Runtime) -> None:
    imported(
        company,
        a_row("ann", hired_on="2026-12-01", starts_on="2026-12-01"),
        now=datetime(2026, 11, 30, 22, 30, tzinfo=UTC),
    )
    assert marks(company) == ["ann 2026-12"]


def test_a_person_who_leaves_keeps_history_and_is_scored_from_the_first_day_away(company: Runtime) -> None:
    imported(company, a_row("ann"))
    marks(company)
    imported(company, a_row("ann", left_on="2026-10-31"))
    assert marks(company) == ["ann 2026-11"]
    with company.reading() as session:
        assert get_person(session, "ann").left_on == date(2026, 10, 31)


def test_absences_are_kept_by_day_and_scored_where_they_lie(company: Runtime) -> None:
    imported(company, a_row("ann"))
    marks(company)
    away = [{"starts_on": "2026-09-28", "ends_on": "2026-10-02", "paid": "unpaid"}]
    imported(company, PersonRow("{}", {**PLAIN, "person_id": "ann"}, (), away))
    assert marks(company) == ["ann 2026-09", "ann 2026-10"]
    with company.reading() as session:
        (absence,) = list_absences(session, ["ann"], *YEAR)
    assert (absence.starts_on, absence.ends_on, absence.paid) == (date(2026, 9, 28), date(2026, 10, 2), False)


def test_a_row_without_lists_leaves_absences_and_aliases_as_they_are(company: Runtime) -> None:
    away = [{"starts_on": "2026-09-28", "ends_on": "2026-10-02", "paid": "unpaid"}]
    imported(company, PersonRow("{}", {**PLAIN, "person_id": "ann"}, known_as("17"), away))
    imported(company, a_row("ann", name="Ann Other"))
    with company.reading() as session:
        assert len(list_absences(session, ["ann"], *YEAR)) == 1
        assert len(list_aliases(session, "crm", ["17"])) == 1


def test_a_user_id_passes_on_and_each_day_keeps_its_person(company: Runtime, nudged: list[str]) -> None:
    imported(company, a_row("ann", known_as("17")))
    with pytest.raises(RowsRefusedError, match="nothing was imported"):
        imported(company, a_row("bob", known_as("17", starts_on="2026-04-01")))
    nudged.clear()
    ann = a_row("ann", known_as("17", ends_on="2026-03-31"))
    imported(company, a_row("bob", known_as("17", starts_on="2026-04-01")), ann)
    assert "replay" in nudged
    with company.reading() as session:
        aliases = list_aliases(session, "crm", ["17"])
    days = (date(2026, 3, 31), date(2026, 4, 1))
    assert [person_known_as(aliases, "17", day) for day in days] == ["ann", "bob"]
