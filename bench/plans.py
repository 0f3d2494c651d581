"""Plans evaluated per second by one process: one person's month under the closer's plan."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bench.figure import Figure
from service.config import ROOT
from service.domain.period import Period
from service.plans import Given, Inputs, Plan, evaluate, get_plan, given_to_inputs, load_rules
from service.plans.examples import examples_of
from service.plans.fast import amounts

SECONDS = 3.0
"""Long enough that one slow moment does not decide."""

PLANS = ("closer", "farmer")


def measure(rules: Path = ROOT / "rules") -> Iterator[Figure]:
    """Evaluate the examples of each plan again and again: with the reason of every line, and the amounts alone."""
    loaded = load_rules(rules)
    for plan_id in PLANS:
        plan = get_plan(loaded, plan_id)
        given = [given_to_inputs(plan, example.given) for example in examples_of(plan)[0]]
        yield Figure(f"plans with reasons ({plan_id}), one process", _rate(evaluate, plan, given), "plans/s")
        yield Figure(f"plans, amounts alone ({plan_id}), one process", _rate(amounts, plan, given), "plans/s")


def _rate(pay: Callable[[Plan, Inputs, Period], object], plan: Plan, given: Sequence[Given]) -> str:
    done, started = 0, time.perf_counter()
    while (seconds := time.perf_counter() - started) < SECONDS:
        for one in given:
            pay(plan, one.inputs, one.period)
        done += len(given)
    return f"{done / seconds:,.0f}"
