"""What holds for the whole company: its time zone and so its present day."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from service.plans import vocabulary_from_document
from service.store.vocabulary import get_vocabulary

DEFAULT_TIMEZONE = "Europe/Sofia"
"""Where the company is until its vocabulary, published with the first plan, says otherwise."""


def company_timezone(session: Session, now: datetime) -> str:
    """The name of the company's time zone."""
    document = get_vocabulary(session, now.date())
    return vocabulary_from_document(document).metrics.timezone if document else DEFAULT_TIMEZONE


def company_today(session: Session, now: datetime) -> date:
    """The company's present day."""
    return now.astimezone(ZoneInfo(company_timezone(session, now))).date()
