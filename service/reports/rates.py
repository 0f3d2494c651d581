"""Exchange rates as they were set, with their authors and which of them hold."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.exchange_rate import ExchangeRate
from service.domain.period import Period
from service.store.exchange_rates import list_rates


def rate_documents(session: Session, currency: str, period: Period) -> list[dict[str, object]]:
    """The rates of a currency that money of a month may be converted with, by day and the oldest first."""
    history = list_rates(session, [currency], period.first_day, period.last_day)
    newest = {item.day: item for item in history}
    return [_document(item, holds=newest[item.day] is item) for item in sorted(history, key=lambda item: item.day)]


def _document(item: ExchangeRate, *, holds: bool) -> dict[str, object]:
    return {
        "currency": item.currency,
        "day": item.day,
        "rate": f"{item.rate:f}",
        "set_by": item.set_by,
        "set_at": item.set_at,
        "holds": holds,
    }
