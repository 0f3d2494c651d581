"""The pay of the leaders, of marketing and of those who find customers: the mix on plan, and the thresholds."""

from __future__ import annotations

from fractions import Fraction

import pytest

from service.plans import Evaluation, evaluate, get_plan
from tests.rules.shipped import MONTH, amount_minor, rules

MIX = {
    "lead_generator": (50, 25, 25),
    "group_lead": (50, 20, 30),
    "head_of_sales": (45, 20, 35),
    "commercial_director": (60, 15, 25),
    "head_of_marketing": (65, 20, 15),
    "internet_marketer": (60, 25, 15),
    "pr": (75, 20, 5),
    "event_manager": (75, 20, 5),
}
"""Fixed, for the standards, bonus: the shares of the pay on plan."""

ON_PLAN: dict[str, dict[str, str]] = {
    "lead_generator": {
        "employee.fixed_salary": "800", "employee.soft_salary": "400",
        "target.dials": "880", "target.accepted": "66", "target.meetings": "40",
        "metric.dials": "880", "metric.leads_accepted": "66", "metric.leads_rejected": "10",
        "metric.meetings_sourced": "40", "metric.sourced_collected": "20000",
    },
    "group_lead": {
        "employee.fixed_salary": "2200", "employee.soft_salary": "880",
        "target.people": "0.5", "target.own_meetings": "9", "metric.meetings_held": "9",
        "team.collected": "440000", "team.plan_collected": "440000", "team.near_plan": "0.5",
    },
    "head_of_sales": {
        "employee.fixed_salary": "3150", "employee.soft_salary": "1400",
        "target.margin": "360000", "target.people_stay": "1", "metric.forecast": "1300000",
        "team.collected": "1300000", "team.plan_collected": "1300000", "team.won_margin": "360000",
        "team.people_left": "1",
    },
    "commercial_director": {
        "employee.fixed_salary": "4800", "employee.soft_salary": "1200",
        "target.margin": "360000", "target.receivables": "80000", "metric.overdue_receivables": "80000",
        "team.collected": "1250000", "team.plan_collected": "1250000", "team.won_margin": "360000",
        "accumulated.quarter.team.collected": "1250000", "accumulated.quarter.team.plan_collected": "1250000",
        "accumulated.year.team.collected": "1250000", "accumulated.year.team.plan_collected": "1250000",
    },
    "head_of_marketing": {
        "employee.fixed_salary": "2600", "employee.soft_salary": "800",
        "target.pipeline": "320", "target.cost": "40", "target.revenue": "250000",
        "team.leads_accepted": "320", "team.leads_rejected": "100", "team.price_of_leads": "40",
        "team.sourced": "250000",
    },
    "internet_marketer": {
        "employee.fixed_salary": "1200", "employee.soft_salary": "500",
        "target.accepted": "100", "target.cost": "40", "target.conversion": "0.5",
        "metric.leads_accepted": "100", "metric.leads_decided": "200", "metric.spent": "4000",
    },
    "pr": {
        "employee.fixed_salary": "1500", "employee.soft_salary": "400",
        "target.first_tier": "4", "target.voice": "0.2", "target.tone": "0.4", "target.visits": "3000",
        "metric.publications_tier1": "4", "metric.publications": "10", "metric.sentiment_sum": "4",
        "metric.voice_sum": "0.8", "metric.voice_measured": "4", "metric.visits": "3000",
    },
    "event_manager": {
        "employee.fixed_salary": "1800", "employee.soft_salary": "480",
        "target.leads": "50", "target.money": "40000", "target.attendance": "0.9", "target.budget": "1",
        "target.satisfaction": "0.75",
        "metric.event_leads": "50", "metric.sourced_collected": "40000", "metric.attendees": "90",
        "metric.attendees_planned": "100", "metric.event_spent": "5000", "metric.event_budget": "5000",
        "metric.events_liked": "3", "metric.events_hosted": "4",
    },
}  # fmt: skip


def month(plan_id: str, **changed: str) -> Evaluation:
    """A month on plan, but for what is changed: `team_collected` is the input `team.collected`."""
    numbers = {"calendar.workdays": "22", "calendar.worked_days": "22"} | ON_PLAN[plan_id]
    numbers |= {name.replace("_", ".", 1): value for name, value in changed.items()}
    return evaluate(get_plan(rules(), plan_id), {name: Fraction(value) for name, value in numbers.items()}, MONTH)


