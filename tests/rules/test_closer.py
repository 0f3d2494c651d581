"""The closer's pay: 35 / 15 / 50 on plan, nothing under 70 %, and three times the plan at most."""

from __future__ import annotations

import pytest

from tests.rules.shipped import amount_minor, month_of

PLAN = 37_500
TARGETS: dict[str, object] = {"dials": 1980, "conversations": 528, "meetings": 26, "collected": PLAN}


def commission_minor(collected: str) -> int:
    """The commission with its cap."""
    metrics: dict[str, object] = {"dials": 1980, "conversations": 528, "meetings_held": 26, "collected": collected}
    month = month_of("closer", metrics, TARGETS, fixed="1050", soft="450")
    return amount_minor(month, "commission") + amount_minor(month, "commission_cap")


def test_pay_on_plan_is_35_percent_fixed_15_for_the_standards_and_50_commission() -> None:
    metrics: dict[str, object] = {"dials": 1980, "conversations": 528, "meetings_held": 26, "collected": PLAN}
    month = month_of("closer", metrics, TARGETS, fixed="1050", soft="450")
    parts = [amount_minor(month, rule) for rule in ("base", "standards_done", "commission")]
    kept = amount_minor(month, "commission_kept")
    assert [100 * part // (month.total_minor - kept) for part in parts] == [35, 15, 50]
    assert month.payable_minor == month.total_minor - parts[0]


@pytest.mark.parametrize(("collected", "kept"), [("37500", -30_000), ("100000", -90_000)])
def test_a_fifth_of_the_commission_under_its_cap_waits_until_the_customer_has_paid(collected: str, kept: int) -> None:
    metrics: dict[str, object] = {"dials": 1980, "conversations": 528, "meetings_held": 26, "collected": collected}
    assert amount_minor(month_of("closer", metrics, TARGETS, fixed="1050", soft="450"), "commission_kept") == kept


@pytest.mark.parametrize(
    ("collected", "times_the_normal_rate"),
    [
        ("0", 0),
        ("26249.99", 0),
        ("26250", 0.5),
        ("29999.99", 0.5),
        ("30000", 1),
        ("37500", 1),
        ("37500.01", 2),
        ("56250", 2),
    ],
)
def test_the_rate_jumps_at_70_80_and_above_100_percent(collected: str, times_the_normal_rate: float) -> None:
    assert commission_minor(collected) == round(float(collected) * 4 * times_the_normal_rate)


@pytest.mark.parametrize("collected", ["56250", "75000", "1000000"])
def test_the_commission_is_three_times_that_of_the_plan_at_most(collected: str) -> None:
    assert commission_minor(collected) == 3 * commission_minor(str(PLAN))
