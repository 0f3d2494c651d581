"""Promises of `stimul payouts`: files that can be opened, or one sentence and no file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.runtime import Runtime
from tests.deals import AUGUST
from tests.payouts import a_paying_company, approve_month

Stimul = Callable[..., Result]


@pytest.fixture
def stimul(runtime: Runtime, tables_url: str, monkeypatch: pytest.MonkeyPatch) -> Stimul:
    """The command, on the database of the test."""
    del runtime
    monkeypatch.setenv("DATABASE_URL", tables_url)
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


def test_the_settings_are_checked_without_a_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STIMUL_RULES_DIR", str(tmp_path))
    assert "The settings are right." in CliRunner().invoke(main, ["payouts", "check"]).output
    (tmp_path / "finance").mkdir()
    (tmp_path / "finance" / "payouts.yaml").write_text("schema: payouts/1\n")
    refused = CliRunner().invoke(main, ["payouts", "check"])
    assert refused.exit_code == 1
    assert "payouts.yaml:1:1: E-SHAPE The file has no `payroll`." in refused.output
