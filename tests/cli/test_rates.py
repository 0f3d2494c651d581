"""Promises of `stimul rates`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli import main
from service.runtime import Runtime


def test_a_table_of_rates_is_imported_whole_or_not_at_all_and_shown_with_its_author(
    runtime: Runtime, tables_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    del runtime
    monkeypatch.setenv("DATABASE_URL", tables_url)
    table, wrong = tmp_path / "rates.csv", tmp_path / "wrong.csv"
    table.write_text("currency;day;rate\nUSD;2026-10-01;1.1725\nGBP;2026-10-01;0.86\n")
    wrong.write_text("currency,day,rate\nCHF,2026-10-01,0.95\nBGN,2026-10-01,1.95583\n")
    refused = CliRunner().invoke(main, ["rates", "import", str(wrong)])
    assert refused.exit_code == 1
    assert "line 3, column currency: A euro is 1.95583 levs by law" in refused.output
    assert CliRunner().invoke(main, ["rates", "import", str(table)]).output == "2 rates were set.\n"
    shown = CliRunner().invoke(main, ["rates", "list", "USD", "2026-10", "--format", "json"])
    assert [(row["day"], row["rate"], row["holds"]) for row in json.loads(shown.output)] == [
        ("2026-10-01", "1.1725", True)
    ]
    assert json.loads(CliRunner().invoke(main, ["rates", "list", "CHF", "2026-10", "--format", "json"]).output) == []
