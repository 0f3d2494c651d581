"""Pools at the close: the members' parts are paid once, add up to the fund, and are never shared again."""

from __future__ import annotations

import json
from datetime import date

import pytest

from service.domain.earning import EarningLine
from service.reports.ledger import verify_ledger
from service.reports.payouts import payout_report
from service.reports.statement import get_statement
from service.runtime import Runtime
from service.store.earnings import list_lines
from tests.awards import POINTED, two_calls
from tests.company import NOVEMBER, OCTOBER, a_payment, an_assignment
from tests.teams import CLOSER, TeamCompany, a_lead, on, team_rules

LEAD = """
schema: incentive/1
plan: group_lead
title: Group lead
version: "1"
effective: {from: 2026-01-01}
extends: [_org]
rules:
  override: {kind: rate, label: Override, base: team.collected, rate: 1%}
pools:
  team_pool:
    label: Team pool
    fund: {base: team.collected, rate: 10%, max: 100}
    members: subordinates_all
    eligible: metric.collected >= 1
    share_by: metric.collected
    member_max: 60%
examples:
  - name: A rate
    given: {team: {collected: 1000}, employee: {fixed_salary: 0}}
    expect: {override: 10.00}
"""


@pytest.fixture
def company(runtime: Runtime) -> TeamCompany:
    """Lea leads Ann, Bob and Cid."""
    found = TeamCompany(runtime)
    members = [an_assignment(name, manager_id="lea") for name in ("ann", "bob", "cid")]
    found.found_team([*members, a_lead("lea")], team_rules(closer=CLOSER, group_lead=LEAD))
    return found


def closed(company: TeamCompany) -> dict[str, int]:
    company.refresh()
    company.now = on(2, month=11)
    company.close()
    return {line.person_id: line.amount_minor for line in pool_lines_of(company)}


def pool_lines_of(company: TeamCompany) -> list[EarningLine]:
    with company.runtime.reading() as session:
        return [line for line in list_lines(session, OCTOBER) if line.kind == "pool"]


def test_what_one_member_may_not_have_goes_to_the_others(company: TeamCompany) -> None:
    company.send(a_payment("ann", "p1", "700"), a_payment("bob", "p2", "100"), a_payment("cid", "p3", "200"))
    # The fund is 100.00; Ann's part would be 70.00 and stops at 60.00; 40.00 are shared one to two.
    assert closed(company) == {"ann": 6000, "bob": 1333, "cid": 2667}
    with company.runtime.reading() as session:
        assert verify_ledger(session).findings == ()
        paid = {item.person_id: item.amount_minor for item in payout_report(session, OCTOBER).payouts}
        told = get_statement(session, "bob", OCTOBER).document
    assert paid == {"ann": 6700, "bob": 1433, "cid": 2867, "lea": 1000}
    (line,) = [item for item in json.loads(json.dumps(told))["lines"] if item["kind"] == "pool"]
    assert line["explanation"]["fund"] == "100.00"


def test_what_cannot_be_shared_is_not_paid(company: TeamCompany) -> None:
    company.send(a_payment("ann", "p1", "500"))
    assert closed(company) == {"ann": 3000}


def test_a_pool_is_shared_among_the_members_of_the_last_working_day(company: TeamCompany) -> None:
    company.move("bob", [an_assignment("bob", manager_id="lea", ends_on=date(2026, 10, 20))])
    company.send(a_payment("ann", "p1", "500"), a_payment("bob", "p2", "500"), a_payment("cid", "p3", "500"))
    assert closed(company) == {"ann": 5000, "cid": 5000}


def test_a_recomputed_month_does_not_share_its_pools_again(company: TeamCompany) -> None:
    company.send(a_payment("ann", "p1", "500"))
    assert closed(company) == {"ann": 3000}
    company.send(a_payment("ann", "p2", "100", on(14)), a_payment("bob", "p3", "100", on(14)))
    company.refresh()
    assert company.lines("ann", NOVEMBER) == {"commission": 100}
    assert company.lines("bob", NOVEMBER) == {"commission": 100}
    assert {line.person_id: line.amount_minor for line in pool_lines_of(company)} == {"ann": 3000}


def test_a_pool_by_points_pays_all_of_it_to_the_last_cent(runtime: Runtime) -> None:
    company = TeamCompany(runtime, now=on(31))
    members = [an_assignment(name, manager_id="lea") for name in ("ann", "bob", "cid")]
    by_points = LEAD.replace("share_by: metric.collected", "share_by: points.total").replace("60%", "100%")
    by_points = by_points.replace("    eligible: metric.collected >= 1\n", "")
    company.found_team([*members, a_lead("lea")], team_rules(closer=POINTED, group_lead=by_points))
    company.send(a_payment("ann", "p1", "1000"))
    # Three calls at two points (ann also has her full day), one call, one call: 11, 2 and 2 points.
    company.send(*two_calls("ann", date(2026, 10, 1), calls=3))
    company.send(*two_calls("bob", date(2026, 10, 1), calls=1), *two_calls("cid", date(2026, 10, 3), calls=1))
    assert closed(company) == {"ann": 7334, "bob": 1333, "cid": 1333}
    with runtime.reading() as session:
        assert verify_ledger(session).findings == ()
    (line, *_) = pool_lines_of(company)
    assert line.explanation["share_by"] == "points.total"