@pytest.mark.parametrize("plan_id", sorted(MIX))
def test_pay_on_plan_has_the_mix_of_the_role(plan_id: str) -> None:
    on_plan = month(plan_id)
    base, standards = (amount_minor(on_plan, rule) for rule in ("base", "standards_done"))
    # What waits until the customer has paid in full is part of the pay all the same.
    earned = on_plan.total_minor - sum(line.amount_minor for line in on_plan.lines if line.kind == "holdback")
    parts = (base, standards, earned - base - standards)
    assert parts == tuple(earned * share // 100 for share in MIX[plan_id])


@pytest.mark.parametrize("plan_id", sorted(MIX))
def test_who_brings_nothing_has_less_than_half_of_the_variable_pay(plan_id: str) -> None:
    done = {
        name.replace(".", "_", 1): "0"
        for name in ON_PLAN[plan_id]
        if name.startswith(("metric.", "team.", "accumulated.")) and not name.endswith("plan_collected")
    }
    nothing = month(plan_id, **done)
    assert nothing.payable_minor <= month(plan_id).payable_minor * 2 // 5
    assert all(line.amount_minor >= 0 for line in nothing.lines)


@pytest.mark.parametrize(
    ("held", "bonus"), [("31", 31 * 375), ("32", 32 * 750), ("40", 40 * 750), ("41", 41 * 1125), ("0", 0)]
)
def test_a_lead_generators_price_of_a_meeting_jumps_at_80_and_above_100_percent(held: str, bonus: int) -> None:
    assert amount_minor(month("lead_generator", metric_meetings_sourced=held), "meetings_bonus") == bonus


@pytest.mark.parametrize(("rejected", "bonus"), [("28", 30_000), ("29", 15_000)])
def test_leads_that_sales_sends_back_halve_a_lead_generators_bonus(rejected: str, bonus: int) -> None:
    assert amount_minor(month("lead_generator", metric_leads_rejected=rejected), "meetings_bonus") == bonus


@pytest.mark.parametrize(
    ("collected", "per_thousand"),
    [("351999.99", 2), ("352000", 3), ("440000", 3), ("440000.01", 4), ("527999.99", 4), ("528000", 5)],
)
def test_a_group_lead_has_2_3_4_and_5_in_a_thousand_of_the_group(collected: str, per_thousand: int) -> None:
    paid = amount_minor(month("group_lead", team_collected=collected), "override_pay")
    assert paid == round(Fraction(collected) * 100 * per_thousand / 1000)


@pytest.mark.parametrize(
    ("collected", "bonus"),
    [("1299999.99", 104_000), ("1300000", 208_000), ("1430000", 228_800 + 52_000), ("1560000", 249_600 + 130_000)],
)
def test_a_head_of_sales_has_the_whole_bonus_with_the_whole_plan_and_more_above_it(collected: str, bonus: int) -> None:
    paid = month("head_of_sales", team_collected=collected)
    assert amount_minor(paid, "department_bonus") + amount_minor(paid, "above_plan") == bonus


@pytest.mark.parametrize(
    ("forecast", "bonus"), [("1170000", 37_000), ("1430000", 37_000), ("1169999.99", 0), ("1430000.01", 0), ("0", 0)]
)
def test_a_forecast_is_right_within_ten_percent(forecast: str, bonus: int) -> None:
    assert amount_minor(month("head_of_sales", metric_forecast=forecast), "forecast_bonus") == bonus


@pytest.mark.parametrize(
    ("collected", "share_of_bonus"),
    [("999999.99", "0"), ("1000000", "0"), ("1125000", "0.5"), ("1250000", "1"), ("1500000", "1.6"), ("9e6", "1.6")],
)
def test_a_commercial_director_has_nothing_under_80_percent_and_1_6_at_120(collected: str, share_of_bonus: str) -> None:
    spans = {f"accumulated_{span}.team.collected": collected for span in ("quarter", "year")}
    paid = month("commercial_director", **spans)
    assert amount_minor(paid, "quarter_bonus") == 150_000 * Fraction(share_of_bonus)
    assert amount_minor(paid, "year_bonus") == 50_000 * Fraction(share_of_bonus)


def test_what_the_months_before_were_paid_is_taken_off_and_a_month_stops_at_zero() -> None:
    paid = month("commercial_director", balance_paid_quarter_bonus="1600", balance_paid_year_bonus="400")
    assert amount_minor(paid, "quarter_bonus") == -10_000
    assert amount_minor(paid, "year_bonus") == 10_000
    less = month("commercial_director", balance_paid_quarter_bonus="1800", balance_paid_year_bonus="500")
    assert amount_minor(less, "quarter_bonus") + amount_minor(less, "bonus_floor") == 0


@pytest.mark.parametrize(("spent", "bonus"), [("5000", 30_000), ("5000.01", 15_000)])
def test_leads_dearer_than_50_halve_an_internet_marketers_bonus(spent: str, bonus: int) -> None:
    assert amount_minor(month("internet_marketer", metric_spent=spent), "leads_bonus") == bonus


@pytest.mark.parametrize(("rejected", "bonus"), [("320", 60_000), ("321", 30_000)])
def test_the_quality_gate_of_marketing_is_half_of_the_leads(rejected: str, bonus: int) -> None:
    assert amount_minor(month("head_of_marketing", team_leads_rejected=rejected), "result_bonus") == bonus


@pytest.mark.parametrize(("plan_id", "first"), [("pr", "first_tier"), ("event_manager", "attendance")])
def test_the_scorecard_of_press_and_events_has_the_weights_of_the_role(plan_id: str, first: str) -> None:
    weights = get_plan(rules(), plan_id).score_weights()
    assert sum(weights.values()) == 1
    assert weights[first] == max(weights.values())
