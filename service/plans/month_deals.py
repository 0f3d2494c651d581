"""The deals of a month as kept beside its inputs: what each has in the measures of the rules, and what is due back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from service.domain.event import canonical_json
from service.domain.part import LinePart, PartOf
from service.domain.period import Period
from service.plans.attribution import WeightsOfRules


@dataclass(frozen=True, slots=True)
class MonthDeals:
    """What each deal has in the measure of each rule, and the dues of a clawback."""

    weights: WeightsOfRules
    dues: tuple[LinePart, ...]


def deals_document(weights: WeightsOfRules, dues: Sequence[LinePart]) -> str:
    """As canonical JSON; "{}" where nothing is told by deal."""
    document: dict[str, object] = {}
    if weights:
        document["weights"] = {
            rule: {deal: str(Fraction(value)) for deal, value in own.items() if value} for rule, own in weights.items()
        }
    if dues:
        document["dues"] = [[str(due.month), due.rule, due.deal_id, due.amount_minor] for due in dues]
    return canonical_json(document)


def month_deals(text: str) -> MonthDeals:
    """What such a text was made from."""
    document = json.loads(text)
    weights = {
        rule: {deal: Fraction(value) for deal, value in own.items()}
        for rule, own in document.get("weights", {}).items()
    }
    dues = tuple(
        LinePart(PartOf.TAKEN, Period.parse(month), rule, deal, amount)
        for month, rule, deal, amount in document.get("dues", ())
    )
    return MonthDeals(weights, dues)
