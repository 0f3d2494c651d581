"""Whatever the order of events, moves and scorings: a leader's figures are the sums over the days of the members."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.config import read_settings
from service.domain.event import Event
from service.domain.person import Assignment
from service.runtime import install, open_runtime
from tests.company import a_payment, an_assignment
from tests.teams import TeamCompany, a_lead, on

FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
MEMBERS = ("ann", "bob", "cid")
LEADERS = ("lea", "max")
FIRST = date(2026, 10, 1)

Move = tuple[str, int, tuple[str, str]]
"""Somebody who changes, on a day of October, from one leader to another."""

Payment = tuple[str, int, int]
"""Who got on which day how many cents."""

moves = st.tuples(st.sampled_from(MEMBERS), st.integers(2, 14), st.permutations(LEADERS).map(tuple))
payments = st.tuples(st.sampled_from(MEMBERS), st.integers(1, 14), st.integers(1, 10**6))


def assignments(move: Move) -> list[Assignment]:
    name, day, (before, after) = move
    change = FIRST + timedelta(days=day - 1)
    return [
        an_assignment(name, manager_id=before, ends_on=change - timedelta(days=1)),
        an_assignment(name, manager_id=after, starts_on=change),
    ]


def payment_of(number: int, payment: Payment) -> Event:
    name, day, cents = payment
    return a_payment(name, f"p{number}", f"{cents // 100}.{cents % 100:02d}", on(day))


def expected(moved: dict[str, Move], paid: Sequence[Payment], leader: str) -> Fraction:
    """What a leader's members were paid on the days they were there, added up by hand."""
    total = 0
    for name, day, cents in paid:
        move = moved.get(name)
        above = "lea" if move is None else move[2][0 if day < move[1] else 1]
        total += cents if above == leader else 0
    return Fraction(total, 100)


@pytest.fixture(scope="module")
def migrated(migrated_file: Path) -> bytes:
    """An empty database as bytes."""
    return migrated_file.read_bytes()


@FEW
@given(st.lists(moves, max_size=3, unique_by=lambda move: move[0]), st.lists(payments, max_size=8), st.data())
def test_a_leader_has_what_the_members_did_whatever_came_first(
    migrated: bytes, tmp_path: Path, moved: list[Move], paid: list[Payment], data: st.DataObject
) -> None:
    for left in tmp_path.glob("law.db*"):
        left.unlink()
    (tmp_path / "law.db").write_bytes(migrated)
    runtime = open_runtime(read_settings({"DATABASE_URL": f"sqlite:///{tmp_path / 'law.db'}"}), lambda _job: None)
    install(runtime)
    try:
        company = TeamCompany(runtime)
        company.found_team([*(an_assignment(name, manager_id="lea") for name in MEMBERS), *map(a_lead, LEADERS)])
        steps: list[Callable[[], object]] = [partial(company.move, move[0], assignments(move)) for move in moved]
        steps += [partial(company.send, payment_of(number, payment)) for number, payment in enumerate(paid)]
        for step in data.draw(st.permutations(steps)):
            step()
            if data.draw(st.booleans()):
                company.refresh()
        company.refresh()
        for leader in LEADERS:
            (numbers,) = company.numbers(leader)
            assert numbers["team.collected"] == expected({move[0]: move for move in moved}, paid, leader)
    finally:
        runtime.engine.dispose()
