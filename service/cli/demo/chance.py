"""Chance that repeats: the same seed and the same words throw the same dice."""

from __future__ import annotations

from random import Random

WHOLE = 100
"""Per cent."""


def dice(*words: object) -> Random:
    """Dice of their own for one matter, so that a change in one person's day moves nobody else's."""
    return Random(":".join(str(word) for word in words))  # noqa: S311 - a simulation must repeat; nothing is secret here


def happens(chance: Random, percent: int) -> bool:
    """Whether something that happens so many times in a hundred happens now."""
    return chance.randrange(WHOLE) < percent


def around(chance: Random, middle: int, spread_percent: int) -> int:
    """A whole number near the middle, the nearer the likelier."""
    swing = chance.randint(-spread_percent, spread_percent) + chance.randint(-spread_percent, spread_percent)
    return max(middle + middle * swing // (2 * WHOLE), 0)


def thinned(chance: Random, hundredths: int) -> int:
    """A number given in hundredths as a whole one that is right on average."""
    whole, rest = divmod(hundredths, WHOLE)
    return whole + int(happens(chance, rest))
