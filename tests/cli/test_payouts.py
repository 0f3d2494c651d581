"""Promises of `stimul payouts`: files that can be opened, or one sentence and no file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.config import new_secrets_key
from service.domain.account import Role
from service.runtime import Runtime
from tests.accounts import an_account
from tests.books import SIGNING_KEY
from tests.deals import AUGUST
from tests.payouts import a_paying_company, approve_month
from tests.repository import ROOT

Stimul = Callable[..., Result]


@pytest.fixture
def stimul(runtime: Runtime, tables_url: str, monkeypatch: pytest.MonkeyPatch) -> Stimul:
    """The command, on the database of the test."""
    del runtime
    monkeypatch.setenv("DATABASE_URL", tables_url)
    monkeypatch.setenv("STIMUL_SIGNING_KEY", SIGNING_KEY)
    return lambda *arguments: CliRunner().invoke(main, list(arguments))


def test_the_files_of_a_month_are_written_once_it_is_approved(stimul: Stimul, runtime: Runtime, tmp_path: Path) -> None:
    company = a_paying_company(runtime)
    payroll, book = tmp_path / "payroll.csv", tmp_path / "report.xlsx"
    refused = stimul("payouts", "payroll", str(AUGUST), "--out", str(payroll))
    assert (refused.exit_code, payroll.exists()) == (1, False)
    assert "money moves for an approved month alone" in refused.output
    approve_month(company)
    assert stimul("payouts", "payroll", str(AUGUST), "--out", str(payroll)).exit_code == 0
    assert payroll.read_text(encoding="utf-8-sig").startswith("Служебен номер;")
    assert stimul("payouts", "report", str(AUGUST), "--lang", "bg", "--out", str(book)).exit_code == 0
    assert openpyxl.load_workbook(book).sheetnames[0] == "Обобщение"
    assert stimul("payouts", "report", str(AUGUST), "--table", "team").output.startswith("team,people,amount,currency")


def test_a_returned_list_is_noted_by_an_account_of_finance(stimul: Stimul, runtime: Runtime, tmp_path: Path) -> None:
    company = a_paying_company(runtime)
    approve_month(company)
    for login, role in (("fred", Role.FINANCE), ("adam", Role.ADMINISTRATOR)):
        an_account(runtime, login, role)
    file = tmp_path / "returned.csv"
    assert stimul("payouts", "payroll", str(AUGUST), "--out", str(file)).exit_code == 0
    note = ("period", "paid", str(AUGUST), "--file", str(file), "--as")
    refused = stimul(*note, "adam")
    assert (refused.exit_code, "not open to you" in refused.output) == (1, True)
    noted = stimul(*note, "fred").output
    assert "missing  0     eva     eva     invoice  2026-08  40.01" in noted
    assert "9 rows are paid, 226.69; 180.02 is open." in noted
    assert "Period 2026-08 is approved (payment 1" in noted
    assert stimul("payouts", "open", str(AUGUST), "--out", str(file)).exit_code == 0
    told = json.loads(stimul(*note, "fred", "--format", "json").stdout)
    assert (told["state"], told["document"]["total"], told["document"]["differences"]) == ("paid", "180.02", [])
    assert stimul("ledger", "verify").exit_code == 0


def test_an_invoice_is_paid_to_the_account_that_was_given(
    stimul: Stimul, runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STIMUL_SECRETS_KEY", new_secrets_key())
    monkeypatch.setenv("STIMUL_RULES_DIR", str(tmp_path))
    (tmp_path / "finance").mkdir()
    shipped = (ROOT / "rules" / "finance" / "payouts.yaml").read_text(encoding="utf-8")
    payer = "sepa: {name: Example OOD, iban: BG80BNBG96611020345678, version: pain.001.001.03}\n"
    (tmp_path / "finance" / "payouts.yaml").write_text(shipped + payer, encoding="utf-8")
    company = a_paying_company(runtime)
    approve_month(company)
    iban, order = tmp_path / "iban.txt", tmp_path / "sepa.xml"
    wanted = ("payouts", "sepa", str(AUGUST), "--on", "2026-09-10", "--out", str(order))
    refused = stimul(*wanted)
    assert (refused.exit_code, "No bank account of eva is kept" in refused.output, order.exists()) == (1, True, False)
    for name, number in (("eva", "DE89 3704 0044 0532 0130 00\nCOBADEFFXXX\n"), ("zoe", "NL91ABNA0417164300")):
        iban.write_text(number)
        assert f"{name} {number[:4]}***" in stimul("people", "iban", name, "--file", str(iban)).output
    assert stimul(*wanted).exit_code == 0
    assert "<IBAN>DE89370400440532013000</IBAN>" in order.read_text()
    assert "is forgotten" in stimul("people", "iban", "zoe", "--forget").output
    assert stimul("people", "iban", "zoe").exit_code == 1


def test_the_settings_are_checked_without_a_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STIMUL_RULES_DIR", str(tmp_path))
    assert "The settings are right." in CliRunner().invoke(main, ["payouts", "check"]).output
    (tmp_path / "finance").mkdir()
    (tmp_path / "finance" / "payouts.yaml").write_text("schema: payouts/1\n")
    refused = CliRunner().invoke(main, ["payouts", "check"])
    assert refused.exit_code == 1
    assert "payouts.yaml:1:1: E-SHAPE The file has no `payroll`." in refused.output
