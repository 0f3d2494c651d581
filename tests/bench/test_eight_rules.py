"""The plan that is measured beside another engine is the same plan three times."""

from __future__ import annotations

from bench.eight_rules import COMPANY, LINES, PLAN, exact, months
from service.domain.period import Period
from service.plans import check, evaluate, get_plan, load_texts
from service.plans.fast import compiled

PERIOD = Period(2026, 11)


def test_stimul_gives_what_is_worked_out_by_hand() -> None:
    rules = load_texts({"_org.yaml": COMPANY, "seller.yaml": PLAN})
    assert check(rules) == []
    plan = get_plan(rules, "seller")
    assert len(plan.rules) == 8
    fast = compiled(plan, PERIOD)
    for index, month in enumerate(months(300, 3)):
        own = dict(zip(fast.lines, fast.amounts(month.stored), strict=True))
        assert tuple(own[line] for line in LINES) == exact(month)
        if index < 20:
            lines = {line.rule: line.amount_minor for line in evaluate(plan, month.inputs, PERIOD).lines}
            assert lines == own
