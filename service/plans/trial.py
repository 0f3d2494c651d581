"""A trial: what a person's month is worth under the plans one chooses, as if they had held since the year began."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from service.domain.earning import Charge
from service.domain.money import to_units
from service.plans.accumulated import accumulated_inputs, first_month, first_of
from service.plans.attribution import charge_of
from service.plans.evaluate import MissingInputError, missing_inputs
from service.plans.fast import amounts
from service.plans.month_figures import MonthFigures
from service.plans.month_inputs import Value, plan_inputs
from service.plans.month_pools import Funded, pool_lines
from service.plans.plan import Plan, Rule


@dataclass(frozen=True, slots=True)
class Worth:
    """What a month costs in minor units without what payroll pays anyway; nothing counts if an input is missing."""

    payable_minor: int
    missing: tuple[str, ...] = ()


def month_worth(person_id: str, months: Sequence[MonthFigures]) -> Worth:
    """What the last of these months is worth; the earlier ones are those over which rules of its plans accumulate."""
    total, missing = 0, set[str]()
    for position, segment in enumerate(months[-1].of(person_id)):
        plan = segment.plan
        if plan is None:
            continue
        try:
            given = amounts(plan, trial_inputs(person_id, position, months), months[-1].month.period)
        except MissingInputError as error:
            missing.update(error.missing)
            continue
        total += sum(given[rule.id] for rule in plan.rules if _is_cost(rule) and rule.id in given)
    return Worth(0, tuple(sorted(missing))) if missing else Worth(total)


def _is_cost(rule: Rule) -> bool:
    """Whether a line is a cost of the month: when it is paid, held back or advanced, is not on trial."""
    return rule.meaning.payable and charge_of(rule) is Charge.EXPENSE


def pool_parts(leader_ids: Collection[str], months: Sequence[MonthFigures]) -> dict[str, int]:
    """What the pools of these leaders give everybody for the last of the months, in minor units.

    A leader whose plan lacks an input shares nothing: such a month cannot be closed either.
    """
    funded = []
    for leader_id in sorted(leader_ids):
        led = [(place, item) for place, item in enumerate(months[-1].of(leader_id)) if item.plan is not None]
        for position, (place, segment) in enumerate(led):
            if segment.plan is not None and segment.plan.pools:
                inputs = trial_inputs(leader_id, place, months)
                if not missing_inputs(segment.plan, inputs):
                    funded.append(Funded(leader_id, position, segment.plan, inputs))
    found: Counter[str] = Counter()
    for line in pool_lines(funded, months[-1], {}):
        found[line.person_id] += line.amount_minor
    return dict(found)


def trial_inputs(person_id: str, position: int, months: Sequence[MonthFigures]) -> dict[str, Value]:
    """The inputs of a segment of the last month, with what accumulating rules gave before."""
    segment = months[-1].of(person_id)[position]
    assert segment.plan is not None, "a segment without a plan has no inputs"
    inputs = _without_balances(person_id, position, months)
    for rule in segment.plan.rules:
        if rule.accumulate:
            inputs[f"balance.paid_{rule.id}"] = to_units(_given_before(person_id, segment.plan, rule, months))
    return inputs


def _without_balances(person_id: str, position: int, months: Sequence[MonthFigures]) -> dict[str, Value]:
    segment = months[-1].of(person_id)[position]
    inputs = plan_inputs(segment)
    if segment.plan is not None and first_month(segment.plan, months[-1].month.period) is not None:
        inputs |= accumulated_inputs(person_id, position, months)
    return inputs


def _given_before(person_id: str, plan: Plan, rule: Rule, months: Sequence[MonthFigures]) -> int:
    """What the rule gave since its quarter or year began: all it is entitled to by the last month before this one.

    A rule that accumulates gives its entitlement less what it gave before, so what it gave in all is the entitlement.
    """
    begin = first_of(rule.accumulate, months[-1].month.period)
    for end in range(len(months) - 1, 0, -1):
        until = months[:end]
        held = [item.plan for item in until[-1].of(person_id)]
        places = [place for place, item in enumerate(held) if item is not None and item.id == plan.id]
        if places and until[-1].month.period >= begin:
            then = held[places[-1]]
            assert then is not None, "only places with a plan were kept"
            inputs = _without_balances(person_id, places[-1], until)
            return amounts(then, inputs, until[-1].month.period).get(rule.id, 0)
    return 0
