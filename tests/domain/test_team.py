"""Promises about who reports to whom on a day."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import team
from service.domain.person import Assignment

DAY = date(2026, 10, 15)


def an_assignment(person_id: str, manager_id: str | None, starts_on: date, ends_on: date | None) -> Assignment:
    return Assignment(person_id, starts_on, ends_on, "closer", "middle", "north", manager_id, 10_000, 0, 0)


TREE = {"head": None, "lead": "head", "ann": "lead", "bob": "lead", "cid": "head"}


def test_the_manager_is_the_one_of_that_day() -> None:
    held = [
        an_assignment("ann", "old", date(2026, 1, 1), date(2026, 10, 14)),
        an_assignment("ann", "new", date(2026, 10, 15), None),
        an_assignment("bob", "old", date(2026, 10, 16), None),
    ]
    assert team.managers_on(held, date(2026, 10, 14)) == {"ann": "old"}
    assert team.managers_on(held, DAY) == {"ann": "new"}


def test_the_chain_goes_from_the_nearest_manager_to_the_top() -> None:
    assert team.managers_above(TREE, "ann") == ["lead", "head"]
    assert team.managers_above(TREE, "head") == []
    assert team.managers_above(TREE, "stranger") == []


def test_a_manager_answers_for_everybody_below() -> None:
    tree = team.Tree((DAY, DAY), TREE)
    assert tree.below("head") == ["ann", "bob", "cid", "lead"]
    assert tree.direct("head") == ["cid", "lead"]
    assert tree.below("ann") == []


@pytest.mark.parametrize(
    ("managers", "circle"),
    [
        ({"ann": "ann"}, ["ann"]),
        ({"ann": "bob", "bob": "ann"}, ["ann", "bob"]),
        ({"ann": "bob", "bob": "cid", "cid": "ann"}, ["ann", "bob", "cid"]),
        ({"ann": "bob", "bob": "cid", "cid": "bob"}, []),
        (TREE, []),
    ],
)
def test_a_circle_is_named_only_to_those_who_are_in_it(managers: dict[str, str | None], circle: list[str]) -> None:
    assert team.circle_through(managers, "ann") == circle


def test_members_are_scored_before_their_managers() -> None:
    assert team.deepest_first(TREE, ["head", "ann", "lead", "cid", "bob"]) == ["ann", "bob", "cid", "lead", "head"]


def test_a_team_has_the_members_of_that_day() -> None:
    held = [
        an_assignment("bob", None, date(2026, 1, 1), None),
        an_assignment("ann", None, date(2026, 1, 1), DAY),
        an_assignment("cid", None, date(2026, 10, 16), None),
    ]
    assert team.team_on(held, "north", DAY) == ["ann", "bob"]
    assert team.team_on(held, "south", DAY) == []


def test_assignments_are_grouped_in_order_of_time() -> None:
    late = an_assignment("ann", None, DAY, None)
    early = an_assignment("ann", None, date(2026, 1, 1), date(2026, 10, 14))
    assert team.by_person([late, early]) == {"ann": [early, late]}


@given(st.dictionaries(st.sampled_from("abcdef"), st.one_of(st.none(), st.sampled_from("abcdefg"))))
def test_every_chain_ends_and_names_nobody_twice_whatever_the_managers(managers: dict[str, str | None]) -> None:
    for person_id in managers:
        chain = team.managers_above(managers, person_id)
        assert len(chain) == len(set(chain))
        assert person_id not in chain


@given(st.dictionaries(st.sampled_from("abcdef"), st.one_of(st.none(), st.sampled_from("abcdefg"))))
def test_below_a_manager_are_those_who_have_the_manager_above_them(managers: dict[str, str | None]) -> None:
    tree = team.Tree((DAY, DAY), managers)
    for manager in "abcdefg":
        assert tree.below(manager) == [
            name for name in sorted(managers) if manager in team.managers_above(managers, name)
        ]
        assert tree.direct(manager) == [name for name in sorted(managers) if managers[name] == manager != name]


def test_a_tree_is_cut_where_somebody_moves_and_a_member_has_the_days_below() -> None:
    held = [
        an_assignment("ann", "lea", date(2026, 1, 1), date(2026, 5, 10)),
        an_assignment("ann", "max", date(2026, 5, 11), None),
        an_assignment("lea", "max", date(2026, 1, 1), None),
        an_assignment("max", None, date(2026, 1, 1), None),
    ]
    first, last = date(2026, 5, 1), date(2026, 5, 31)
    grown = team.trees(held, first, last)
    assert [tree.span for tree in grown] == [(first, date(2026, 5, 10)), (date(2026, 5, 11), last)]
    assert team.memberships(grown, "lea", direct=False) == {"ann": ((first, date(2026, 5, 10)),)}
    assert team.memberships(grown, "max", direct=False) == {"ann": ((first, last),), "lea": ((first, last),)}
    assert team.memberships(grown, "max", direct=True)["ann"] == ((date(2026, 5, 11), last),)
    assert team.everybody_above(grown, ["ann", "max"]) == {"ann": {"lea", "max"}, "max": set()}
    assert team.everybody_below(grown, ["lea"]) == {"ann"}
