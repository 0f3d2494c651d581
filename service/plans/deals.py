"""Rules that run once for each deal: what is known of a deal, and what such a rule gives for every one of a month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from service.domain.money import Exact, to_minor
from service.plans.exact import Known, Worths, holds, number
from service.plans.expression import Type, Value, names_in
from service.plans.order import expressions_of
from service.plans.plan import Rule

DEAL = "deal."
"""How the names begin that are known of a deal."""

DEALS = "deals."
"""How the inputs begin: `deals.D-17.amount`."""

KIND_OF_CUSTOMER = "customer_kind"
"""Known of every deal, if only as `unknown`, so that a deal of which nothing else is known is one all the same."""

DEAL_NAMES: Mapping[str, Type] = {
    f"{DEAL}amount": Type.MONEY,
    f"{DEAL}margin": Type.MONEY,
    f"{DEAL}term_months": Type.NUM,
    f"{DEAL}{KIND_OF_CUSTOMER}": Type.TEXT,
}
"""What a rule with `scope: deal` may ask of a deal."""

Deals = Mapping[str, Mapping[str, Value]]
"""What is known of each deal, by its names."""


@dataclass(frozen=True, slots=True)
class Dealt:
    """What a rule gives for one deal, in minor units, and before rounding; `known` is what its names were worth."""

    deal_id: str
    amount_minor: int
    raw: Fraction
    applies: bool
    known: Known


def deal_inputs(deal_id: str, values: Mapping[str, Exact | str | bool]) -> dict[str, Exact | str | bool]:
    """What is known of a deal (`amount`, `margin`, ...) as flat inputs."""
    found = {f"{DEALS}{deal_id}.{name}": value for name, value in values.items()}
    return {f"{DEALS}{deal_id}.{KIND_OF_CUSTOMER}": "unknown"} | found


def deals_in(inputs: Mapping[str, Exact | str | bool]) -> Deals:
    """The deals of flat inputs, by id; an id may hold points of its own."""
    found: dict[str, dict[str, Value]] = {}
    for name in sorted(inputs):
        if name.startswith(DEALS):
            deal_id, _, key = name.removeprefix(DEALS).rpartition(".")
            value = inputs[name]
            found.setdefault(deal_id, {})[f"{DEAL}{key}"] = value if isinstance(value, str | bool) else Fraction(value)
    return found


def names_of_deals(rules: Iterable[Rule]) -> frozenset[str]:
    """What these rules ask of a deal."""
    exprs = [expr for rule in rules if rule.per_deal for expr in expressions_of(rule)]
    return frozenset(name for expr in exprs for name in names_in(expr) if name.startswith(DEAL))


def missing_of_deals(names: Iterable[str], inputs: Mapping[str, Exact | str | bool]) -> set[str]:
    """The inputs of deals that are asked for and were not given."""
    wanted = [name.removeprefix(DEAL) for name in names]
    given = {f"{DEALS}{deal}.{key}" for deal in deals_in(inputs) for key in wanted} if wanted else set()
    return given - inputs.keys()


def by_deal(rule: Rule, deals: Deals, known: Known, factors: Sequence[Fraction]) -> tuple[Dealt, ...]:
    """What a rule gives for each deal: like a line of its own, rounded once, after its factors."""
    found = []
    for deal_id, names in deals.items():
        own = Worths(known, names)
        applies = rule.when is None or holds(rule.when, own)
        raw = number(rule.lowered.value, own) if applies else Fraction(0)
        paid = raw
        for factor in factors:
            paid *= factor
        found.append(Dealt(deal_id, to_minor(paid), raw, applies, own))
    return tuple(found)
