"""Noting that a link to somebody's statement was made, or opened."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.audit import LINK_MADE, LINK_OPENED, AuditEntry
from service.domain.event import JsonValue
from service.domain.statement_link import StatementLink
from service.store.audit import add_new_audit


def note_link(session: Session, who: str, link: StatementLink, *, now: datetime) -> None:
    """Write down who made a link to whose statement; the link itself is in no log."""
    detail: dict[str, JsonValue] = {"period": str(link.period), "version": link.version}
    detail["expires_at"] = link.expires_at.isoformat()
    add_new_audit(session, AuditEntry(now, who, LINK_MADE, link.person_id, detail))


def note_link_opened(session: Session, link: StatementLink, *, now: datetime) -> None:
    """Write down that a link was opened; by whom, nobody knows."""
    detail: dict[str, JsonValue] = {"period": str(link.period), "version": link.version}
    add_new_audit(session, AuditEntry(now, "a link", LINK_OPENED, link.person_id, detail))
