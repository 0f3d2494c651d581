"""Retiring a device: from then on its address opens nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.audit import DEVICE_RETIRED, AuditEntry
from service.domain.device import UnknownDeviceError
from service.store import devices
from service.store.audit import add_new_audit


def retire_device(session: Session, device_id: str, who: str, *, now: datetime) -> None:
    """Take a device out of use for ever; retiring it again changes nothing."""
    found = devices.find_device(session, device_id)
    if found is None:
        raise UnknownDeviceError(device_id)
    if found.retired_at is None:
        devices.mark_device_retired(session, device_id, now)
        add_new_audit(session, AuditEntry(now, who, DEVICE_RETIRED, device_id, {"name": found.name}))
