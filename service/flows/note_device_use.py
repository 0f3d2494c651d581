"""Noting that a device asked for its board."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.store.devices import mark_device_used


def note_device_use(session: Session, device_id: str, *, now: datetime) -> None:
    """Write when a device was last used."""
    mark_device_used(session, device_id, now)
