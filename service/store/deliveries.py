"""Rows of deliveries: each request of a sender as it came."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from service.domain.delivery import Delivery, Trust
from service.store.tables import delivery


def add_new_deliveries(session: Session, new: Sequence[Delivery]) -> None:
    """Insert deliveries."""
    session.execute(insert(delivery), [asdict(one) for one in new])


def find_trusts(session: Session, delivery_ids: Collection[str]) -> dict[str, Trust]:
    """How surely each of these deliveries came from its sender."""
    columns = delivery.c
    rows = session.execute(
        select(columns.delivery_id, columns.trust).where(columns.delivery_id.in_(sorted(delivery_ids)))
    )
    return {row.delivery_id: Trust(row.trust) for row in rows}
