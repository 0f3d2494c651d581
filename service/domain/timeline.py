"""A timeline: what held from one day to another; how it is overwritten, and between which days two of them differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Generic, TypeVar

Content = TypeVar("Content")

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Spell(Generic[Content]):
    """Days on end, first and last included, on which the same holds; no end: until further notice."""

    starts_on: date
    ends_on: date | None
    content: Content

    def covers(self, day: date) -> bool:
        """Whether the day is one of them."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


def content_on(spells: Iterable[Spell[Content]], day: date) -> Content | None:
    """What holds on a day, if anything; spells of one timeline never overlap."""
    return next((spell.content for spell in spells if spell.covers(day)), None)


def cleared(spells: Iterable[Spell[Content]], first: date, last: date | None) -> list[Spell[Content]]:
    """The timeline without the days of a span."""
    kept = []
    for spell in spells:
        if spell.starts_on < first:
            ends = first - ONE_DAY
            kept.append(replace(spell, ends_on=ends if spell.ends_on is None else min(spell.ends_on, ends)))
        if last is not None and (spell.ends_on is None or spell.ends_on > last):
            kept.append(replace(spell, starts_on=max(spell.starts_on, last + ONE_DAY)))
    return sorted(kept, key=_start)


def overwritten(spells: Iterable[Spell[Content]], new: Spell[Content]) -> list[Spell[Content]]:
    """The timeline after the new spell took its days from the others; equal neighbours become one."""
    joined: list[Spell[Content]] = []
    for spell in sorted([*cleared(spells, new.starts_on, new.ends_on), new], key=_start):
        if joined and joined[-1].content == spell.content and _follows(joined[-1], spell):
            joined[-1] = replace(joined[-1], ends_on=spell.ends_on)
        else:
            joined.append(spell)
    return joined


def changed_span(before: Sequence[Spell[Content]], after: Sequence[Spell[Content]]) -> tuple[date, date | None] | None:
    """The first and the last day on which two timelines differ (no last day: for ever); None if they are the same."""
    spells = [*before, *after]
    edges = {spell.starts_on for spell in spells} | {spell.ends_on + ONE_DAY for spell in spells if spell.ends_on}
    ordered = sorted(edges)
    differing = [n for n, day in enumerate(ordered) if content_on(before, day) != content_on(after, day)]
    if not differing:
        return None
    last = differing[-1] + 1
    return ordered[differing[0]], ordered[last] - ONE_DAY if last < len(ordered) else None


def _follows(left: Spell[Content], right: Spell[Content]) -> bool:
    return left.ends_on is not None and left.ends_on + ONE_DAY == right.starts_on


def _start(spell: Spell[Content]) -> date:
    return spell.starts_on
