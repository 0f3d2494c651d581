"""Published plans: their versions, past, in force and to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from service.domain.confirmation import PlanNotPublishedError
from service.plans import Plan, plan_from_document
from service.store.plan_tables import plan_in_force, plan_version


@dataclass(frozen=True, slots=True)
class Version:
    """One published version; `document` is the canonical text that hashes to `plan_hash`."""

    plan_id: str
    version: str
    plan_hash: str
    starts_on: date
    ends_on: date | None
    published_at: datetime
    published_by: str
    without_notice_reason: str
    document: str

    def state(self, today: date) -> str:
        """Whether it is past, in force or next."""
        if self.starts_on > today:
            return "next"
        return "in_force" if self.ends_on is None or today <= self.ends_on else "past"


def published_plans(session: Session) -> list[Version]:
    """Every version of every plan, by plan and start."""
    return _versions(session, _query())


def published_versions(session: Session, plan_id: str) -> list[Version]:
    """Every version of a plan, in the order of time, or a `PlanNotPublishedError`."""
    found = _versions(session, _query().where(plan_in_force.c.plan_id == plan_id))
    if not found:
        raise PlanNotPublishedError(plan_id)
    return found


def plan_in_force_on(session: Session, plan_id: str, day: date) -> Plan:
    """The plan as it holds on a day, or a `PlanNotPublishedError`."""
    for item in published_versions(session, plan_id):
        if item.state(day) == "in_force":
            return plan_from_document(item.document)
    raise PlanNotPublishedError(plan_id)


def find_plan_on(session: Session, plan_id: str, day: date) -> Plan | None:
    """The plan as it holds on a day, or None."""
    try:
        return plan_in_force_on(session, plan_id, day)
    except PlanNotPublishedError:
        return None


def _query() -> Select[Any]:
    columns = plan_in_force.c
    return (
        select(
            columns.plan_id,
            plan_version.c.version,
            columns.hash,
            columns.starts_on,
            columns.ends_on,
            columns.published_at,
            columns.published_by,
            columns.without_notice_reason,
            plan_version.c.document,
        )
        .join(plan_version, plan_version.c.hash == columns.hash)
        .order_by(columns.plan_id, columns.starts_on)
    )


def _versions(session: Session, query: Select[Any]) -> list[Version]:
    return [Version(*row) for row in session.execute(query)]
