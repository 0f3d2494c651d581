"""What the books carry into a month: the balances a plan reads, and what the earlier parts of the month did to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from service.domain.deal import DealEvents
from service.domain.earning import Charge
from service.domain.money import to_units
from service.domain.part import LinePart, taken_from
from service.domain.period import Period
from service.plans.attribution import charge_of
from service.plans.dues import clawback_of, dues
from service.plans.month_inputs import Value
from service.plans.plan import Plan

DRAW, CLAWBACK_DUE = "balance.draw", "balance.clawback_due"
"""The balances that the books keep, beside what accumulating rules gave before."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What a person carries into a month: what was advanced, and the posted parts of lines with their deals' events."""

    draw_minor: int = 0
    parts: tuple[LinePart, ...] = ()
    deals: DealEvents = field(default_factory=dict)

    def dues(self, plan: Plan, period: Period) -> tuple[LinePart, ...]:
        """What the plan's clawback may take back, deal by deal."""
        return dues(plan, self.parts, self.deals, period)

    def balances(self, plan: Plan, due: Sequence[LinePart]) -> dict[str, Value]:
        """The balances that the plan reads."""
        known: dict[str, Value] = {
            DRAW: to_units(self.draw_minor),
            CLAWBACK_DUE: to_units(sum(part.amount_minor for part in due)),
        }
        return {name: value for name, value in known.items() if name in plan.inputs}

    def after(self, plan: Plan, amounts: Mapping[str, int], due: Sequence[LinePart]) -> Carried:
        """What is left for the next segment of the month: nothing is advanced, recovered or taken for it twice."""
        advanced = sum(amounts.get(rule.id, 0) for rule in plan.rules if charge_of(rule) is Charge.DRAW)
        taken = clawed(plan, amounts, due)
        return replace(self, draw_minor=self.draw_minor + advanced, parts=(*self.parts, *taken))


def is_carrying(plan: Plan) -> bool:
    """Whether a month under the plan rests on the balances of the months before."""
    return any(rule.kind in {"draw", "clawback"} for rule in plan.rules) or bool({DRAW, CLAWBACK_DUE} & plan.inputs)


def clawed(plan: Plan, amounts: Mapping[str, int], due: Sequence[LinePart]) -> tuple[LinePart, ...]:
    """The parts that the plan's clawback takes of what is due."""
    rule = clawback_of(plan)
    return () if rule is None else taken_from(due, -amounts.get(rule.id, 0))
