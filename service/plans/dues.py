"""Dues: what a clawback may take back, deal by deal, of what was paid in earlier months."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from service.domain.deal import DealEvent, DealEvents, Loss, lost_share
from service.domain.money import round_half_up
from service.domain.part import NO_DEAL, LinePart, PartOf
from service.domain.period import Period
from service.plans.plan import Plan, Rule

ALWAYS_DAYS = 36_600
"""A hundred years: for what was taken already, the event counts however late it came by the present rule."""


def clawback_of(plan: Plan) -> Rule | None:
    """The clawback of a plan; more than one is refused, since they would take the same money."""
    return next((rule for rule in plan.rules if rule.kind == "clawback"), None)


def dues(plan: Plan, parts: Iterable[LinePart], deals: DealEvents, period: Period) -> tuple[LinePart, ...]:
    """What is due back in a month of what was paid before: by month, rule and deal, less what was taken already.

    What is held back of a part was never paid, so it is not due either. A due is below zero where the refund that was
    taken for is no longer there.
    """
    rule = clawback_of(plan)
    if rule is None:
        return ()
    known = _Parts(plan, _sums(parts))
    whole = {other.id for other in plan.rules if other.per_deal}
    found = []
    for month, name, deal in known.earned(rule.lowered.applies_to):
        paid = known.paid(month, name, deal)
        taken = known.sum_of((PartOf.TAKEN,), month, name, deal)
        shares = _shares(rule, deals.get(deal, ()), month, period, whole_deal=name in whole)
        amount = _due(shares, paid, taken) - taken
        if amount:
            found.append(LinePart(PartOf.TAKEN, month, name, deal, amount))
    return tuple(found)


def _shares(
    rule: Rule, events: Sequence[DealEvent], month: Period, period: Period, *, whole_deal: bool
) -> tuple[Fraction, Fraction]:
    """The share of a part that was lost in time, and ever."""
    lowered, until = rule.lowered, period.last_day
    losses = [Loss(lowered.event, days) for days in (lowered.within_days, ALWAYS_DAYS)]
    in_time, ever = (lost_share(events, loss, month, until, whole_deal=whole_deal) for loss in losses)
    return in_time, ever


def _due(shares: tuple[Fraction, Fraction], paid: Fraction, taken: int) -> int:
    """What of a part is due in all, taken or not: taken money stays taken while the event is there at all."""
    in_time, ever = shares
    return max(round_half_up(in_time * paid), min(taken, round_half_up(ever * paid)))


Key = tuple[PartOf, Period, str, str]


def _sums(parts: Iterable[LinePart]) -> dict[Key, int]:
    sums: dict[Key, int] = {}
    for part in parts:
        key = part.what, part.month, part.rule, part.deal_id
        sums[key] = sums.get(key, 0) + part.amount_minor
    return sums


@dataclass(frozen=True, slots=True)
class _Parts:
    """The parts of a person's earlier months, added up by what they say, month, rule and deal."""

    plan: Plan
    sums: Mapping[Key, int]

    def earned(self, rules: Sequence[str]) -> list[tuple[Period, str, str]]:
        """Every month, rule and deal of these rules that earned something; what has no deal can lose none."""
        return sorted(
            (month, rule, deal)
            for what, month, rule, deal in self.sums
            if what is PartOf.EARNED and rule in rules and deal != NO_DEAL
        )

    def paid(self, month: Period, rule: str, deal: str) -> Fraction:
        """What a deal earned by a rule in a month, without its share of what is held back of it."""
        earned = Fraction(self.sum_of((PartOf.EARNED,), month, rule, deal))
        left = earned
        for holdback in self.plan.rules:
            if holdback.kind == "holdback" and rule in holdback.lowered.lines:
                base = sum(self.sum_of((PartOf.EARNED,), month, name, deal) for name in holdback.lowered.lines)
                kept = self.sum_of((PartOf.HELD, PartOf.RELEASED), month, holdback.id, deal)
                left -= kept * earned / base if base > 0 else 0
        return max(left, Fraction(0))

    def sum_of(self, kinds: tuple[PartOf, ...], month: Period, rule: str, deal: str) -> int:
        """Minor units of the parts of these kinds."""
        return sum(self.sums.get((what, month, rule, deal), 0) for what in kinds)
