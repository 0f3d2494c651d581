"""What of the language the service cannot pay yet: such a plan is evaluated, and refused where it would be in force."""

from __future__ import annotations

from collections.abc import Iterator

from service.domain.metric import Aggregation
from service.plans.carried import CLAWBACK_DUE, DRAW
from service.plans.dues import clawback_of
from service.plans.expression import Name, names_in
from service.plans.finding import Finding
from service.plans.order import expressions_of
from service.plans.plan import Plan
from service.plans.teams import TeamMetric

POOL_NAME_LENGTH = 59
"""Characters of a pool's name: with its prefix it is the name under which its money is posted."""

ADDED_UP = frozenset({Aggregation.COUNT, Aggregation.SUM, Aggregation.DISTINCT, Aggregation.LAST})
"""What a sum over the members of a team makes sense of."""

BALANCES = {"draw": (DRAW, "balance"), "clawback": (CLAWBACK_DUE, "due")}
"""The kinds that work on a balance of the books: its name, and the field that must name it."""

OF_A_DAY = ("metric.", "target.", "attainment.", "employee.", "calendar.", "param.")
"""How the names begin that are known of a single day of a person."""


def unpaid(plan: Plan) -> list[Finding]:
    """Everything in a plan that would be paid wrongly, each with the reason."""
    return [Finding("E-UNPAID", message, plan.source.place) for message in _messages(plan)]


def _messages(plan: Plan) -> Iterator[str]:
    for kind in BALANCES:
        yield from _on_balance(plan, kind)
    for rule in plan.rules:
        if rule.accumulate and rule.kind in {"holdback", *BALANCES}:
            yield f'Rule "{rule.id}" is a {rule.kind} and accumulates; it works on the lines of its own month.'
    yield from _unknown_inputs(plan)
    yield from _points(plan)
    yield from _pools(plan)
    for team in plan.team_metrics.values():
        yield from _team(plan, team)


def _on_balance(plan: Plan, kind: str) -> Iterator[str]:
    """One rule works on a balance, and on nothing else, or the same money would be advanced or taken twice."""
    balance, field = BALANCES[kind]
    rules = [rule for rule in plan.rules if rule.kind == kind and (kind != "draw" or rule.lowered.recovers)]
    if len(rules) > 1:
        yield f"The rules {', '.join(rule.id for rule in rules)} would all work on `{balance}`; leave one {kind}."
    for rule in rules:
        found = rule.lowered.balance
        if not isinstance(found, Name) or found.name != balance:
            yield f'Rule "{rule.id}" is a {kind} on another balance; write `{field}: {balance}`.'


def _unknown_inputs(plan: Plan) -> Iterator[str]:
    kept = {f"balance.paid_{rule.id}" for rule in plan.rules if rule.accumulate} | {DRAW}
    kept |= {CLAWBACK_DUE} if clawback_of(plan) else set()
    for name in sorted(plan.inputs - kept):
        if name.startswith("balance."):
            yield f"`{name}` is read, and no such balance is kept yet: it would be 0 for ever."
        if name == "points.total" and not plan.points:
            yield "`points.total` is read, and the plan gives no points: it would be 0 for ever."


def _points(plan: Plan) -> Iterator[str]:
    for rule in plan.rules:
        reads = "points.total" in set[str]().union(*map(names_in, expressions_of(rule)))
        if reads and (rule.accumulate or rule.window):
            yield f'Rule "{rule.id}" reads `points.total` of other days than a month, and points are of a month.'
    for given in plan.points.values():
        for name in sorted(names_in(given.when)) if given.when is not None else ():
            family, _, key = name.partition(".")
            standard = plan.standards.get(key) if family in {"target", "attainment"} else None
            of_team = standard is not None and bool(standard.team_target or standard.metric.startswith("team."))
            if of_team or not name.startswith(OF_A_DAY):
                yield f'Point rule "{given.id}" asks for `{name}`, and of a single day that is not known.'


def _pools(plan: Plan) -> Iterator[str]:
    for pool in plan.pools.values():
        if len(pool.id) > POOL_NAME_LENGTH:
            yield f'The name of pool "{pool.id}" is longer than {POOL_NAME_LENGTH} characters.'


def _team(plan: Plan, team: TeamMetric) -> Iterator[str]:
    own = plan.metrics.get(team.of)
    if own is None and team.aggregation in {"sum", "max"} and not team.of.startswith("target."):
        yield f'Team metric "{team.id}" is of `{team.of}`; only metrics and targets are added up over a team.'
    if team.aggregation == "sum" and own is not None and own.aggregation not in ADDED_UP:
        yield f'Team metric "{team.id}" adds up `{own.id}`, a {own.aggregation}, which cannot be added.'
    if team.aggregation == "last" and (own is None or own.aggregation is not Aggregation.LAST):
        yield f'Team metric "{team.id}" takes the last value of `{team.of}`, and that has no `agg: last`.'
