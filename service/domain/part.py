"""The parts of a line by deal: what a deal earned, what of it is held back, and what was released or taken again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from service.domain.event import JsonValue
from service.domain.money import Exact, format_minor, split_largest_remainder
from service.domain.period import Period

NO_DEAL = ""
"""The deal of money behind which no deal is known."""

PAY, FORFEIT = "pay", "forfeit"
"""What becomes of a held part whose deal was not paid in full in time."""


class PartOf(StrEnum):
    """What a part says; amounts are positive where money was earned, held back or taken, negative where it was let go.

    What is held back of somebody is the sum of `held`, `released` and `forfeited`.
    """

    EARNED = "earned"
    HELD = "held"
    RELEASED = "released"
    FORFEITED = "forfeited"
    TAKEN = "taken"
    """Taken back by a clawback, of a part that was earned before."""


HOLDING = frozenset({PartOf.HELD, PartOf.RELEASED, PartOf.FORFEITED})
"""The parts that add up to what is held back."""


@dataclass(frozen=True, slots=True)
class LinePart:
    """What a deal has in a line, in minor units: of the money that `rule` gave for the work of `month`.

    `due_on` and `otherwise` are of parts that are held back: until when, and what becomes of them then.
    """

    what: PartOf
    month: Period
    rule: str
    deal_id: str
    amount_minor: int
    due_on: date | None = None
    otherwise: str = ""

    def as_json(self) -> dict[str, JsonValue]:
        """For a statement: short, because a line may have a hundred of them."""
        return {"deal": self.deal_id, "amount": format_minor(self.amount_minor)}


Weights = Mapping[str, Exact]
"""What each deal has in the measure of a line."""


def split_by_deal(amount_minor: int, weights: Weights) -> dict[str, int]:
    """An amount by the deals' shares of its measure, in parts that add up to it; without any measure it has no deal.

    A deal that has less than nothing (more was refunded than paid) has no share.
    """
    deals = sorted(deal for deal, weight in weights.items() if weight > 0)
    if not deals or not amount_minor:
        return {NO_DEAL: amount_minor} if amount_minor else {}
    parts = split_largest_remainder(amount_minor, [weights[deal] for deal in deals])
    return {deal: part for deal, part in zip(deals, parts, strict=True) if part}


def added(parts: Iterable[Mapping[str, Exact]]) -> dict[str, Fraction]:
    """Weights of several lines together."""
    found: dict[str, Fraction] = {}
    for part in parts:
        for deal, weight in part.items():
            found[deal] = found.get(deal, Fraction(0)) + Fraction(weight)
    return found


def changed_parts(now: Iterable[LinePart], before: Iterable[LinePart]) -> tuple[LinePart, ...]:
    """What to add to the parts before so that they are those of now."""
    changes: dict[LinePart, int] = {}
    for sign, parts in ((1, now), (-1, before)):
        for part in parts:
            key = replace(part, amount_minor=0)
            changes[key] = changes.get(key, 0) + sign * part.amount_minor
    ordered = sorted(changes.items(), key=lambda item: _order(item[0]))
    return tuple(replace(key, amount_minor=amount) for key, amount in ordered if amount)


def taken_from(dues: Sequence[LinePart], amount_minor: int) -> tuple[LinePart, ...]:
    """Which of the dues an amount takes: the oldest month first, so that what is carried is the latest.

    A due below zero (a refund that was withdrawn after it was taken) is given back whatever else is taken.
    """
    found = [due for due in dues if due.amount_minor < 0]
    left = amount_minor - sum(due.amount_minor for due in found)
    for due in sorted(dues, key=_order):
        part = min(left, due.amount_minor)
        if part > 0:
            found.append(replace(due, amount_minor=part))
            left -= part
    assert not left, f"{left} more was taken back than was due"
    return tuple(sorted(found, key=_order))


def _order(part: LinePart) -> tuple[Period, str, str, str, date]:
    return part.month, part.what, part.rule, part.deal_id, part.due_on or date.min
