"""The farmer's pay: 50 / 20 / 30 on plan, half under 80 %, half as much again above, nothing without the customers."""

from __future__ import annotations

import pytest

from service.plans import Evaluation
from tests.rules.shipped import amount_minor, month_of

TARGETS: dict[str, object] = {"conversations": 308, "line1_calls": 528, "reviews": 17, "collected": 60_000}


def month(revenue: int, cents: str = "00", *, renewed: int = 50_000, churned: int = 0) -> Evaluation:
    """A month with four fifths of the revenue renewed and one fifth expanded."""
    metrics: dict[str, object] = {
        "base_conversations": 308,
        "line1_calls": 528,
        "reviews_held": 17,
        "base_collected": f"{revenue}.{cents}",
        "retained": revenue * 4 // 5,
        "expanded": revenue // 5,
        "renewed": renewed,
        "churned": churned,
    }
    return month_of("farmer", metrics, TARGETS, fixed="1000", soft="400")


def bonus_minor(evaluation: Evaluation) -> int:
    """Both bonuses."""
    return amount_minor(evaluation, "retained_bonus") + amount_minor(evaluation, "expanded_bonus")


def test_pay_on_plan_is_50_percent_fixed_20_for_the_standards_and_30_bonus() -> None:
    on_plan = month(60_000)
    parts = [amount_minor(on_plan, "base"), amount_minor(on_plan, "standards_done"), bonus_minor(on_plan)]
    earned = on_plan.total_minor - amount_minor(on_plan, "bonus_kept")
    assert [100 * part // earned for part in parts] == [50, 20, 30]
    assert amount_minor(on_plan, "bonus_kept") == -bonus_minor(on_plan) // 5


@pytest.mark.parametrize(
    ("revenue", "cents", "bonus"),
    [(47_990, "99", 23_995), (48_000, "00", 48_000), (60_000, "00", 60_000), (60_000, "01", 90_000)],
)
def test_the_rates_jump_at_80_and_above_100_percent(revenue: int, cents: str, bonus: int) -> None:
    assert bonus_minor(month(revenue, cents)) == bonus


@pytest.mark.parametrize(
    ("renewed", "churned", "kept"), [(90, 10, True), (899, 101, False), (0, 0, True), (0, 1, False)]
)
def test_the_bonus_needs_90_percent_of_what_was_up_for_renewal(renewed: int, churned: int, *, kept: bool) -> None:
    assert bonus_minor(month(60_000, renewed=renewed, churned=churned)) == (60_000 if kept else 0)


@pytest.mark.parametrize("revenue", [120_000, 1_000_000])
def test_the_bonuses_together_are_three_times_those_of_the_plan_at_most(revenue: int) -> None:
    very_good = month(revenue)
    assert bonus_minor(very_good) + amount_minor(very_good, "bonus_cap") == 3 * bonus_minor(month(60_000))
