"""Promises about how an import changes the roster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import roster
from service.domain.period import Period
from service.domain.person import Absence, Alias
from service.domain.person_row import Entry, PersonRow, read_rows
from service.domain.roster import Roster

EMPTY = Roster()
JANUARY, NOVEMBER = Period(2026, 1), Period(2026, 11)
Cells = Mapping[str, str]
Lists = tuple[Cells, Sequence[Cells], Sequence[Cells]]


def entries(*rows: Lists) -> list[Entry]:
    plain = {"name": "N", "hired_on": "2026-01-01", "starts_on": "2026-01-01", "role": "closer", "grade": "middle"}
    plain |= {"fixed_salary": "1", "soft_salary": "1"}
    made = [PersonRow(f"/{n}/{{}}", {**plain, **cells}, *lists) for n, (cells, *lists) in enumerate(rows)]
    found, problems = read_rows(made)
    assert problems == []
    return found


def one(
    person_id: str = "ann", aliases: Sequence[Cells] = (), absences: Sequence[Cells] = (), **cells: str
) -> list[Entry]:
    return entries(({"person_id": person_id, **cells}, aliases, absences))


def after(*imports: list[Entry]) -> Roster:
    known = EMPTY
    for found in imports:
        known = roster.merged(known, found)
    return known


def assigned(found: Roster, person_id: str = "ann") -> list[tuple[str, str, str]]:
    return [(str(item.starts_on), str(item.ends_on), item.grade) for item in found.assignments[person_id]]


def problems(known: Roster, found: list[Entry]) -> list[tuple[str, str]]:
    made = roster.roster_problems(roster.merged(known, found), found, ["crm"], [])
    return [(item.pointer, item.code) for item in made]


def away(starts_on: str, ends_on: str, paid: str) -> Cells:
    return {"starts_on": starts_on, "ends_on": ends_on, "paid": paid}


def known_as(subject: str, starts_on: str = "", ends_on: str = "") -> Cells:
    return {"source": "crm", "subject": subject, "starts_on": starts_on, "ends_on": ends_on}


def test_a_new_assignment_ends_the_one_before_and_leaves_its_days_as_they_were() -> None:
    found = after(one(), one(starts_on="2026-10-12", grade="senior"))
    assert assigned(found) == [("2026-01-01", "2026-10-11", "middle"), ("2026-10-12", "None", "senior")]


def test_an_assignment_in_between_lasts_until_the_next_one() -> None:
    found = after(one(), one(starts_on="2026-10-12", grade="senior"), one(starts_on="2026-06-01", grade="junior"))
    assert [(start, grade) for start, _, grade in assigned(found)] == [
        ("2026-01-01", "middle"),
        ("2026-06-01", "junior"),
        ("2026-10-12", "senior"),
    ]
    assert assigned(found)[1][1] == "2026-10-11"


def test_the_last_assignment_ends_with_the_person_and_opens_again_with_them() -> None:
    leaving = one(left_on="2026-10-31")
    assert assigned(after(one(), leaving)) == [("2026-01-01", "2026-10-31", "middle")]
    assert assigned(after(one(), leaving, one())) == [("2026-01-01", "None", "middle")]


def test_absences_are_added_changed_and_cancelled_by_day() -> None:
    found = after(
        one(absences=[away("2026-10-05", "2026-10-09", "paid")]),
        one(absences=[away("2026-10-08", "2026-10-08", "unpaid"), away("2026-10-09", "2026-10-09", "cancelled")]),
        one(),
    )
    assert found.absences["ann"] == [
        Absence("ann", date(2026, 10, 5), date(2026, 10, 7), paid=True),
        Absence("ann", date(2026, 10, 8), date(2026, 10, 8), paid=False),
    ]


def test_a_user_id_can_pass_from_one_person_to_another_in_one_import() -> None:
    known = after(one(aliases=[known_as("17")]))
    ann: Lists = ({"person_id": "ann"}, [known_as("17", "", "2026-03-31")], [])
    bob: Lists = ({"person_id": "bob"}, [known_as("17", "2026-04-01")], [])
    for order in ([ann, bob], [bob, ann]):
        found = entries(*order)
        assert problems(known, found) == []
        assert roster.merged(known, found).aliases["crm", "17"] == [
            Alias("crm", "17", "ann", date(2026, 1, 1), date(2026, 3, 31)),
            Alias("crm", "17", "bob", date(2026, 4, 1)),
        ]


def test_an_earlier_first_day_of_an_alias_adds_days_and_a_later_one_takes_none() -> None:
    wide = after(one(aliases=[known_as("17", "2026-05-01")]), one(aliases=[known_as("17", "2026-02-01")]))
    assert wide.aliases["crm", "17"] == [Alias("crm", "17", "ann", date(2026, 2, 1))]
    same = roster.merged(wide, one(aliases=[known_as("17", "2026-06-01")]))
    assert roster.changed_subjects(wide, same) == []


def test_two_people_cannot_have_one_user_id_on_the_same_day() -> None:
    known = after(one(aliases=[known_as("17", "2026-03-01", "2026-06-30")]))
    taken = [("/0/aliases/0/subject", "alias_taken")]
    assert problems(known, one("bob", aliases=[known_as("17")])) == taken
    assert problems(known, one("bob", aliases=[known_as("17", "2026-06-30")])) == taken
    assert problems(known, one("bob", aliases=[known_as("17", "2026-07-01")])) == []
    assert problems(known, one("bob", aliases=[known_as("17", "2026-01-01", "2026-02-28")])) == []


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (one(manager_id="boss"), ("/0/manager_id", "unknown_manager")),
        (one(manager_id="ann"), ("/0/manager_id", "circle_of_managers")),
        (one(aliases=[{"source": "mail", "subject": "1"}]), ("/0/aliases/0/source", "unknown_source")),
        (entries(({"person_id": "ann"}, [], []), ({"person_id": "ann"}, [], [])), ("/1/starts_on", "contradiction")),
        (
            entries(
                ({"person_id": "ann"}, [], []), ({"person_id": "ann", "name": "M", "starts_on": "2026-02-01"}, [], [])
            ),
            ("/1/person_id", "contradiction"),
        ),
        (
            one(absences=[away("2026-10-05", "2026-10-09", "paid"), away("2026-10-09", "2026-10-12", "unpaid")]),
            ("/0/absences", "contradiction"),
        ),
    ],
)
def test_what_contradicts_is_named(found: list[Entry], expected: tuple[str, str]) -> None:
    assert problems(EMPTY, found) == [expected]


def test_a_manager_in_a_row_with_a_mistake_is_not_unknown() -> None:
    found = one(manager_id="boss")
    assert roster.roster_problems(roster.merged(EMPTY, found), found, [], ["boss"]) == []


def test_a_circle_is_found_on_the_day_it_would_begin_and_named_once() -> None:
    """Ann reports to Bob; from June Bob is to report to Cid, who reports to Ann."""
    rows = [{"person_id": "ann", "manager_id": "bob"}, {"person_id": "bob"}, {"person_id": "cid", "manager_id": "ann"}]
    known = after(entries(*((row, [], []) for row in rows)))
    assert problems(known, one("bob", manager_id="cid", starts_on="2026-06-01")) == [
        ("/0/manager_id", "circle_of_managers")
    ]


def test_people_may_swap_places_when_no_day_has_both() -> None:
    known = after(entries(({"person_id": "ann", "manager_id": "bob"}, [], []), ({"person_id": "bob"}, [], [])))
    swap = entries(
        ({"person_id": "ann", "starts_on": "2026-06-01"}, [], []),
        ({"person_id": "bob", "manager_id": "ann", "starts_on": "2026-06-01"}, [], []),
    )
    assert problems(known, swap) == []


@pytest.mark.parametrize(
    ("change", "months"),
    [
        (one(name="Other name"), []),
        (one(starts_on="2026-10-12", grade="senior"), ["2026-10", "2026-11"]),
        (one(starts_on="2026-10-12"), []),
        (one(left_on="2026-11-15"), ["2026-11"]),
        (one(absences=[away("2026-09-28", "2026-10-02", "unpaid")]), ["2026-09", "2026-10"]),
        (one(starts_on="2026-12-01", grade="senior"), []),
        (one(aliases=[known_as("17")]), []),
    ],
    ids=["name", "grade", "nothing new", "leave", "absence", "ahead", "alias"],
)
def test_only_the_months_in_which_something_differs_are_scored_again(change: list[Entry], months: list[str]) -> None:
    known = after(one())
    found = roster.changed_months(known, roster.merged(known, change), JANUARY, NOVEMBER)
    assert [(person_id, str(period)) for person_id, period in found] == [("ann", month) for month in months]


def test_another_day_of_hire_changes_tenure_and_so_every_month() -> None:
    known = after(one(starts_on="2026-02-01"))
    found = roster.changed_months(
        known, roster.merged(known, one(hired_on="2025-12-15", starts_on="2026-02-01")), JANUARY, NOVEMBER
    )
    assert len(found) == 11


def test_the_managers_then_and_now_are_scored_again_too() -> None:
    known = after(one("old"), one("new"), one(manager_id="old"))
    change = one(manager_id="new", starts_on="2026-11-01")
    found = roster.changed_months(known, roster.merged(known, change), JANUARY, NOVEMBER)
    assert found == [("ann", NOVEMBER), ("new", NOVEMBER), ("old", NOVEMBER)]


@st.composite
def some_imports(draw: st.DrawFn) -> list[list[Entry]]:
    day = st.dates(date(2026, 1, 1), date(2026, 12, 31))
    made = []
    for _ in range(draw(st.integers(1, 5))):
        ends = sorted((draw(day), draw(day)))
        absence = away(str(ends[0]), str(ends[1]), draw(st.sampled_from(["paid", "unpaid", "cancelled"])))
        alias = known_as(draw(st.sampled_from(["17", "18"])), str(draw(day)))
        left_on = draw(st.sampled_from(["", "2026-12-31"]))
        grade = draw(st.sampled_from(["junior", "senior"]))
        made.append(one(aliases=[alias], absences=[absence], starts_on=str(draw(day)), grade=grade, left_on=left_on))
    return made


@given(some_imports())
def test_the_same_import_again_changes_nothing(imports: list[list[Entry]]) -> None:
    once = after(*imports)
    twice = roster.merged(once, imports[-1])
    assert roster.changed_people(once, twice) == []
    assert roster.changed_subjects(once, twice) == []
    assert roster.changed_months(once, twice, JANUARY, NOVEMBER) == []


@given(some_imports())
def test_assignments_of_one_person_never_overlap_and_leave_no_day_out(imports: list[list[Entry]]) -> None:
    found = after(*imports)
    held = found.assignments["ann"]
    first = held[0].starts_on
    last = found.people["ann"].left_on or date(2027, 6, 1)
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        assert sum(item.covers(date.fromordinal(ordinal)) for item in held) == 1


def test_a_personnel_number_is_one_persons_for_ever() -> None:
    taken = [("/0/personnel_number", "number_taken")]
    known = after(one("ann", personnel_number="0042"))
    assert problems(known, one("bob", personnel_number="0042")) == taken
    moved = after(one("ann", personnel_number="0042"), one("ann", starts_on="2026-06-01", personnel_number="0043"))
    assert problems(moved, one("bob", personnel_number="0042")) == taken
    assert problems(known, one("ann", starts_on="2026-06-01", personnel_number="0042")) == []
    assert problems(known, one("bob", personnel_number="")) == []
    both = entries(
        ({"person_id": "eva", "personnel_number": "7"}, [], []), ({"person_id": "ivo", "personnel_number": "7"}, [], [])
    )
    assert len(problems(EMPTY, both)) == 2
