"""Payouts and their lines for tests, and a form of the payroll file."""

from __future__ import annotations

from service.domain.payout import Payout, PayoutLine, RuleBooks
from service.domain.payout_settings import (
    DecimalMark,
    Encoding,
    MonthForm,
    PayrollColumn,
    PayrollField,
    PayrollFormat,
    Separator,
)
from service.domain.period import Period

JULY, AUGUST = Period(2026, 7), Period(2026, 8)

TITLES = {
    PayrollField.NUMBER: "Номер",
    PayrollField.NAME: "Име",
    PayrollField.CODE: "Код",
    PayrollField.MONTH: "Месец",
    PayrollField.AMOUNT: "Бруто",
}

FORM = PayrollFormat(
    Encoding.WINDOWS_1251,
    Separator.SEMICOLON,
    DecimalMark.COMMA,
    MonthForm.MONTH_FIRST,
    heading=True,
    columns=tuple(PayrollColumn(field, title) for field, title in TITLES.items()),
)


def a_payout(person_id: str, month: Period = AUGUST, **changes: object) -> Payout:
    """What somebody employed is paid; the number is made of the first letter of the id."""
    plain: dict[str, object] = {
        "person_id": person_id, "name": person_id.title(), "role": "closer", "team": "north",
        "personnel_number": f"00{ord(person_id[0])}", "legal_entity": "", "cost_centre": "sales",
        "pay_channel": "payroll", "month_worked": month, "amount_minor": 0,
    }  # fmt: skip
    return Payout(**(plain | changes))  # type: ignore[arg-type]  # a builder takes any field by name


def a_line(payout: Payout, amount_minor: int, code: str = "220", rule: str = "pay") -> PayoutLine:
    """What a rule gives to a payout."""
    return PayoutLine(payout, rule, "Pay", "", RuleBooks(code, "604"), amount_minor)
