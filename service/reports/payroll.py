"""What an approved month pays by payroll: the file, and the dues behind it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.due import Due, dues, with_books
from service.domain.payout import NotForPaymentError, PayoutLine, PayoutReport
from service.domain.payout_settings import PayoutSettings
from service.domain.payroll_file import PayrollRefusedError, payroll_file, payroll_problems
from service.domain.period import Period, PeriodState
from service.reports.payouts import payout_report


def approved_report(session: Session, period: Period) -> PayoutReport:
    """The payouts of a month by which money may move; raises `NotForPaymentError` before it is approved."""
    report = payout_report(session, period)
    if report.state not in {PeriodState.APPROVED, PeriodState.PAID}:
        raise NotForPaymentError(period, report.state)
    return report


def payroll_of_month(session: Session, period: Period, settings: PayoutSettings) -> bytes:
    """The payroll file of an approved month; raises `PayrollRefusedError` with everybody and everything missing."""
    report = approved_report(session, period)
    lines: list[PayoutLine] = with_books(report.lines, settings.rules)
    problems = payroll_problems(lines)
    if problems:
        raise PayrollRefusedError(period, problems)
    owed: list[Due] = dues(lines)
    return payroll_file(report, owed, settings.payroll)
