"""Assign targets: all rows or none; a month that began is scored again, a closed one leads to adjustments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from service.domain.audit import TARGET_ASSIGNED, AuditEntry
from service.domain.event import JsonValue
from service.domain.period import latest_begun
from service.domain.target import AssignedTarget, Key, Known, TargetRow, TargetsRefusedError, news, read_targets
from service.plans import plan_from_document
from service.store.audit import add_new_audits
from service.store.people import list_people_of, lock_people
from service.store.plans import list_documents
from service.store.session import follow_up
from service.store.stale import mark_stale
from service.store.targets import add_new_targets, list_targets


def assign_targets(session: Session, rows: Sequence[TargetRow], set_by: str, *, now: datetime) -> int:
    """Set targets in the name of their author, and return how many are new; the same again adds nothing."""
    lock_people(session)
    known_people = {person.person_id for person in list_people_of(session, {row.person_id for row in rows})}
    targets, problems = read_targets(rows, Known(known_people, _standards(session)), set_by, now=now)
    if problems:
        raise TargetsRefusedError(problems, len(rows))
    new = news(targets, _known(session, targets))
    before = _known(session, new)
    add_new_targets(session, new)
    add_new_audits(session, [AuditEntry(now, set_by, TARGET_ASSIGNED, *_said(target, before)) for target in new])
    begun = [(target.person_id, target.period) for target in new if target.period <= latest_begun(now)]
    mark_stale(session, begun, now)
    if begun:
        follow_up(session, "refresh")
    return len(new)


def _said(target: AssignedTarget, before: Mapping[Key, Decimal]) -> tuple[str, dict[str, JsonValue]]:
    """Whose target it is, and what it was before."""
    known = before.get((target.person_id, target.period, target.standard))
    detail: dict[str, JsonValue] = {
        "period": str(target.period),
        "standard": target.standard,
        "before": None if known is None else str(known),
        "target": str(target.amount),
    }
    return target.person_id, detail


def _standards(session: Session) -> set[str]:
    return {name for document in list_documents(session).values() for name in plan_from_document(document).standards}


def _known(session: Session, targets: Sequence[AssignedTarget]) -> dict[Key, Decimal]:
    person_ids = {target.person_id for target in targets}
    return {
        (person_id, period, standard): amount
        for period in sorted({target.period for target in targets})
        for (person_id, standard), amount in list_targets(session, period, person_ids).items()
    }
