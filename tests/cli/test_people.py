"""Promises of `stimul people`, `stimul targets` and `stimul calendar`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.runtime import Runtime

HEADING = "person_id,name,hired_on,starts_on,role,grade,fixed_salary,soft_salary,manager_id,aliases,absences"
ANN = "ann,Анна,2026-01-01,2026-01-01,closer,middle,2000.00,800,boss,crm=17,2026-10-05..2026-10-09 paid"
BOSS = "boss,Бос,2026-01-01,2026-01-01,group_lead,senior,3000,0,,,"

Stimul = Callable[..., Result]


@pytest.fixture
def stimul(runtime: Runtime, tables_url: str, monkeypatch: pytest.MonkeyPatch) -> Stimul:
    """The command, on a database with the source crm."""
    del runtime
    monkeypatch.setenv("DATABASE_URL", tables_url)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments))

    assert run("sources", "add", "crm", "--kind", "native").exit_code == 0
    return run


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., str]:
    """Writes a file of lines and gives its name."""

    def write(*lines: str, encoding: str = "utf-8") -> str:
        path = tmp_path / "table.csv"
        path.write_bytes("\n".join(lines).encode(encoding))
        return str(path)

    return write


def test_people_of_a_file_are_stored_and_listed(stimul: Stimul, table: Callable[..., str]) -> None:
    done = stimul("people", "import", table(HEADING, ANN, BOSS), "--format", "json")
    assert (done.exit_code, json.loads(done.stdout)["changed"]) == (0, 2)
    again = stimul("people", "import", table(HEADING, ANN, BOSS, encoding="utf-8-sig"))
    assert "2 people: 0 changed, 0 months" in again.output
    listed = json.loads(stimul("people", "list", "--format", "json").stdout)
    assert [(row["person_id"], row["name"], row["manager_id"]) for row in listed] == [
        ("ann", "Анна", "boss"),
        ("boss", "Бос", None),
    ]
    before = json.loads(stimul("people", "list", "--on", "2025-12-31", "--format", "json").stdout)
    assert [row["role"] for row in before] == [None, None]


def test_every_bad_line_is_told_and_nothing_is_imported(stimul: Stimul, table: Callable[..., str]) -> None:
    done = stimul("people", "import", table(HEADING, ANN, BOSS.replace("3000", "lots"), ANN.replace("ann", "Bob")))
    assert done.exit_code == 1
    assert "nothing was imported" in done.output
    assert "line 3, column fixed_salary:" in done.output
    assert "line 4, column person_id:" in done.output
    assert json.loads(stimul("people", "list", "--format", "json").stdout) == []


@pytest.mark.parametrize(
    ("lines", "encoding", "told"),
    [
        (["person_id,name", "ann,Ann"], "utf-8", 'line 1: The column "hired_on" is missing.'),
        ([HEADING, ANN], "windows-1251", "not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    stimul: Stimul, table: Callable[..., str], lines: list[str], encoding: str, told: str
) -> None:
    done = stimul("people", "import", table(*lines, encoding=encoding))
    assert done.exit_code == 1
    assert told in done.output


def test_targets_are_set_one_by_one_or_from_a_file(stimul: Stimul, table: Callable[..., str]) -> None:
    stimul("people", "import", table(HEADING, ANN, BOSS))
    assert stimul("targets", "set", "ann", "2026-10", "calls", "250").exit_code == 0
    lines = ["person_id;period;standard;amount", "ann;2026-10;calls;300", "boss;2026-10;collected;72345,50"]
    assert "2 targets were set." in stimul("targets", "import", table(*lines)).output
    found = json.loads(stimul("targets", "list", "2026-10", "--format", "json").stdout)
    assert [(row["person_id"], row["amount"]) for row in found if row["holds"]] == [
        ("ann", "300"),
        ("boss", "72345.50"),
    ]
    refused = stimul("targets", "import", table(*lines, "eve;2026-10;calls;1"))
    assert (refused.exit_code, "line 4, column person_id:" in refused.output) == (1, True)


def test_the_calendar_is_recorded_shown_and_changed(stimul: Stimul) -> None:
    assert stimul("calendar", "show", "2028").exit_code == 1
    assert "Recorded: 2028." in stimul("calendar", "fill", "2028").output
    assert "nothing new" in stimul("calendar", "fill", "2028").output
    assert "day off" in stimul("calendar", "off", "2026-12-31", "Company day").output
    assert stimul("calendar", "off", "2026-12-31", "Company day").exit_code == 1
    assert "working day" in stimul("calendar", "work", "2026-12-05", "Swapped").output
    shown = json.loads(stimul("calendar", "show", "2026", "--format", "json").stdout)
    named = {row["name"]: (row["day"], row["works"]) for row in shown}
    assert (named["Company day"], named["Swapped"]) == (("2026-12-31", "no"), ("2026-12-05", "yes"))
