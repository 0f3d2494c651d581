"""Whether the service can do its work now."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.store import schema


def schema_is_current(session: Session) -> bool:
    """Whether the database answers and has the tables of this version."""
    return schema.is_current(session)
