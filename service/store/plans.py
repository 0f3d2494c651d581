"""Plan versions: immutable documents under their content hash, and from when to when each was in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from service.store.dialect import insert_new
from service.store.plan_tables import plan_in_force, plan_paper, plan_version


@dataclass(frozen=True, slots=True)
class PlanInForce:
    """Which version of a plan holds from a day on (and to a day, both included)."""

    plan_id: str
    starts_on: date
    ends_on: date | None
    plan_hash: str

    def covers(self, day: date) -> bool:
        """Whether it holds on that day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True)
class PublishedPlan:
    """A version as it is to be stored: `document` is canonical and hashes to `plan_hash`."""

    plan_id: str
    version: str
    plan_hash: str
    document: str
    starts_on: date
    ends_on: date | None
    published_by: str
    without_notice_reason: str


def add_new_version(session: Session, plan: PublishedPlan, now: datetime) -> None:
    """Store the document once and put it in force, ending the version before it the day before."""
    version = {
        "hash": plan.plan_hash,
        "plan_id": plan.plan_id,
        "version": plan.version,
        "document": plan.document,
        "published_at": now,
    }
    insert_new(session, plan_version, [version], ("hash",), ("hash",))
    in_force = plan_in_force.c
    session.execute(
        update(plan_in_force)
        .where(in_force.plan_id == plan.plan_id, in_force.starts_on < plan.starts_on)
        .where((in_force.ends_on.is_(None)) | (in_force.ends_on >= plan.starts_on))
        .values(ends_on=plan.starts_on - timedelta(days=1))
    )
    # A version that never held a day (published again for the same start) is replaced; its document stays.
    session.execute(delete(plan_in_force).where(in_force.plan_id == plan.plan_id, in_force.starts_on == plan.starts_on))
    session.execute(
        insert(plan_in_force).values(
            plan_id=plan.plan_id,
            starts_on=plan.starts_on,
            ends_on=plan.ends_on,
            hash=plan.plan_hash,
            published_at=now,
            published_by=plan.published_by,
            without_notice_reason=plan.without_notice_reason,
        )
    )


def list_in_force(session: Session, plan_ids: Iterable[str], first_day: date, last_day: date) -> list[PlanInForce]:
    """The versions of these plans that hold on some day of the span, by plan and start."""
    columns = plan_in_force.c
    rows = session.execute(
        select(columns.plan_id, columns.starts_on, columns.ends_on, columns.hash)
        .where(columns.plan_id.in_(sorted(plan_ids)), columns.starts_on <= last_day)
        .where((columns.ends_on.is_(None)) | (columns.ends_on >= first_day))
        .order_by(columns.plan_id, columns.starts_on)
    )
    return [PlanInForce(row.plan_id, row.starts_on, row.ends_on, row.hash) for row in rows]


def list_versions(session: Session, plan_id: str) -> list[PlanInForce]:
    """Every version of a plan that holds or held, in the order of time."""
    columns = plan_in_force.c
    rows = session.execute(
        select(columns.plan_id, columns.starts_on, columns.ends_on, columns.hash)
        .where(columns.plan_id == plan_id)
        .order_by(columns.starts_on)
    )
    return [PlanInForce(row.plan_id, row.starts_on, row.ends_on, row.hash) for row in rows]


def list_documents(session: Session) -> dict[str, str]:
    """The canonical documents of every published version, by hash."""
    rows = session.execute(select(plan_version.c.hash, plan_version.c.document).order_by(plan_version.c.hash))
    return {row.hash: row.document for row in rows}


def list_documents_of(session: Session, plan_hashes: Iterable[str]) -> dict[str, str]:
    """The canonical documents of these versions, by hash."""
    columns = plan_version.c
    rows = session.execute(select(columns.hash, columns.document).where(columns.hash.in_(sorted(plan_hashes))))
    return {row.hash: row.document for row in rows}


def version_on(versions: Iterable[PlanInForce], plan_id: str, day: date) -> PlanInForce | None:
    """The version of a plan that holds on a day, among these."""
    return next((item for item in versions if item.plan_id == plan_id and item.covers(day)), None)


def add_new_papers(session: Session, plan_hash: str, papers: Mapping[str, str]) -> None:
    """Keep what people are shown of a version, by language; what they were shown first stays."""
    rows = [{"hash": plan_hash, "language": language, "html": html} for language, html in sorted(papers.items())]
    insert_new(session, plan_paper, rows, ("hash", "language"), ("hash",))


def list_papers(session: Session, plan_hashes: Iterable[str], language: str) -> dict[str, str]:
    """What people are shown of these versions in a language, by hash."""
    columns = plan_paper.c
    rows = session.execute(
        select(columns.hash, columns.html).where(columns.hash.in_(sorted(plan_hashes)), columns.language == language)
    )
    return {row.hash: row.html for row in rows}


def list_labels(session: Session, plan_hashes: Iterable[str]) -> dict[str, str]:
    """What the authors call these versions, by hash."""
    columns = plan_version.c
    rows = session.execute(select(columns.hash, columns.version).where(columns.hash.in_(sorted(plan_hashes))))
    return {row.hash: row.version for row in rows}


def get_document(session: Session, plan_hash: str) -> str:
    """The canonical document of a version; only hashes read from the database are asked for."""
    text = session.execute(select(plan_version.c.document).where(plan_version.c.hash == plan_hash)).scalar_one()
    return str(text)
