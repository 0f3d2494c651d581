"""How finance wants its files: the form of the payroll file, the accounts of the books, the company's own account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from service.domain.bank_account import BankAccount
from service.domain.payout import RuleBooks


class Encoding(StrEnum):
    """How a file is encoded."""

    UTF_8_BOM = "utf-8-bom"
    """With the mark by which spreadsheets know it."""
    UTF_8 = "utf-8"
    WINDOWS_1251 = "windows-1251"

    @property
    def codec(self) -> str:
        """What Python calls it."""
        return {Encoding.UTF_8_BOM: "utf-8-sig"}.get(self, self.value)

    @property
    def charset(self) -> str:
        """What HTTP calls it."""
        return "utf-8" if self is Encoding.UTF_8_BOM else self.value


class Separator(StrEnum):
    """What stands between cells."""

    COMMA = "comma"
    SEMICOLON = "semicolon"
    TAB = "tab"

    @property
    def character(self) -> str:
        """The character itself."""
        return {Separator.COMMA: ",", Separator.SEMICOLON: ";", Separator.TAB: "\t"}[self]


class DecimalMark(StrEnum):
    """What stands before the cents."""

    COMMA = "comma"
    POINT = "point"

    @property
    def character(self) -> str:
        """The character itself."""
        return "," if self is DecimalMark.COMMA else "."


class MonthForm(StrEnum):
    """How a month is written."""

    YEAR_FIRST = "yyyy-mm"
    MONTH_FIRST = "mm.yyyy"
    SLASHED = "mm/yyyy"
    BARE = "yyyymm"


class PayrollField(StrEnum):
    """What a column of the payroll file may hold."""

    NUMBER = "number"
    CODE = "code"
    MONTH = "month"
    AMOUNT = "amount"
    NAME = "name"
    PERSON = "person"
    PERIOD = "period"
    CURRENCY = "currency"
    ROLE = "role"
    TEAM = "team"
    LEGAL_ENTITY = "legal_entity"
    COST_CENTRE = "cost_centre"


NEEDED = (PayrollField.NUMBER, PayrollField.CODE, PayrollField.MONTH, PayrollField.AMOUNT)
"""By these payroll says what it paid, and so every file has them."""


@dataclass(frozen=True, slots=True)
class PayrollColumn:
    """A column of the payroll file and its heading."""

    field: PayrollField
    title: str


@dataclass(frozen=True, slots=True)
class PayrollFormat:
    """How the payroll file is written, and how the list that payroll returns is read."""

    encoding: Encoding
    separator: Separator
    decimal: DecimalMark
    month: MonthForm
    heading: bool
    columns: tuple[PayrollColumn, ...]


@dataclass(frozen=True, slots=True)
class JournalAccounts:
    """The accounts of the books on the other side of what rules cost."""

    payable: str
    held: str
    draw: str
    proposed: str
    paid: str
    deferred: str


class SepaVersion(StrEnum):
    """The published schema that a payment file follows."""

    V03 = "pain.001.001.03"
    V09 = "pain.001.001.09"


@dataclass(frozen=True, slots=True)
class Payer:
    """The company as the bank knows it."""

    name: str
    account: BankAccount
    version: SepaVersion


@dataclass(frozen=True, slots=True)
class PayoutSettings:
    """Everything finance has said about its files; `rules` are the books of rules whose plans say nothing.

    `payer` is None until the company's account is written down.
    """

    payroll: PayrollFormat
    rules: Mapping[str, RuleBooks]
    journal: JournalAccounts
    payer: Payer | None
