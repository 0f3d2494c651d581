"""Conversions: the money of events in the company's currency, made when the rate is known and kept for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.admission import foreign_money, with_company_money
from service.domain.conversion import conversion_document
from service.domain.counting import Measures, RecordedEvent
from service.domain.event import canonical_json
from service.domain.exchange_rate import Rates
from service.store.currency_tables import event_conversion
from service.store.dialect import bulk_insert
from service.store.exchange_rates import find_rates


def add_new_conversions(
    session: Session, events: Sequence[RecordedEvent], measures: Measures, now: datetime
) -> tuple[list[RecordedEvent], Rates]:
    """Convert the money of events that has a rate, and keep how; all of the events, and the rates that were looked at.

    The events must not be converted yet, and nobody else may convert them at the same time.
    """
    wanted = {(item.currency, one.day) for one in events for item in foreign_money(one, measures)}
    rates = find_rates(session, wanted)
    converted = [with_company_money(one, measures, rates) for one in events] if wanted else list(events)
    rows = [
        {
            "event_id": new.event_id,
            "document": canonical_json(conversion_document(new.conversion)),
            "converted_at": now,
        }
        for new, old in zip(converted, events, strict=True)
        if new.conversion is not None and new is not old
    ]
    bulk_insert(session, event_conversion, rows)
    return converted, rates
