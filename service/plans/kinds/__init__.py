"""The closed set of rule kinds: how each is read, and how it stands among the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from service.plans.kinds.extras import formula, kicker, penalty
from service.plans.kinds.factors import gate, multiplier
from service.plans.kinds.limits import cap, clawback, draw, floor, holdback
from service.plans.kinds.reader import Lowered, RuleReader
from service.plans.kinds.salary import fixed, scorecard
from service.plans.kinds.tiers import accelerator, override, rate, tiers


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to pay: its reader, and whether it is a factor, takes factors, is paid through the ledger."""

    name: str
    read: Callable[[RuleReader], Lowered]
    is_factor: bool = False
    takes_factors: bool = True
    payable: bool = True


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("fixed", fixed, payable=False),
        Kind("scorecard", scorecard),
        Kind("multiplier", multiplier, is_factor=True, takes_factors=False),
        Kind("gate", gate, is_factor=True, takes_factors=False),
        Kind("rate", rate),
        Kind("tiers", tiers),
        Kind("override", override),
        Kind("accelerator", accelerator),
        Kind("kicker", kicker),
        Kind("formula", formula),
        Kind("penalty", penalty),
        Kind("holdback", holdback, takes_factors=False),
        Kind("cap", cap, takes_factors=False),
        Kind("floor", floor, takes_factors=False),
        Kind("clawback", clawback, takes_factors=False),
        Kind("draw", draw, takes_factors=False),
    )
}
"""All kinds in the order in which lines stand on a statement where nothing else decides."""
