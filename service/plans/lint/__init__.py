"""The linter: what is questionable in a plan that may be used - found by paying a few hundred imagined months."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from service.domain.errors import StimulError
from service.plans.examples import Example, examples_of, run_examples
from service.plans.finding import Finding, in_order
from service.plans.given import Given, given_to_inputs
from service.plans.lint.accepting import accepted
from service.plans.lint.gaming import gamed
from service.plans.lint.moves import moved
from service.plans.lint.reading import net_clawbacks, read_over
from service.plans.lint.sweep import sweeps
from service.plans.plan import Plan

MAX_EXAMPLES = 12
"""Examples from which inputs are swept; more would only repeat the same corners."""


def lint(plan: Plan, today: date, costs: Sequence[Finding] = ()) -> list[Finding]:
    """Everything questionable, less what a named person accepted until a day that has not passed.

    `costs` is what the facts of the past say about the cost of the plan, where somebody looked.
    """
    results = run_examples(plan)
    starts = [given for example in examples_of(plan)[0][:MAX_EXAMPLES] if (given := _given(plan, example))]
    found = [*net_clawbacks(plan), *read_over(plan, results, starts)]
    swept = [sweep for given in starts for sweep in sweeps(plan, given)]
    found += moved(plan, swept)
    found += [*gamed(plan, swept, starts), *costs]
    return in_order(accepted(plan, found, today))


def _given(plan: Plan, example: Example) -> Given | None:
    try:
        given = given_to_inputs(plan, example.given)
        next(sweeps(plan, given), None)
    except StimulError:
        return None
    return given
