"""The tables of currencies: the company's exchange rates, and what money of events was converted."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, String, Table, Text

from service.store.columns import METADATA, UtcDateTime
from service.store.dialect import BigId

# What a unit of the company's money costs in another currency from a day on; of one day the latest row holds.
exchange_rate = Table(
    "exchange_rate",
    METADATA,
    Column("rate_id", BigId, primary_key=True),
    Column("currency", String(3), nullable=False),
    Column("day", Date, nullable=False),
    # The last day on which it may be used if no later one is known.
    Column("holds_until", Date, nullable=False),
    # Decimal text, as it was written.
    Column("rate", Text, nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
    Column("set_by", Text, nullable=False),
    Index("ix_exchange_rate_currency_day", "currency", "day"),
)

# The money of an event in the company's currency, with the rate that was used: made once, never again.
event_conversion = Table(
    "event_conversion",
    METADATA,
    Column("event_id", BigId, primary_key=True, autoincrement=False),
    # JSON: the company's currency, and each amount as sent with its rate and what it came to.
    Column("document", Text, nullable=False),
    Column("converted_at", UtcDateTime, nullable=False),
)
