"""What an approved month pays: the payroll file, and what no returned list has settled yet."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.domain.approval import paid_by_documents
from service.domain.due import Due, dues, employed, with_books
from service.domain.event import JsonValue
from service.domain.money import format_minor
from service.domain.payout import NotForPaymentError, PayoutReport
from service.domain.payout_settings import PayoutSettings
from service.domain.payroll_file import PayrollRefusedError, payroll_file, payroll_problems
from service.domain.period import Period, PeriodState
from service.reports.payouts import payout_report
from service.store.approvals import list_payments


def approved_report(session: Session, period: Period) -> PayoutReport:
    """The payouts of a month by which money may move; raises `NotForPaymentError` before it is approved."""
    report = payout_report(session, period)
    if report.state not in {PeriodState.APPROVED, PeriodState.PAID}:
        raise NotForPaymentError(period, report.state)
    return report


def payroll_of_month(session: Session, period: Period, settings: PayoutSettings) -> bytes:
    """The payroll file of an approved month; raises `PayrollRefusedError` with everybody and everything missing."""
    report = approved_report(session, period)
    lines = with_books(report.lines, settings.rules)
    problems = payroll_problems(lines)
    if problems:
        raise PayrollRefusedError(period, problems)
    return payroll_file(report, employed(dues(lines)), settings.payroll)


@dataclass(frozen=True, slots=True)
class OpenDue:
    """What no list has settled yet, and what the last list said of it: nothing if it is None."""

    due: Due
    difference: JsonValue


def open_dues(session: Session, period: Period, settings: PayoutSettings) -> list[OpenDue]:
    """What is not paid yet of an approved month, whoever pays it."""
    return _open(session, approved_report(session, period), settings)


def open_file(session: Session, period: Period, settings: PayoutSettings) -> bytes:
    """What is not paid yet in the form of the payroll file, for who notes by hand what was paid."""
    report = approved_report(session, period)
    return payroll_file(report, [item.due for item in _open(session, report, settings)], settings.payroll)


def _open(session: Session, report: PayoutReport, settings: PayoutSettings) -> list[OpenDue]:
    documents = [payment.document for payment in list_payments(session, report.period)]
    if report.state is PeriodState.PAID:
        return []
    paid, last = paid_by_documents(documents), json.loads(documents[-1])["differences"] if documents else []
    said = {(item["person"], item["month"], item["code"]): item for item in last}
    owed = [due for due in dues(with_books(report.lines, settings.rules)) if due.key not in paid]
    return [OpenDue(due, said.get((due.payout.person_id, str(due.payout.month_worked), due.code))) for due in owed]


def open_document(found: Sequence[OpenDue]) -> list[dict[str, JsonValue]]:
    """What is not paid yet as JSON."""
    return [
        {
            "person": item.due.payout.person_id,
            "number": item.due.number,
            "code": item.due.code,
            "month": str(item.due.payout.month_worked),
            "amount": format_minor(item.due.amount_minor),
            "difference": item.difference,
        }
        for item in found
    ]
