"""Rows of mappings: what turns the messages of a source into our events, the latest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from service.store.object_tables import source_mapping


@dataclass(frozen=True, slots=True)
class KeptMapping:
    """A mapping as it is kept: the company's own file (perhaps empty) over the one that was shipped when it came."""

    source_id: str
    mapped_at: datetime
    hash: str
    own: str
    shipped: str
    mapped_by: str


def add_new_mapping(session: Session, new: KeptMapping) -> None:
    """Insert a mapping, which holds from now on."""
    session.execute(
        insert(source_mapping).values(
            source_id=new.source_id,
            mapped_at=new.mapped_at,
            hash=new.hash,
            own=new.own,
            shipped=new.shipped,
            mapped_by=new.mapped_by,
        )
    )


def list_mappings(session: Session, source_id: str) -> list[KeptMapping]:
    """Every mapping a source ever had, the latest first."""
    columns = source_mapping.c
    query = select(source_mapping).where(columns.source_id == source_id).order_by(columns.mapped_at.desc())
    return [KeptMapping(**row._asdict()) for row in session.execute(query)]


def find_mapping(session: Session, source_id: str) -> KeptMapping | None:
    """The mapping that holds."""
    columns = source_mapping.c
    query = select(source_mapping).where(columns.source_id == source_id).order_by(columns.mapped_at.desc()).limit(1)
    row = session.execute(query).one_or_none()
    return KeptMapping(**row._asdict()) if row else None
