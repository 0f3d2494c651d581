"""A scorecard: the attainments of a person in a period and the weighted score the board ranks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from service.domain.money import round_half_up

TENTHS_OF_A_WHOLE = 1000
"""The board shows tenths of a percent, and ranks what it shows."""


@dataclass(frozen=True, slots=True)
class ScorePart:
    """One standard of a scorecard: its weight, what was attained, and the cap above which more does not count."""

    standard_id: str
    weight: Fraction
    attainment: Fraction
    cap: Fraction | None = None


def board_score(parts: Sequence[ScorePart]) -> Fraction:
    """The exact score: the sum of weight x attainment, each attainment cut at its cap."""
    return sum((part.weight * _cut(part) for part in parts), Fraction(0))


def score_tenths(score: Fraction) -> int:
    """The score in tenths of a percent as the board shows and ranks it, rounded half up."""
    return round_half_up(score * TENTHS_OF_A_WHOLE)


def _cut(part: ScorePart) -> Fraction:
    return part.attainment if part.cap is None else min(part.attainment, part.cap)
