"""The order of rules: what depends on what, independent of the order in a file; a circle is an error that prints it."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence

from service.plans.expression import Expr, names_in
from service.plans.finding import Findings
from service.plans.kinds import KINDS
from service.plans.plan import Rule

_RANK = {name: rank for rank, name in enumerate(KINDS)}


def expressions_of(rule: Rule) -> list[Expr]:
    """Every expression that decides what a rule is worth."""
    own = [rule.lowered.value, *rule.lowered.conditions]
    return own if rule.when is None else [*own, rule.when]


def needs(rule: Rule) -> set[str]:
    """The other rules that must be worth something before this one is."""
    names = set[str]().union(*(names_in(expr) for expr in expressions_of(rule)))
    return {name.removeprefix("line.") for name in names if name.startswith("line.")} | set(rule.factors)


def in_order(rules: Sequence[Rule], findings: Findings) -> tuple[Rule, ...]:
    """The rules so that each follows what it needs; where nothing decides, by kind and name."""
    waiting = {rule.id: needs(rule) & {other.id for other in rules} for rule in rules}
    by_id = {rule.id: rule for rule in rules}
    ready = [_place(by_id[name]) for name, needed in waiting.items() if not needed]
    heapq.heapify(ready)
    done: list[Rule] = []
    while ready:
        name = heapq.heappop(ready)[1]
        done.append(by_id[name])
        for other, needed in waiting.items():
            if name in needed:
                needed.discard(name)
                if not needed:
                    heapq.heappush(ready, _place(by_id[other]))
    left = {name: needed for name, needed in waiting.items() if needed}
    if left:
        circle = _circle(left)
        message = f"The rules need each other in a circle: {' -> '.join(circle)}."
        findings.add("E-CYCLE", by_id[circle[0]].place, message, "Take one of them out of the `lines` of another.")
    return tuple(done)


def _place(rule: Rule) -> tuple[int, str]:
    return _RANK[rule.kind], rule.id


def _circle(waiting: Mapping[str, Iterable[str]]) -> list[str]:
    path = [min(waiting)]
    while True:
        following = min(name for name in waiting[path[-1]] if name in waiting)
        if following in path:
            return [*path[path.index(following) :], following]
        path.append(following)
