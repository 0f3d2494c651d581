"""Corrections: which events count, when others take them back or stand in their place, whatever came first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from service.domain.event import Event, Operation


@dataclass(frozen=True, slots=True)
class Correction:
    """An event that takes back (void) or stands in the place of (replace) another event of the same source."""

    source_id: str
    target: str
    external_id: str
    op: Operation
    occurred_at: datetime


def correction_of(event: Event) -> Correction | None:
    """What an event corrects, if it is a correction."""
    if event.op is None or event.target is None:
        return None
    return Correction(event.source_id, event.target, event.external_id, event.op, event.occurred_at)


def withdrawn(external_ids: Iterable[str], corrections: Collection[Correction]) -> set[str]:
    """Those of the events of one source that do not count, given every correction that has to do with them.

    The order of arrival plays no part, so a correction that comes before what it corrects works the same:

    * a void takes its target back, with whatever stands in its place; a void itself cannot be taken back;
    * a replaced event does not count, not even if its replacement was taken back: then nothing counts;
    * of several replacements of one event the latest counts (then the one with the greater id); to correct a
      replacement, replace the replacement.
    """
    voided = {item.target for item in corrections if item.op is Operation.VOID}
    replacements = [item for item in corrections if item.op is Operation.REPLACE]
    chosen: dict[str, Correction] = {}
    for item in sorted(replacements, key=lambda item: (item.occurred_at, item.external_id)):
        chosen[item.target] = item
    target_of = {item.external_id: item.target for item in replacements}
    gone = voided | set(chosen)
    return {name for name in external_ids if name in gone or _stands_for_nothing(name, target_of, chosen, voided)}


def replaced_by(name: str, corrections: Collection[Correction]) -> set[str]:
    """The event itself and everything in whose place it stands, up the chain."""
    target_of = {item.external_id: item.target for item in corrections if item.op is Operation.REPLACE}
    found = {name}
    while name in target_of and target_of[name] not in found:
        name = target_of[name]
        found.add(name)
    return found


def _stands_for_nothing(name: str, target_of: dict[str, str], chosen: dict[str, Correction], voided: set[str]) -> bool:
    """Whether somewhere up the chain of what it replaces something was taken back or replaced by another event."""
    seen: set[str] = set()
    while name in target_of and name not in seen:
        seen.add(name)
        target = target_of[name]
        if target in voided or chosen[target].external_id != name:
            return True
        name = target
    return False
