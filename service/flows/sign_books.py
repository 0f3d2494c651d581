"""Begin the chain of the books with the documents that are older than it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.audit import BOOKS_SIGNED, AuditEntry
from service.domain.chain import Link
from service.domain.event import JsonValue
from service.store.audit import add_new_audit
from service.store.chain import adopt


def sign_books(session: Session, by: str, *, now: datetime) -> list[Link]:
    """Sign every document as it stands; `NoSigningKeyError` or, once the chain has begun, `ChainBegunError`."""
    links = adopt(session, now)
    if links:
        detail: dict[str, JsonValue] = {"documents": len(links), "hash": links[-1].hash}
        add_new_audit(session, AuditEntry(now, by, BOOKS_SIGNED, "the books", detail))
    return links
