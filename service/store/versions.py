"""Rows of the versions that hold, for sources whose events carry versions."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.version import Held
from service.store.dialect import hold_alone, listed, upsert_replace
from service.store.intake_tables import event_version


def lock_versions(session: Session, source_id: str) -> None:
    """Until the end of the transaction nobody else settles versions of this source."""
    hold_alone(session, f"versions of {source_id}")


def find_versions(session: Session, source_id: str, external_ids: Collection[str]) -> dict[str, Held]:
    """The versions that hold of these objects."""
    columns = event_version.c
    names = listed(session, [columns.external_id], [(name,) for name in sorted(external_ids)])
    rows = session.execute(
        select(columns.external_id, columns.version, columns.content_hash, columns.latest_id)
        .join_from(names, event_version, columns.external_id == names.c.external_id)
        .where(columns.source_id == source_id)
    )
    return {row.external_id: Held(row.version, row.content_hash, row.latest_id) for row in rows}


def replace_versions(session: Session, source_id: str, held: Mapping[str, Held]) -> None:
    """Keep which versions hold now."""
    rows = [
        {
            "source_id": source_id,
            "external_id": name,
            "version": found.version,
            "content_hash": found.content_hash,
            "latest_id": found.latest_id,
        }
        for name, found in sorted(held.items())
    ]
    upsert_replace(session, event_version, rows, ("source_id", "external_id"))
