"""Plans per second on one core beside zen-engine, with the cents either gets wrong; reasons, hints and checks."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import zen

from bench.eight_rules import COMPANY, LINES, PLAN, Month, exact, months, zen_graph
from bench.figure import Figure
from service.domain.period import Period
from service.plans import Given, Plan, check, evaluate, get_plan, load_texts
from service.plans.fast import amounts, compiled
from service.plans.hints import hints
from service.plans.lint import lint

SECONDS = 1.0
"""One turn of a measurement; short, so that the turns of both engines meet the same machine."""

TURNS = 5
"""Turns of each engine, in alternation; the best counts, for it had least company."""

CASES = 100_000
"""Months whose cents are compared."""

AT_ONCE = 500
"""Evaluations between two looks at the clock."""

PERIOD = Period(2026, 11)
FILES = {"_org.yaml": COMPANY, "seller.yaml": PLAN}
TODAY = date(2026, 11, 1)


def measure() -> Iterator[Figure]:
    """Both engines in one run on one core, then the cents, then what only a plan of ours can do."""
    plan = get_plan(load_texts(FILES), "seller")
    tried = months(AT_ONCE, 1)
    with one_core():
        ours, theirs = _side_by_side(plan, tried)
        yield Figure("8-rule plans, zen-engine, one core", f"{theirs:,.0f}", "plans/s")
        yield Figure("8-rule plans, Stimul, one core", f"{ours:,.0f}", "plans/s")
        yield Figure("Stimul beside zen-engine", f"{ours / theirs:.1f}", "times")
        yield from _beside(plan, tried)
    yield from _wrong_cents(plan)


@contextmanager
def one_core() -> Iterator[None]:
    """Keep this process on one core."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def _zen() -> Callable[[dict[str, float]], dict[str, float]]:
    """The plan of zen-engine, read once: kept by a loader it is five times as fast as a decision made of text."""
    content = zen.ZenDecisionContent(zen_graph())
    engine = zen.ZenEngine({"loader": lambda _: content})

    def run(context: dict[str, float]) -> dict[str, float]:
        result: dict[str, float] = engine.evaluate("plan", context)["result"]
        return result

    return run


def _side_by_side(plan: Plan, tried: Sequence[Month]) -> tuple[float, float]:
    ours, theirs = compiled(plan, PERIOD).amounts, _zen()
    stored, contexts = [month.stored for month in tried], [month.context for month in tried]
    best = [0.0, 0.0]
    for _ in range(TURNS):
        best[0] = max(best[0], _rate(ours, stored))
        best[1] = max(best[1], _rate(theirs, contexts))
    return best[0], best[1]


def _rate(run: Callable[[Any], object], given: Sequence[Any]) -> float:
    done, started = 0, time.perf_counter()
    while (seconds := time.perf_counter() - started) < SECONDS:
        for one in given:
            run(one)
        done += len(given)
    return done / seconds


def _beside(plan: Plan, tried: Sequence[Month]) -> Iterator[Figure]:
    inputs = [month.inputs for month in tried[:20]]
    rates = {
        "from exact inputs, checked": _rate(lambda one: amounts(plan, one, PERIOD), inputs),
        "with the reason of every line": _rate(lambda one: evaluate(plan, one, PERIOD), inputs),
        "with a hint for every input": _rate(lambda one: hints(plan, Given(one, PERIOD)), inputs),
        "read and checked": _rate(lambda _: check(load_texts(FILES)), [0]),
        "linted": _rate(lambda _: lint(plan, TODAY), [0]),
    }
    for name, rate in rates.items():
        yield Figure(f"8-rule plans {name}, one core", f"{rate:,.0f}", "plans/s")


def _wrong_cents(plan: Plan) -> Iterator[Figure]:
    fast, theirs = compiled(plan, PERIOD), _zen()
    order = [fast.lines.index(line) for line in LINES]
    wrong = {"Stimul": 0, "zen-engine": 0}
    for month in months(CASES, 2):
        right = exact(month)
        own = fast.amounts(month.stored)
        wrong["Stimul"] += tuple(own[index] for index in order) != right
        result = theirs(month.context)
        wrong["zen-engine"] += tuple(round(result[line] * 100) for line in LINES) != right
    for engine, number in wrong.items():
        yield Figure(f"months with a wrong cent, {engine}", f"{number:,}", f"in {CASES:,}")
