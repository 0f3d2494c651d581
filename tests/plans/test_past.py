"""Promises of a plan on months before it holds."""

from __future__ import annotations

from datetime import date

from service.domain.standard import unit_target
from service.plans import get_plan
from service.plans.past import backdated
from service.plans.standards import value_in_force
from tests.company import CLOSER, small_rules

FIRST_DAY = date(2027, 1, 1)
DATED = (
    CLOSER.replace("2026-01-01", "2027-01-01")
    .replace("rate: 3.3%", "rate: param.rate")
    .replace("standards:", "params: {rate: {2026-01-01: 1%, 2027-01-01: 5%, 2027-07-01: 9%}}\nstandards:")
    .replace("target: {middle: 2}", "target: {middle: {2027-01-01: 3, 2027-07-01: 4}}")
)


def test_its_first_numbers_hold_from_ever_and_later_ones_from_their_day() -> None:
    plan = backdated(get_plan(small_rules(DATED), "closer"), FIRST_DAY)
    days = [date(2020, 1, 1), date(2026, 6, 1), FIRST_DAY, date(2027, 7, 1)]
    assert [str(value_in_force(plan.params["rate"], day)) for day in days] == ["1/20", "1/20", "1/20", "9/100"]
    assert [unit_target(plan.standards["calls"], "middle", day) for day in days] == [3, 3, 3, 4]


def test_a_grade_without_a_target_still_has_none() -> None:
    plan = backdated(get_plan(small_rules(DATED), "closer"), FIRST_DAY)
    assert unit_target(plan.standards["calls"], "senior", FIRST_DAY) is None
