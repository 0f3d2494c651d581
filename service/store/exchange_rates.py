"""Exchange rates: rows are only ever added, each with its author, and the newest of a currency and day holds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.exchange_rate import ExchangeRate, Rates
from service.store.currency_tables import exchange_rate
from service.store.dialect import bulk_insert


def add_new_rates(session: Session, rates: Sequence[ExchangeRate]) -> None:
    """Add rates; from now on they hold, and what was converted before stays as it is."""
    rows = [
        {
            "currency": item.currency,
            "day": item.day,
            "holds_until": item.holds_until,
            "rate": f"{item.rate:f}",
            "set_at": item.set_at,
            "set_by": item.set_by,
        }
        for item in rates
    ]
    bulk_insert(session, exchange_rate, rows)


def list_rates(session: Session, currencies: Collection[str], first: date, last: date) -> list[ExchangeRate]:
    """Every rate ever set of these currencies that may hold on one of these days, in the order of setting."""
    columns = exchange_rate.c
    query = select(exchange_rate).where(
        columns.currency.in_(sorted(currencies)), columns.day <= last, columns.holds_until >= first
    )
    return [
        ExchangeRate(row.currency, row.day, Decimal(row.rate), row.set_at, row.set_by)
        for row in session.execute(query.order_by(columns.rate_id))
    ]


def find_set_rates(session: Session, currencies: Collection[str]) -> dict[tuple[str, date], Decimal]:
    """What holds of these currencies, by currency and day."""
    return {(item.currency, item.day): item.rate for item in list_rates(session, currencies, date.min, date.max)}


def find_rates(session: Session, wanted: Collection[tuple[str, date]]) -> Rates:
    """The rates that money in these currencies on these days may need."""
    if not wanted:
        return Rates()
    days = [day for _, day in wanted]
    return Rates(list_rates(session, {currency for currency, _ in wanted}, min(days), max(days)))
