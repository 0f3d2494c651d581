"""A plan: the checked rules of one role, ready to be evaluated, with everything that explains them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from service.domain.metric import Metric
from service.domain.standard import Standard
from service.plans.curves import Curve
from service.plans.expression import Expr, Type
from service.plans.finding import Place
from service.plans.kinds import KINDS, Kind
from service.plans.kinds.reader import Lowered
from service.plans.points import Badge, PointRule
from service.plans.pools import Pool
from service.plans.read import ListNode, MapNode
from service.plans.standards import Parameter
from service.plans.teams import TeamMetric

NOWHERE = Place("")
"""The place of what stands in no file."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a plan: how it is paid, and how it is printed."""

    id: str
    kind: str
    label: str
    label_bg: str
    pay_code: str
    account: str
    lowered: Lowered
    when: Expr | None = None
    accumulate: str = ""
    window: tuple[date, date] | None = None
    factors: tuple[str, ...] = ()
    amortise_months: int = 0
    per_deal: bool = False
    """Whether it runs once for each deal and not once for the month."""
    place: Place = NOWHERE

    @property
    def meaning(self) -> Kind:
        """What its kind is among the others."""
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class Plan:
    """The rules of one role in the order in which they are evaluated; `document` is the text under its hash."""

    id: str
    title: str
    title_bg: str
    version: str
    effective_from: date | None
    effective_to: date | None
    period: str
    currency: str
    timezone: str
    params: Mapping[str, Parameter]
    standards: Mapping[str, Standard]
    curves: Mapping[str, Curve]
    metrics: Mapping[str, Metric]
    team_metrics: Mapping[str, TeamMetric]
    rules: tuple[Rule, ...]
    pools: Mapping[str, Pool]
    points: Mapping[str, PointRule]
    badges: Mapping[str, Badge]
    derived: Mapping[str, Expr]
    inputs: frozenset[str]
    deal_names: frozenset[str]
    declared: Mapping[str, Type]
    document: str
    content_hash: str
    budget: Fraction | None = field(default=None, compare=False)
    examples: ListNode = field(default=ListNode(NOWHERE), compare=False)
    accept: ListNode = field(default=ListNode(NOWHERE), compare=False)
    source: MapNode = field(default=MapNode(NOWHERE), compare=False)

    @property
    def runs_per_deal(self) -> bool:
        """Whether any of its rules runs once for each deal."""
        return any(rule.per_deal for rule in self.rules)

    def score_weights(self) -> dict[str, Fraction]:
        """The weights of the board score: those of the scorecard; without one, equal for every standard."""
        for rule in self.rules:
            if rule.lowered.weights:
                return dict(rule.lowered.weights)
        return {name: Fraction(1, len(self.standards)) for name in self.standards}
