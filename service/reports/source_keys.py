"""The keys with which sources sign, without their secrets."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.source_key import SourceKey
from service.store.source_keys import list_source_keys


def source_keys(session: Session, source_id: str) -> list[SourceKey]:
    """All keys of a source, the oldest first, retired ones too."""
    return list_source_keys(session, source_id)


def source_key_document(key: SourceKey) -> dict[str, object]:
    """A key as JSON."""
    return {
        "key_id": key.key_id,
        "source": key.source_id,
        "state": key.state,
        "created_at": _text(key.created_at),
        "activated_at": _text(key.activated_at),
        "last_used_at": _text(key.last_used_at),
        "retired_at": _text(key.retired_at),
    }


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
