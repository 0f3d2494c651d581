"""Rules that accumulate: what the quarter is worth so far, less what its months gave before; and windows."""

from __future__ import annotations

from datetime import date

import pytest

from service.domain.period import Period
from service.runtime import Runtime
from tests.company import OCTOBER, a_payment, an_assignment
from tests.teams import TeamCompany, a_lead, on, team_rules

SEPTEMBER, NOVEMBER, DECEMBER = OCTOBER.preceding, OCTOBER.following, Period(2026, 12)

CLOSER = """
schema: incentive/1
plan: closer
title: Closer
version: "1"
effective: {from: 2026-01-01}
extends: [_org]
standards:
  collected: {metric: collected, per: month, target: {middle: 1_000}, calendar: none, cap: 200%}
rules:
  bonus:
    kind: tiers
    mode: whole
    label: Bonus of the quarter
    measure: attainment.collected
    base: metric.collected
    tiers: [{from: 0%, rate: 1%}, {from: 100%, rate: 2%}]
    accumulate: quarter
  week: {kind: rate, label: A week, base: metric.collected, rate: 10%, window: {from: 2026-10-05, to: 2026-10-11}}
examples:
  - name: On plan over the quarter
    given:
      target: {collected: 1000}
      metric: {collected: 0}
      accumulated: {quarter: {metric: {collected: 2000}, target: {collected: 2000}}}
      windowed: {week: {metric: {collected: 10}}}
      balance: {paid_bonus: 5}
    expect: {bonus: 35.00, week: 1.00}
  - name: Half of the plan over the quarter
    given:
      target: {collected: 1000}
      metric: {collected: 0}
      accumulated: {quarter: {metric: {collected: 1000}, target: {collected: 2000}}}
      windowed: {week: {metric: {collected: 0}}}
    expect: {bonus: 10.00}
"""

LEAD = """
schema: incentive/1
plan: group_lead
title: Group lead
version: "1"
effective: {from: 2026-01-01}
extends: [_org]
standards:
  team_plan: {metric: team.collected, per: month, target: team.planned, calendar: none, cap: 200%}
rules:
  bonus:
    kind: tiers
    mode: whole
    label: Bonus of the quarter
    measure: attainment.team_plan
    base: team.collected
    tiers: [{from: 0%, rate: 0%}, {from: 100%, rate: 10%}]
    accumulate: quarter
examples:
  - name: On plan over the quarter
    given:
      team: {collected: 0, planned: 0}
      accumulated: {quarter: {team: {collected: 2000, planned: 2000}}}
    expect: {bonus: 200.00}
"""


@pytest.fixture
def company(runtime: Runtime) -> TeamCompany:
    """Ann sells and Lea leads her; it is December."""
    found = TeamCompany(runtime, now=on(20, month=12))
    rules = team_rules(closer=CLOSER, group_lead=LEAD)
    found.found_team([an_assignment("ann", manager_id="lea"), a_lead("lea")], rules)
    found.refresh()
    return found


def bonuses(company: TeamCompany, person_id: str) -> list[int]:
    return [company.lines(person_id, month)["bonus"] for month in (OCTOBER, NOVEMBER, DECEMBER)]


def test_a_quarter_is_worth_what_its_months_are_together(company: TeamCompany) -> None:
    company.send(a_payment("ann", "p1", "500", on(6)), a_payment("ann", "p2", "1500", on(6, month=11)))
    company.refresh()
    # 1 % of 500; then 2 % of 2,000 less the 5.00 before; then 66 % of the plan of three months: 1 % of 2,000.
    assert bonuses(company, "ann") == [500, 3500, -2000]
    company.send(a_payment("ann", "p3", "1000", on(6, month=12)))
    company.refresh()
    assert bonuses(company, "ann") == [500, 3500, 2000]


def test_a_fact_of_an_earlier_month_works_on_in_the_later_ones(company: TeamCompany) -> None:
    company.send(a_payment("ann", "p2", "1500", on(6, month=11)))
    company.refresh()
    company.send(a_payment("ann", "p1", "500", on(6)))
    company.refresh()
    assert bonuses(company, "ann") == [500, 3500, -2000]
    assert bonuses(company, "lea") == [0, 20000, -20000]


def test_what_is_before_the_quarter_is_not_in_it(company: TeamCompany) -> None:
    company.send(a_payment("ann", "p0", "9000", on(6, month=9)))
    company.refresh()
    assert bonuses(company, "ann") == [0, 0, 0]


def test_a_closed_month_of_a_quarter_counts_as_paid(company: TeamCompany) -> None:
    company.send(a_payment("ann", "p1", "500", on(6)), a_payment("ann", "p2", "1500", on(6, month=11)))
    company.refresh()
    for month in (SEPTEMBER, OCTOBER):
        company.close(month)
    company.send(a_payment("ann", "p3", "500", on(7)))
    company.refresh()
    # October is 100 % now: 20.00 instead of the 5.00 that were posted; with it November makes 2 % of 2,500.
    assert company.lines("ann", NOVEMBER)["bonus"] == 1500 + (5000 - 2000)


def test_days_in_another_role_are_not_in_the_quarter(company: TeamCompany) -> None:
    sold = an_assignment("ann", ends_on=date(2026, 10, 31))
    led = a_lead("ann", starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 30))
    company.move("ann", [sold, led, an_assignment("ann", starts_on=date(2026, 12, 1))])
    company.send(
        a_payment("ann", "p1", "500", on(6)),
        a_payment("ann", "p2", "1500", on(6, month=11)),
        a_payment("ann", "p3", "600", on(6, month=12)),
    )
    company.refresh()
    (numbers,) = company.numbers("ann", DECEMBER)
    assert numbers["accumulated.quarter.metric.collected"] == 1100
    assert numbers["accumulated.quarter.target.collected"] == 2000
    assert numbers["balance.paid_bonus"] == 5


def test_a_window_counts_its_days_alone(company: TeamCompany) -> None:
    company.send(a_payment("ann", "p1", "500", on(4)), a_payment("ann", "p2", "70", on(11)))
    company.refresh()
    assert (company.lines("ann")["week"], company.lines("ann", NOVEMBER).get("week", 0)) == (700, 0)
