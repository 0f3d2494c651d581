"""Plans that others published give the published amounts to the cent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from service.plans import evaluate
from service.plans.fast import amounts
from tests.plans.builders import NOVEMBER, plan_of
from tests.plans.paid_plans import PUBLISHED, minor, published_inputs

CASES = [(plan, case) for plan in PUBLISHED for case in plan["cases"]]


@pytest.mark.parametrize(("plan", "case"), CASES, ids=[plan["source"].partition(":")[0] for plan, _ in CASES])
def test_a_published_plan_gives_the_published_amount(plan: Mapping[str, Any], case: Mapping[str, Any]) -> None:
    written = plan_of(plan["rules"], more=plan.get("more", ""))
    inputs = published_inputs(case)
    result = evaluate(written, inputs, NOVEMBER)
    lines = {line.rule: line.amount_minor for line in result.lines}
    assert amounts(written, inputs, NOVEMBER) == lines
    if "total" in case:
        assert result.total_minor == minor(case["total"])
    for rule, amount in case.get("lines", {}).items():
        assert lines[rule] == minor(amount)


def test_ten_publications_are_covered() -> None:
    assert len({plan["url"] for plan in PUBLISHED}) == 10
