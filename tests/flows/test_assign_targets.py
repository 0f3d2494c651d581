"""Promises about assigned targets, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from service.domain import target
from service.domain.period import Period
from service.domain.person import Person
from service.domain.target import TargetRow, TargetsRefusedError, TooManyTargetsError
from service.flows.assign_targets import assign_targets
from service.reports.targets import targets_of
from service.runtime import Runtime
from service.store.people import replace_people
from service.store.stale import claim_stale
from service.store.targets import list_targets
from tests.company import Company

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OCTOBER = Period(2026, 10)


def a_row(person_id: str = "ann", period: str = "2026-10", standard: str = "calls", amount: str = "250") -> TargetRow:
    return TargetRow("/0/{}", person_id, period, standard, amount)


@pytest.fixture
def company(runtime: Runtime) -> Runtime:
    """Two people."""
    with runtime.transaction() as session:
        replace_people(session, [Person(name, name, date(2026, 1, 1)) for name in ("ann", "bob")], [], [])
    return runtime


def assigned(runtime: Runtime, *rows: TargetRow, by: str = "head of sales") -> int:
    with runtime.transaction() as session:
        return assign_targets(session, rows, by, now=NOW)


def holding(runtime: Runtime) -> dict[tuple[str, str], Decimal]:
    with runtime.reading() as session:
        return list_targets(session, OCTOBER, ["ann", "bob"])


def marks(runtime: Runtime) -> list[str]:
    with runtime.transaction() as session:
        return sorted(f"{person_id} {period}" for person_id, period in claim_stale(session, 100))


def test_once_plans_are_published_a_standard_of_none_of_them_is_refused_by_name(runtime: Runtime) -> None:
    company = Company(runtime)
    company.found()
    with pytest.raises(TargetsRefusedError) as refused:
        assigned(runtime, a_row(), a_row("bob", standard="cals"))
    assert [problem.code for problem in refused.value.problems] == ["unknown_standard"]
    assert "calls" in refused.value.problems[0].detail
    assert assigned(runtime, a_row()) == 1


def test_the_newest_target_of_a_person_month_and_standard_holds(company: Runtime) -> None:
    assert assigned(company, a_row(), a_row("bob"), a_row(standard="collected", amount="72345.50")) == 3
    assert assigned(company, a_row(amount="300"), by="director") == 1
    assert holding(company) == {
        ("ann", "calls"): Decimal(300),
        ("bob", "calls"): Decimal(250),
        ("ann", "collected"): Decimal("72345.50"),
    }


def test_every_change_stays_readable_with_its_author(company: Runtime) -> None:
    assigned(company, a_row())
    assigned(company, a_row(amount="300"), by="director")
    with company.reading() as session:
        found = [
            (f"{item.target.amount}", item.target.set_by, item.target.set_at, item.holds)
            for item in targets_of(session, OCTOBER)
        ]
    assert found == [("250", "head of sales", NOW, False), ("300", "director", NOW, True)]


def test_setting_the_same_again_adds_nothing(company: Runtime, nudged: list[str]) -> None:
    assigned(company, a_row())
    marks(company)
    nudged.clear()
    assert assigned(company, a_row(amount="250.0")) == 0
    assert (marks(company), nudged) == ([], [])


def test_going_back_to_an_earlier_target_is_a_change(company: Runtime) -> None:
    for amount in ("250", "300", "250"):
        assert assigned(company, a_row(amount=amount)) == 1
    assert holding(company) == {("ann", "calls"): Decimal(250)}


def test_months_that_began_are_scored_again_and_those_ahead_wait(company: Runtime, nudged: list[str]) -> None:
    assigned(company, a_row(), a_row("bob", period="2026-11"), a_row("bob", period="2027-01"))
    assert (marks(company), nudged) == (["ann 2026-10", "bob 2026-11"], ["refresh"])


@pytest.mark.parametrize(
    ("row", "pointer", "code"),
    [
        (a_row("eve"), "/0/person_id", "unknown_person"),
        (a_row(period="2026-13"), "/0/period", "invalid_period"),
        (a_row(standard="Calls!"), "/0/standard", "invalid_id"),
        (a_row(amount="-1"), "/0/amount", "invalid_amount"),
        (a_row(amount="1e9"), "/0/amount", "invalid_amount"),
        (a_row(amount="1.1234567"), "/0/amount", "invalid_amount"),
        (a_row(amount=""), "/0/amount", "invalid_amount"),
    ],
)
def test_a_wrong_target_is_named_and_keeps_all_others_out(
    company: Runtime, row: TargetRow, pointer: str, code: str
) -> None:
    with pytest.raises(TargetsRefusedError) as refused:
        assigned(company, a_row("bob"), row)
    assert [(item.pointer, item.code) for item in refused.value.problems] == [(pointer, code)]
    assert holding(company) == {}


def test_two_rows_for_one_target_must_agree(company: Runtime) -> None:
    assert assigned(company, a_row(), a_row()) == 1
    with pytest.raises(TargetsRefusedError):
        assigned(company, a_row(amount="1"), a_row(amount="2"))


def test_more_targets_than_the_limit_are_refused_unread(company: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target, "MAX_ROWS", 1)
    with pytest.raises(TooManyTargetsError):
        assigned(company, a_row(), a_row("bob"))
