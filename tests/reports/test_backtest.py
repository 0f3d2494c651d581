"""Promises of a backtest: a draft on the facts of past months, beside what was posted or is drafted for them."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from service.domain.backtest import InvalidBacktestError, MonthTried, demand_past, month_document, month_from_document
from service.domain.period import Period
from service.plans import get_plan, load_texts
from service.reports.backtest import Draft, try_month
from service.runtime import Runtime
from service.store.columns import METADATA
from service.store.people import get_person, replace_people
from tests.company import (
    CLOSER,
    DEFAULTS,
    EARLY_NOVEMBER,
    NOVEMBER,
    OCTOBER,
    ORG,
    Company,
    a_call,
    a_payment,
    a_refund,
    an_assignment,
    small_rules,
)

RICHER = CLOSER.replace("rate: 3.3%", "rate: 5%").replace("commission: 33.00", "commission: 50.00")
RICHER = RICHER.replace("total: 786.00", "total: 803.00").replace("commission: 16.50", "commission: 25.00")


@pytest.fixture
def company(runtime: Runtime) -> Company:
    """Ann had two conversations and got 1,000.05, which is 5 % of the calls she should make: half of the commission."""
    found = Company(runtime)
    found.found()
    found.send(a_call("ann", "c1"), a_call("ann", "c2"), a_payment("ann", "p1", "1000.05"))
    found.refresh()
    return found


def tried(company: Company, closer: str = RICHER, period: Period = OCTOBER) -> MonthTried:
    plan = get_plan(small_rules(closer), "closer")
    with company.runtime.reading() as session:
        return try_month(session, Draft(plan, plan.effective_from), period)


def amounts(month: MonthTried) -> dict[str, tuple[int, int, int | None]]:
    return {item.person_id: (item.posted_minor, item.drafted_minor, item.after_minor) for item in month.people}


def test_an_open_month_is_compared_with_what_is_drafted(company: Company) -> None:
    month = tried(company)
    assert amounts(month) == {"ann": (0, 1950, 2800), "bob": (0, 0, 0)}
    assert (month.closed, month.counted_otherwise) == (False, ())


def test_a_closed_month_is_compared_with_what_was_posted(company: Company) -> None:
    company.now = EARLY_NOVEMBER
    company.close()
    assert amounts(tried(company)) == {"ann": (1950, 0, 2800), "bob": (0, 0, 0)}
    assert tried(company).closed


def test_what_came_late_is_before_and_after(company: Company) -> None:
    company.now = EARLY_NOVEMBER
    company.close()
    company.send(a_refund("ann", "r1", "500.05"))
    company.refresh()
    assert amounts(tried(company))["ann"] == (1950, -825, 1550)


def test_the_plan_in_force_tried_on_its_own_months_changes_nothing(company: Company) -> None:
    month = tried(company, CLOSER)
    assert {item.person_id: item.after_minor for item in month.people} == {
        item.person_id: item.before_minor for item in month.people
    }


def test_a_backtest_moves_nothing(company: Company) -> None:
    def everything() -> dict[str, list[tuple[object, ...]]]:
        with company.runtime.reading() as session:
            return {
                table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
                for table in METADATA.sorted_tables
            }

    before = everything()
    tried(company)
    assert everything() == before


def test_a_draft_is_tried_with_the_numbers_of_its_first_day(company: Company) -> None:
    dated = RICHER.replace("rate: 5%", "rate: param.rate").replace("2026-01-01}", "2027-01-01}")
    dated = dated.replace("standards:", "params: {rate: {2027-01-01: 5%, 2027-07-01: 9%}}\nstandards:")
    dated = dated.replace("target: {middle: 2}", "target: {middle: {2027-01-01: 2}}")
    assert amounts(tried(company, dated))["ann"] == (0, 1950, 2800)


def test_a_rule_over_the_quarter_gives_what_it_has_not_given_before(company: Company) -> None:
    """October earns 5 % of 1,000.05; November's 2,000 lift the quarter above 2,500, where all of it earns 10 %."""
    company.now = EARLY_NOVEMBER
    company.send(a_payment("ann", "p2", "2000.00", EARLY_NOVEMBER))
    company.refresh()
    tiers = "tiers: [{from: 0, rate: 5%}, {from: 2500, rate: 10%}]"
    rule = (
        f"{{kind: tiers, mode: whole, base: metric.collected, measure: metric.collected, {tiers}, accumulate: quarter,"
    )
    quarterly = (
        RICHER.split("rules:")[0]
        + f"""rules:
  commission: {rule} label: Commission, label_bg: Комисиона}}
"""
    )
    assert amounts(tried(company, quarterly))["ann"][2] == 5000
    assert amounts(tried(company, quarterly, NOVEMBER))["ann"][2] == 30001 - 5000


def test_a_metric_that_was_counted_otherwise_is_named(company: Company) -> None:
    texts = {"_org.yaml": ORG.replace("min: 20", "min: 30"), "_defaults.yaml": DEFAULTS, "closer.yaml": RICHER}
    plan = get_plan(load_texts(texts), "closer")
    with company.runtime.reading() as session:
        assert try_month(session, Draft(plan, None), OCTOBER).counted_otherwise == ("calls",)


def test_a_person_without_a_needed_target_is_left_out(company: Company) -> None:
    assigned = RICHER.replace("target: {middle: 2}", "target: assigned")
    month = tried(company, assigned)
    assert {item.person_id: (item.after_minor, item.missing) for item in month.people} == {
        "ann": (None, ("target.calls",)),
        "bob": (None, ("target.calls",)),
    }


def test_only_people_of_the_role_are_tried_and_days_in_another_role_keep_their_worth(company: Company) -> None:
    with company.runtime.transaction() as session:
        replace_people(
            session,
            [get_person(session, "bob")],
            [an_assignment("bob", role="farmer")],
            [],
        )
    company.refresh()
    assert set(amounts(tried(company))) == {"ann"}


def test_a_month_survives_its_document(company: Company) -> None:
    month = tried(company)
    assert month_from_document(month_document(month)) == month


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        (NOVEMBER, OCTOBER, "before it begins"),
        (OCTOBER, Period(2026, 12), "has not begun"),
        (Period(2024, 10), OCTOBER, "are 25 months"),
    ],
)
def test_only_some_past_months_in_order_are_tried(first: Period, last: Period, told: str) -> None:
    with pytest.raises(InvalidBacktestError, match=told):
        demand_past(first, last, date(2026, 11, 2))
