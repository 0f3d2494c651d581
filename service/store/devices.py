"""Rows of devices."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from service.domain.device import Device
from service.store.device_tables import device


def add_new_device(session: Session, new: Device) -> None:
    """Insert a device."""
    session.execute(insert(device).values(asdict(new)))


def find_device(session: Session, device_id: str) -> Device | None:
    """The device of this id, retired or not."""
    row = session.execute(select(device).where(device.c.device_id == device_id)).one_or_none()
    return Device(**row._asdict()) if row else None


def find_device_by_token(session: Session, token_hash: str) -> Device | None:
    """The device in use whose token has this hash."""
    held = (device.c.token_hash == token_hash) & device.c.retired_at.is_(None)
    row = session.execute(select(device).where(held)).one_or_none()
    return Device(**row._asdict()) if row else None


def list_devices(session: Session) -> list[Device]:
    """All devices, the oldest first."""
    rows = session.execute(select(device).order_by(device.c.created_at, device.c.device_id))
    return [Device(**row._asdict()) for row in rows]


def mark_device_used(session: Session, device_id: str, now: datetime) -> None:
    """Write when a device last asked."""
    session.execute(update(device).where(device.c.device_id == device_id).values(last_used_at=now))


def mark_device_retired(session: Session, device_id: str, now: datetime) -> None:
    """Take a device out of use for ever; the first time counts."""
    used = (device.c.device_id == device_id) & device.c.retired_at.is_(None)
    session.execute(update(device).where(used).values(retired_at=now))
