"""Adding a device that shows a board."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.audit import DEVICE_ADDED, AuditEntry
from service.domain.device import Device
from service.store.audit import add_new_audit
from service.store.devices import add_new_device


def add_device(session: Session, new: Device) -> None:
    """Keep a new device; whether its board exists was asked before."""
    add_new_device(session, new)
    detail = {"name": new.name, "board": new.board}
    add_new_audit(session, AuditEntry(new.created_at, new.created_by, DEVICE_ADDED, new.device_id, detail))
