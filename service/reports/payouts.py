"""The payout report of a closed period: what finance pays to whom, for which months worked, by which rules."""

from __future__ import annotations

import json

from sqlalchemy.orm import Session

from service.domain.payout import PayoutReport, PeriodOpenError, payout_lines
from service.domain.period import Period
from service.plans.rule_books import rule_books
from service.store.payouts import list_payouts
from service.store.periods import find_closing, find_period
from service.store.plans import list_documents_of
from service.store.posted_lines import list_posted_lines


def payout_report(session: Session, period: Period) -> PayoutReport:
    """The payouts of a closed period with their lines, in a stable order.

    Raises `PeriodOpenError` and `BooksDifferError`.
    """
    row = find_period(session, period)
    closing = find_closing(session, period)
    if closing is None or not row.state.is_closed:
        raise PeriodOpenError(period)
    payouts, posted = list_payouts(session, row), list_posted_lines(session, period)
    books = rule_books(list_documents_of(session, {line.plan_hash for line in posted}))
    lines = payout_lines(payouts, posted, books)
    currency = json.loads(closing.document)["currency"]
    return PayoutReport(period, row.state, row.version, currency, closing.document_hash, tuple(payouts), tuple(lines))
