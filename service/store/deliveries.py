"""Rows of deliveries: each request of a sender as it came."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import insert
from sqlalchemy.orm import Session

from service.domain.delivery import Delivery
from service.store.tables import delivery


def add_new_delivery(session: Session, new: Delivery) -> None:
    """Insert a delivery."""
    session.execute(insert(delivery).values(asdict(new)))
