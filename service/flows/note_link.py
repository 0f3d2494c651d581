"""Noting that a link to somebody's statement was made or opened."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.audit import LINK_MADE, LINK_OPENED, AuditEntry
from service.domain.event import JsonValue
from service.domain.statement_link import StatementLink
from service.store.audit import add_new_audit

NOBODY_KNOWN = "a link"
"""Who opened a link: whoever had it."""


def note_link(session: Session, link: StatementLink, made_by: str | None, *, now: datetime) -> None:
    """Write down who made a link to whose statement, or with None that it was opened; the link itself is in no log."""
    detail: dict[str, JsonValue] = {"period": str(link.period), "version": link.version}
    detail["expires_at"] = link.expires_at.isoformat()
    what = LINK_MADE if made_by else LINK_OPENED
    add_new_audit(session, AuditEntry(now, made_by or NOBODY_KNOWN, what, link.person_id, detail))
