"""The file of payout settings: YAML text to checked settings, all mistakes at once with their places."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from service.config import ROOT
from service.domain.bank_account import InvalidAccountNumberError, bank_account
from service.domain.errors import InvalidError, Problem
from service.domain.payout import RuleBooks
from service.domain.payout_settings import (
    NEEDED,
    DecimalMark,
    Encoding,
    JournalAccounts,
    MonthForm,
    Payer,
    PayoutSettings,
    PayrollColumn,
    PayrollField,
    PayrollFormat,
    Separator,
    SepaVersion,
)
from service.plans.finding import Finding, Findings, in_order
from service.plans.form import Form
from service.plans.read import MapNode, Node, Scalar, read

SCHEMA = "payouts/1"

PLACE = Path("finance") / "payouts.yaml"
"""Where the file lies in a folder of rules."""

MAX_CODE = 64
"""Characters of a pay code or an account."""

_Choice = TypeVar("_Choice", bound=StrEnum)


class PayoutSettingsRefusedError(InvalidError):
    """Payout settings with mistakes were to be used."""

    code = "payout_settings_refused"

    def __init__(self, findings: Iterable[Finding]) -> None:
        found = tuple(findings)
        problems = tuple(Problem(item.code, item.message, str(item.place)) for item in found)
        listed = "\n".join(str(item) for item in found)
        super().__init__(f"The payout settings cannot be used before this is corrected:\n{listed}", problems)


def payout_settings(rules: Path) -> PayoutSettings:
    """The settings in a folder of rules or, where it has none, as they were shipped.

    Raises `PayoutSettingsRefusedError`, which names every mistake.
    """
    own = rules / PLACE
    return settings_of((own if own.exists() else ROOT / "rules" / PLACE).read_text("utf-8"))


@lru_cache(maxsize=8)
def settings_of(text: str) -> PayoutSettings:
    """The same from a text."""
    findings = Findings()
    form = Form(read(text, PLACE.name, findings), findings, "the file")
    form.choice("schema", (SCHEMA,), required=True)
    form.text("note")
    settings = PayoutSettings(_payroll(form), _rules(form), _journal(form), _payer(form))
    form.done()
    if findings.items:
        raise PayoutSettingsRefusedError(in_order(findings.items))
    return settings


def _section(form: Form, name: str) -> Form:
    return form.inner(name, required=True) or Form(MapNode(form.node.place), Findings(), f"`{name}`")


def _one_of(form: Form, name: str, choices: type[_Choice]) -> _Choice:
    options = [choice.value for choice in choices]
    return choices(form.choice(name, options, options[0], required=True))


def _payroll(form: Form) -> PayrollFormat:
    inner = _section(form, "payroll")
    found = PayrollFormat(
        encoding=_one_of(inner, "encoding", Encoding),
        separator=_one_of(inner, "separator", Separator),
        decimal=_one_of(inner, "decimal", DecimalMark),
        month=_one_of(inner, "month", MonthForm),
        heading=inner.flag("heading"),
        columns=_columns(inner),
    )
    if found.separator.character == found.decimal.character:
        inner.wrong("decimal", "A comma cannot stand between cells and before the cents too.", "Take semicolon or tab.")
    for column in found.columns:
        if not _is_encodable(column.title, found.encoding):
            inner.wrong("columns", f"{found.encoding} cannot write the heading `{column.title[:40]}`.")
    inner.done()
    return found


def _is_encodable(text: str, encoding: Encoding) -> bool:
    try:
        text.encode(encoding.codec)
    except UnicodeEncodeError:
        return False
    return True


def _columns(form: Form) -> tuple[PayrollColumn, ...]:
    found: list[PayrollColumn] = []
    for item in form.forms("columns", "a column", required=True):
        field = _one_of(item, "field", PayrollField)
        title = item.text("title", required=True)
        item.done()
        if field in {column.field for column in found}:
            item.wrong("field", f"There are two columns of `{field.value}`.", "Take one out.")
        if title in {column.title for column in found}:
            item.wrong("title", f"Two columns are headed `{title[:40]}`.", "A returned list is read by its headings.")
        found.append(PayrollColumn(field, title))
    missing = [field.value for field in NEEDED if field not in {column.field for column in found}]
    if found and missing:
        form.wrong("columns", f"The file has no column of {', '.join(missing)}, by which payroll says what it paid.")
    return tuple(found)


def _rules(form: Form) -> dict[str, RuleBooks]:
    return {name: _books(form, name, node) for name, node in form.entries("rules")}


def _books(form: Form, name: str, node: Node) -> RuleBooks:
    if not isinstance(node, MapNode):
        form.findings.add("E-SHAPE", node.place, f"`{name[:40]}` is a map with `pay_code` and `account`.")
        return RuleBooks()
    inner = Form(node, form.findings, f"rule `{name[:40]}`")
    books = RuleBooks(_code(inner, "pay_code"), _code(inner, "account"))
    inner.done()
    return books


def _journal(form: Form) -> JournalAccounts:
    inner = _section(form, "journal")
    accounts = JournalAccounts(
        payable=_code(inner, "payable", required=True),
        held=_code(inner, "held", required=True),
        draw=_code(inner, "draw", required=True),
        proposed=_code(inner, "proposed", required=True),
        paid=_code(inner, "paid", required=True),
        deferred=_code(inner, "deferred", required=True),
    )
    inner.done()
    return accounts


def _code(form: Form, name: str, *, required: bool = False) -> str:
    text = form.text(name, required=required)
    written = form.node.entries.get(name)
    if isinstance(written, Scalar) and not written.quoted and not isinstance(written.value, str):
        # 0220 would lose its zero, and 604.30 its last one.
        form.wrong(name, f"`{name}` of {form.what} is a text.", f'Write "{text[:40]}" in quotes.')
    if len(text) > MAX_CODE:
        form.wrong(name, f"`{name}` of {form.what} is longer than {MAX_CODE} characters.")
    return text


def _payer(form: Form) -> Payer | None:
    inner = form.inner("sepa")
    if inner is None:
        return None
    name, iban, bic = inner.text("name", required=True), inner.text("iban", required=True), inner.text("bic")
    version = _one_of(inner, "version", SepaVersion)
    inner.done()
    try:
        return Payer(name, bank_account(iban, bic), version)
    except InvalidAccountNumberError as error:
        inner.wrong("iban", error.detail)
        return None
