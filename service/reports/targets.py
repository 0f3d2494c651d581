"""Assigned targets of a month, with their authors and which of them hold."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.domain.period import Period
from service.domain.target import AssignedTarget
from service.store.targets import list_target_history


@dataclass(frozen=True, slots=True)
class TargetOf:
    """A target as it was set, and whether it still holds."""

    target: AssignedTarget
    holds: bool


def targets_of(session: Session, period: Period) -> list[TargetOf]:
    """Every target set for a month, by person and standard, the oldest first."""
    history = list_target_history(session, period)
    newest = {target.key: target for target in history}
    found = [TargetOf(target, newest[target.key] is target) for target in history]
    return sorted(found, key=lambda item: item.target.key)


def target_document(found: TargetOf) -> dict[str, object]:
    """A target for JSON and lists; the amount as it was written."""
    target = found.target
    return {
        "person_id": target.person_id,
        "period": str(target.period),
        "standard": target.standard,
        "amount": f"{target.amount:f}",
        "set_by": target.set_by,
        "set_at": target.set_at,
        "holds": found.holds,
    }
