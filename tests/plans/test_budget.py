"""A plan is priced on what people really did, the same way every time."""

from __future__ import annotations

from service.plans.lint.budget import Cost, likely_cost, over_budget
from tests.plans.builders import NOVEMBER, PERSON, plan_of

RULES = """
base: {kind: fixed, label: F, amount: employee.fixed_salary}
pay: {kind: rate, label: P, base: metric.collected, rate: 1%}
"""


def test_a_team_of_equals_costs_what_they_earn_without_the_fixed_part() -> None:
    months = [{**PERSON, "metric.collected": 10_000}] * 3
    assert likely_cost(plan_of(RULES), months, NOVEMBER, 5, seed=1) == Cost(50_000, 50_000)


def test_the_same_seed_gives_the_same_cost_and_luck_lies_between_the_worst_and_the_best() -> None:
    months = [{**PERSON, "metric.collected": amount} for amount in (0, 10_000, 50_000)]
    first, again = (likely_cost(plan_of(RULES), months, NOVEMBER, 4, seed=7) for _ in range(2))
    assert first == again
    assert 0 < first.median_minor < first.high_minor < 4 * 50_000


def test_a_plan_over_its_budget_is_a_finding_with_the_amount() -> None:
    plan = plan_of(RULES)
    assert over_budget(plan, Cost(50_000, 60_000), 60_000) == []
    [finding] = over_budget(plan, Cost(50_000, 60_000), 59_000)
    assert (finding.code, finding.amount_minor) == ("W-BUDGET", 1000)
    assert "more than 600.00 (500.00 in the middle); the budget is 590.00." in finding.message
