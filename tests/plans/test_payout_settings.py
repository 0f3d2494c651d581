"""The file of payout settings is read whole or refused with every mistake and its place."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from service.domain.payout import RuleBooks
from service.domain.payout_settings import (
    NEEDED,
    DecimalMark,
    Encoding,
    JournalAccounts,
    MonthForm,
    PayrollColumn,
    PayrollField,
    PayrollFormat,
    Separator,
    SepaVersion,
)
from service.plans.payout_settings import PayoutSettingsRefusedError, payout_settings, settings_of
from tests.repository import ROOT

SHIPPED = (ROOT / "rules" / "finance" / "payouts.yaml").read_text(encoding="utf-8")
ACCOUNT = "sepa: {name: Example OOD, iban: BG80 BNBG 9661 1020 3456 78, bic: BNBGBGSD, version: pain.001.001.09}\n"


def refused(text: str) -> list[str]:
    with pytest.raises(PayoutSettingsRefusedError) as error:
        settings_of(text)
    assert len(error.value.problems) == len(error.value.detail.splitlines()) - 1
    return error.value.detail.splitlines()[1:]


def test_the_shipped_settings_hold_and_a_folder_without_a_file_has_them(tmp_path: Path) -> None:
    shipped = settings_of(SHIPPED)
    assert shipped.payroll.encoding is Encoding.UTF_8_BOM
    assert {column.field for column in shipped.payroll.columns} >= set(NEEDED)
    assert shipped.payer is None
    assert payout_settings(tmp_path) == shipped


def test_a_company_has_its_own_file(tmp_path: Path) -> None:
    (tmp_path / "finance").mkdir()
    decided = 'rules: {"reduction:set_off": {pay_code: "290", account: "604.9"}}'
    text = SHIPPED.replace("encoding: utf-8-bom", "encoding: windows-1251").replace("rules: {}", decided) + ACCOUNT
    (tmp_path / "finance" / "payouts.yaml").write_text(text, encoding="utf-8")
    own = payout_settings(tmp_path)
    assert own.rules == {"reduction:set_off": RuleBooks("290", "604.9")}
    assert own.payroll.encoding is Encoding.WINDOWS_1251
    assert own.payer is not None
    assert (own.payer.account.iban, own.payer.version) == ("BG80BNBG96611020345678", SepaVersion.V09)


@pytest.mark.parametrize(
    ("before", "after", "place", "told"),
    [
        ("decimal: comma", "decimal: coma", "8:12", 'comma, point; not `coma`. Did you mean "comma"?'),
        ("separator: semicolon", "separator: comma", "8:12", "between cells and before the cents too."),
        ("encoding: utf-8-bom", "encoding: latin1", "6:13", "utf-8-bom, utf-8, windows-1251; not `latin1`."),
        ("field: code", "field: name", "14:15", "There are two columns of `name`."),
        ("title: Код", "title: Име", "14:28", "Two columns are headed `Име`."),
        ("- {field: code, title: Код}", "", "12:5", "no column of code, by which payroll says what it paid."),
        ('paid: "503"', "paid: 503.0", "28:9", '`paid` of `journal` of the file is a text. Write "503.0" in quotes.'),
        ('paid: "503"', 'payd: "503"', "24:3", "`journal` of the file has no `paid`."),
        ("rules: {}", "rules: {pay: {pay_code: 230}}", "20:25", 'Write "230" in quotes.'),
        ("rules: {}", "rules: {pay: 230}", "20:14", "`pay` is a map with `pay_code` and `account`."),
        ("rules: {}", "rulez: {}", "20:1", 'The file has no field `rulez`. Did you mean "rules"?'),
        ("# sepa: {name: Example OOD, iban: BG80", "sepa: {name: A, iban: BG81", "32:23", "check digits of this IBAN"),
        ("schema: payouts/1", "schema: payouts/2", "2:9", "is one of payouts/1; not `payouts/2`."),
    ],
)
def test_a_mistake_is_told_with_its_place_and_its_way_out(before: str, after: str, place: str, told: str) -> None:
    assert before in SHIPPED
    found = refused(SHIPPED.replace(before, after, 1))
    assert [line for line in found if line.startswith(f"payouts.yaml:{place}: E-SHAPE ") and told in line], found


def test_a_heading_that_the_encoding_has_no_letters_for_is_refused() -> None:
    text = SHIPPED.replace("encoding: utf-8-bom", "encoding: windows-1251").replace("title: Име", "title: Ñame")
    assert "windows-1251 cannot write the heading `Ñame`." in "\n".join(refused(text))


def test_every_field_of_the_file_is_told_in_the_manual() -> None:
    manual = (ROOT / "docs" / "payouts.md").read_text(encoding="utf-8")
    records = (PayrollFormat, PayrollColumn, JournalAccounts)
    known = {item.name for record in records for item in fields(record)} | {"rules", "journal", "sepa", "iban", "bic"}
    known |= {*PayrollField, *Encoding, *Separator, *DecimalMark, *MonthForm, *SepaVersion}
    assert [name for name in sorted(known) if f"`{name}`" not in manual] == []
