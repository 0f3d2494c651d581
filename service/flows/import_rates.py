"""Import exchange rates: all rows or none; money that waited for one of them is converted and counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.admission import currency_of
from service.domain.audit import RATES_IMPORTED, AuditEntry
from service.domain.event import JsonValue
from service.domain.exchange_rate import RateRow, RatesRefusedError, read_rates
from service.plans.words import words_of
from service.store.audit import add_new_audits
from service.store.exchange_rates import add_new_rates, find_set_rates
from service.store.session import follow_up
from service.store.vocabulary import list_vocabularies


def import_rates(session: Session, rows: Sequence[RateRow], set_by: str, *, now: datetime) -> int:
    """Set rates in the name of their author, and return how many are new; the same again adds nothing."""
    words = words_of((version.starts_on, version.document) for version in list_vocabularies(session))
    home = currency_of(words.measures, words.measures.day_of(now))
    rates, problems = read_rates(rows, home, set_by, now=now)
    if problems:
        raise RatesRefusedError(problems, len(rows))
    before = find_set_rates(session, {item.currency for item in rates})
    new = [item for item in rates if before.get((item.currency, item.day)) != item.rate]
    add_new_rates(session, new)
    if new:
        days = sorted(item.day for item in new)
        subject = ", ".join(sorted({item.currency for item in new}))
        span: dict[str, JsonValue] = {"rates": len(new), "from": days[0].isoformat(), "to": days[-1].isoformat()}
        add_new_audits(session, [AuditEntry(now, set_by, RATES_IMPORTED, subject, span)])
        follow_up(session, "replay")
    return len(new)
