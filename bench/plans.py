"""Plans evaluated per second by one process: one person's month under the closer's plan."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from bench.figure import Figure
from service.config import ROOT
from service.plans import evaluate, get_plan, given_to_inputs, load_rules

SECONDS = 3.0
"""Long enough that one slow moment does not decide."""

PLANS = ("closer", "farmer")


def measure(rules: Path = ROOT / "rules") -> Iterator[Figure]:
    """Evaluate the examples of each plan again and again."""
    loaded = load_rules(rules)
    for plan_id in PLANS:
        plan = get_plan(loaded, plan_id)
        given = [given_to_inputs(plan, example.given) for example in plan.examples]
        done, started = 0, time.perf_counter()
        while time.perf_counter() - started < SECONDS:
            for one in given:
                evaluate(plan, one.inputs, one.period)
            done += len(given)
        yield Figure(
            f"plans evaluated ({plan_id}), one process", f"{done / (time.perf_counter() - started):,.0f}", "plans/s"
        )
