"""Rows of deliveries: each request of a sender as it came."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.delivery import Delivery, Trust
from service.store.dialect import bulk_insert
from service.store.tables import delivery

_COLUMNS = tuple(field.name for field in fields(Delivery))


def add_new_deliveries(session: Session, new: Sequence[Delivery]) -> None:
    """Insert deliveries."""
    bulk_insert(session, delivery, [{name: getattr(one, name) for name in _COLUMNS} for one in new])


def find_trusts(session: Session, delivery_ids: Collection[str]) -> dict[str, Trust]:
    """How surely each of these deliveries came from its sender."""
    columns = delivery.c
    rows = session.execute(
        select(columns.delivery_id, columns.trust).where(columns.delivery_id.in_(sorted(delivery_ids)))
    )
    return {row.delivery_id: Trust(row.trust) for row in rows}
