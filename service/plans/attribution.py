"""Attribution: which lines of a plan are told by deal, what they are paid on, and the parts that deals have in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from service.domain.earning import Charge
from service.domain.metric import Aggregation
from service.domain.part import LinePart, PartOf, Weights, added, split_by_deal
from service.domain.period import Period
from service.plans.evaluate import Line
from service.plans.kinds.limits import PAID_PRO_RATA
from service.plans.plan import Plan, Rule
from service.plans.teams import TeamMetric

WeightsOfRules = Mapping[str, Weights]
"""What each deal has in the measure of each rule."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What a line is paid on: a metric of the person, or with `team` of the people below."""

    metric: str
    team: TeamMetric | None = None


def charge_of(rule: Rule) -> Charge:
    """Where the money of a rule comes from; a draw that is never recovered is a cost like any other."""
    if rule.kind == "holdback":
        return Charge.HELD
    return Charge.DRAW if rule.kind == "draw" and rule.lowered.recovers else Charge.EXPENSE


def is_pro_rata(rule: Rule) -> bool:
    """Whether what a holdback keeps is released as its deals are paid, and not only when they are paid in full."""
    release = rule.lowered.release
    return release is not None and release.when == PAID_PRO_RATA


def told_by_deal(plan: Plan) -> list[Rule]:
    """The rules whose lines are told by deal: what holdbacks and clawbacks name, holdbacks, and what runs per deal."""
    rules = {rule.id: rule for rule in plan.rules}
    found: set[str] = set()
    waiting = [rule.id for rule in plan.rules if rule.kind == "holdback" or rule.per_deal]
    waiting += [name for rule in plan.rules if rule.kind == "clawback" for name in rule.lowered.applies_to]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += rules[name].lowered.lines
    return [rule for rule in plan.rules if rule.id in found]


def measures_of(plan: Plan, rule: Rule) -> list[Measure]:
    """The metrics a rule is paid on; none where it is made of other lines or of nothing that deals are behind."""
    names = {
        plan.standards[key].metric if name.startswith("attainment.") and key in plan.standards else name
        for name in rule.lowered.base
        for key in [name.partition(".")[2]]
    }
    found = []
    for name in sorted(names):
        team = plan.team_metrics.get(name.removeprefix("team.")) if name.startswith("team.") else None
        key = team.of if team else name.removeprefix("metric.")
        metric = plan.metrics.get(key)
        if metric is not None:
            found.append(Measure(metric.of if metric.aggregation is Aggregation.RATIO else metric.id, team))
    return found


def line_parts(
    plan: Plan, lines: Iterable[Line], weights: WeightsOfRules, month: Period
) -> dict[str, tuple[LinePart, ...]]:
    """The parts of the lines that are told by deal: each line's parts add up to it.

    A line made of other lines is split as those are together; one that was worked out deal by deal is split already.
    """
    given = {line.rule: line for line in lines}
    split: dict[str, dict[str, int]] = {}
    for rule in told_by_deal(plan):
        if rule.id not in given:
            continue
        if rule.per_deal:
            split[rule.id] = {deal: amount for deal, amount in given[rule.id].by_deal.items() if amount}
            continue
        own: Weights = weights.get(rule.id, {})
        if rule.lowered.lines:
            own = added(split.get(name, {}) for name in rule.lowered.lines)
        split[rule.id] = split_by_deal(given[rule.id].amount_minor, own)
    rules = {rule.id: rule for rule in plan.rules}
    return {name: _parts(rules[name], parts, month) for name, parts in split.items()}


def _parts(rule: Rule, parts: Mapping[str, int], month: Period) -> tuple[LinePart, ...]:
    release = rule.lowered.release
    if release is None:
        return tuple(LinePart(PartOf.EARNED, month, rule.id, deal, amount) for deal, amount in parts.items())
    due_on = month.last_day + timedelta(days=release.within_days)
    return tuple(
        LinePart(PartOf.HELD, month, rule.id, deal, -amount, due_on, release.otherwise)
        for deal, amount in parts.items()
    )
