"""Rows of deliveries: each request of a sender as it came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import insert
from sqlalchemy.orm import Session

from service.domain.delivery import Delivery
from service.store.tables import delivery


def add_new_deliveries(session: Session, new: Sequence[Delivery]) -> None:
    """Insert deliveries."""
    session.execute(insert(delivery), [asdict(one) for one in new])
