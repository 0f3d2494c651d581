"""A backtest counts the members' parts of pools, before and after, and shares nothing again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from service.domain.backtest import MonthTried
from service.plans import get_plan
from service.reports.backtest import Draft, try_month
from service.runtime import Runtime
from service.store.columns import METADATA
from tests.company import OCTOBER, a_payment, an_assignment
from tests.flows.test_close_pools import LEAD
from tests.teams import CLOSER, TeamCompany, a_lead, on, team_rules

RICHER = LEAD.replace("max: 100", "max: 200")
HALVED = CLOSER.replace(
    "{from: 0, rate: 1%}, {from: 1_000, rate: 2%}", "{from: 0, rate: 0.5%}, {from: 1_000, rate: 2%}"
)


@pytest.fixture
def company(runtime: Runtime) -> TeamCompany:
    """Lea leads three: the fund of 100.00 gives Ann 60.00, Bob 13.33 and Cid 26.67."""
    found = TeamCompany(runtime)
    members = [an_assignment(name, manager_id="lea") for name in ("ann", "bob", "cid")]
    found.found_team([*members, a_lead("lea")], team_rules(closer=CLOSER, group_lead=LEAD))
    found.send(a_payment("ann", "p1", "1400"), a_payment("bob", "p2", "200"), a_payment("cid", "p3", "400"))
    found.refresh()
    return found


def tried(company: TeamCompany, plan_id: str, **plans: str) -> MonthTried:
    rules = team_rules(**({"closer": CLOSER, "group_lead": LEAD} | plans))
    with company.runtime.reading() as session:
        return try_month(session, Draft(get_plan(rules, plan_id), None), OCTOBER)


def amounts(month: MonthTried) -> dict[str, tuple[int, int | None]]:
    return {item.person_id: (item.before_minor, item.after_minor) for item in month.people}


COMMISSIONS = {"ann": 1000 + 800, "bob": 200, "cid": 400}
POOL = {"ann": 6000, "bob": 1333, "cid": 2667}
TWICE = {"ann": 12_000, "bob": 2667, "cid": 5333}


@pytest.mark.parametrize("closed", [False, True])
def test_a_draft_of_the_leader_changes_what_its_members_get(company: TeamCompany, *, closed: bool) -> None:
    if closed:
        company.now = on(2, month=11)
        company.close()
    found = amounts(tried(company, "group_lead", group_lead=RICHER))
    assert found.pop("lea") == (2000, 2000)
    assert found == {who: (COMMISSIONS[who] + POOL[who], COMMISSIONS[who] + TWICE[who]) for who in COMMISSIONS}


@pytest.mark.parametrize("closed", [False, True])
def test_a_draft_of_the_members_leaves_their_parts_on_both_sides(company: TeamCompany, *, closed: bool) -> None:
    if closed:
        company.now = on(2, month=11)
        company.close()
    halved = {"ann": 500 + 800, "bob": 100, "cid": 200}
    found = amounts(tried(company, "closer", closer=HALVED))
    assert found == {who: (COMMISSIONS[who] + POOL[who], halved[who] + POOL[who]) for who in COMMISSIONS}


def test_facts_that_came_after_the_close_change_no_pool(company: TeamCompany) -> None:
    company.now = on(2, month=11)
    company.close()
    company.send(a_payment("bob", "p4", "100", on(14)))
    company.refresh()
    found = amounts(tried(company, "closer"))
    assert found["bob"] == (300 + 1333, 300 + 1333)
    assert all(before == after for before, after in found.values())


def test_trying_pools_moves_nothing(company: TeamCompany) -> None:
    def everything() -> dict[str, list[tuple[object, ...]]]:
        with company.runtime.reading() as session:
            return {
                table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
                for table in METADATA.sorted_tables
            }

    before = everything()
    tried(company, "group_lead", group_lead=RICHER)
    assert everything() == before
