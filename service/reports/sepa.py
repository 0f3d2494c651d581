"""The payment file of an approved month for those who send an invoice, checked against the published schema."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sepaxml.validation import try_valid_xml
from sqlalchemy.orm import Session

from service.domain.bank_account import BankAccount
from service.domain.credit_transfer import CURRENCY, PaymentOrder, Transfer, payment_xml
from service.domain.due import Due
from service.domain.errors import BusinessConflictError, Problem
from service.domain.money import format_minor
from service.domain.payout import PayoutReport
from service.domain.payout_settings import Payer, PayoutSettings
from service.domain.period import Period
from service.domain.person import PayChannel
from service.reports.payroll import approved_report, open_dues
from service.store.approvals import list_approvals
from service.store.bank_accounts import open_accounts
from service.store.vault import Vault


class PaymentFileRefusedError(BusinessConflictError):
    """A payment file that would be wrong, or would pay an employee; nothing was written."""

    code = "payment_file_refused"

    def __init__(self, period: Period, problems: Sequence[Problem]) -> None:
        super().__init__(f"No payment file of {period} is written before this is corrected.", tuple(problems))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be paid on which day: everybody who sends an invoice, or these people alone."""

    execute_on: date
    person_ids: Collection[str] = ()


def payment_file(session: Session, period: Period, asked: Asked, settings: PayoutSettings, vault: Vault) -> bytes:
    """What is open of an approved month for its invoices, one transfer for each person.

    Raises `NotForPaymentError`, `PaymentFileRefusedError` with every reason, or what the vault raises.
    """
    report = approved_report(session, period)
    owed = [item.due for item in open_dues(session, period, settings)]
    invoices = [due for due in owed if due.payout.pay_channel == PayChannel.INVOICE.value]
    chosen = [due for due in invoices if not asked.person_ids or due.payout.person_id in asked.person_ids]
    sums = _sums(chosen)
    accounts = open_accounts(session, sums, vault)
    problems = [
        *_general(report.currency, settings.payer, invoices),
        *_employees(asked, report),
        *_missing(sums, accounts),
    ]
    if problems or settings.payer is None:
        raise PaymentFileRefusedError(period, problems)
    approvals = list_approvals(session, period, report.version)
    order = PaymentOrder(
        settings.payer, period, approvals[-1].approved_at, asked.execute_on, _transfers(chosen, sums, accounts)
    )
    made = payment_xml(order)
    try_valid_xml(made, order.payer.version.value)
    return made


def _sums(chosen: Sequence[Due]) -> dict[str, int]:
    """What each person is paid: an invoice has one amount, whatever months it is for."""
    sums: dict[str, int] = {}
    for due in chosen:
        sums[due.payout.person_id] = sums.get(due.payout.person_id, 0) + due.amount_minor
    return {person_id: amount for person_id, amount in sums.items() if amount}


def _transfers(chosen: Sequence[Due], sums: Mapping[str, int], accounts: Mapping[str, BankAccount]) -> list[Transfer]:
    own = {person_id: [due.payout for due in chosen if due.payout.person_id == person_id] for person_id in sums}
    return [
        Transfer(
            person_id,
            own[person_id][0].name,
            accounts[person_id],
            amount_minor,
            tuple(payout.month_worked for payout in own[person_id]),
        )
        for person_id, amount_minor in sums.items()
    ]


def _general(currency: str, payer: Payer | None, invoices: Sequence[Due]) -> Iterator[Problem]:
    if payer is None:
        detail = "The company's own account is not written down: `sepa` of payouts.yaml with name, iban and version."
        yield Problem("payer_missing", detail, "/sepa")
    if currency != CURRENCY:
        yield Problem("wrong_currency", f"SEPA pays in {CURRENCY}; this month is in {currency}.", "/currency")
    if not invoices:
        detail = "Nothing is open of anybody who sends an invoice; employees are paid by the payroll file alone."
        yield Problem("nobody_by_invoice", detail)


def _employees(asked: Asked, report: PayoutReport) -> Iterator[Problem]:
    """Whoever was asked for and sends no invoice."""
    channels = {payout.person_id: payout.pay_channel for payout in report.payouts}
    for person_id in sorted(set(asked.person_ids)):
        if channels.get(person_id) != PayChannel.INVOICE.value:
            detail = f"{person_id} sends no invoice; this file is for invoices alone: payroll pays employees."
            yield Problem("not_by_invoice", detail, f"/people/{person_id}")


def _missing(sums: Mapping[str, int], accounts: Mapping[str, BankAccount]) -> Iterator[Problem]:
    for person_id, amount_minor in sums.items():
        if amount_minor < 0:
            detail = f"{person_id} would be paid {format_minor(amount_minor)}; settle that with the next invoice."
            yield Problem("negative", detail, f"/people/{person_id}")
        elif person_id not in accounts:
            detail = f"No bank account of {person_id} is kept: PUT /v1/people/{person_id}/bank-account."
            yield Problem("account_missing", detail, f"/people/{person_id}")
