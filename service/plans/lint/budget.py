"""Budget: what a plan is likely to cost a month, drawn many times from what people really did."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from service.domain.money import MINOR_PER_UNIT, to_minor
from service.domain.period import Period
from service.plans.evaluate import Inputs
from service.plans.fast import amounts
from service.plans.finding import Finding
from service.plans.plan import Plan
from service.plans.render import money_text

DRAWS = 10_000
"""Imagined months; enough that one in twenty is met five hundred times."""

ONE_IN_TWENTY = 20
"""A budget that is exceeded more often than this is not one."""


UNQUESTIONED = Fraction(10, 100)
"""The share by which a plan without a budget of its own may cost more than the one before."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a month costs: in the middle, and so that only one month in twenty costs more."""

    median_minor: int
    high_minor: int


def likely_cost(plan: Plan, months: Sequence[Inputs], period: Period, people: int, seed: int) -> Cost:
    """Draw the month of each person from the given person-months of the past, many times over."""
    payable = {rule.id for rule in plan.rules if rule.meaning.payable}
    paid = [sum(amount for line, amount in amounts(plan, one, period).items() if line in payable) for one in months]
    chance = random.Random(seed)  # noqa: S311  a simulation that must be repeatable, not a secret
    totals = sorted(sum(chance.choices(paid, k=people)) for _ in range(DRAWS)) if paid else [0]
    return Cost(totals[len(totals) // 2], totals[len(totals) - 1 - len(totals) // ONE_IN_TWENTY])


def questioned(plan: Plan, cost: Cost, before: Cost | None) -> list[Finding]:
    """A finding if the cost is above the plan's own budget; without one, if it is well above that of the one before."""
    if plan.budget is not None:
        return over_budget(plan, cost, to_minor(plan.budget))
    return [] if before is None else dearer(plan, cost, before)


def over_budget(plan: Plan, cost: Cost, budget_minor: int) -> list[Finding]:
    """A finding if more than one month in twenty would cost more than the budget."""
    if cost.high_minor <= budget_minor:
        return []
    high, median, budget = (_money(amount) for amount in (cost.high_minor, cost.median_minor, budget_minor))
    message = f"One month in twenty costs more than {high} ({median} in the middle); the budget is {budget}."
    return [Finding("W-BUDGET", message, plan.source.place, "", plan.id, cost.high_minor - budget_minor)]


def dearer(plan: Plan, cost: Cost, before: Cost) -> list[Finding]:
    """A finding if a month in the middle would cost well over what the plan in force gives on the same months."""
    if cost.median_minor <= before.median_minor * (1 + UNQUESTIONED):
        return []
    median, known = _money(cost.median_minor), _money(before.median_minor)
    message = f"A month in the middle costs {median}; under the plan in force the same months cost {known}."
    hint = "Write `budget:` if that much is meant."
    return [Finding("W-BUDGET", message, plan.source.place, hint, plan.id, cost.median_minor - before.median_minor)]


def _money(minor: int) -> str:
    return money_text(Fraction(minor, MINOR_PER_UNIT))
