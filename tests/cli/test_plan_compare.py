"""Promises of `stimul plan hints`, `stimul plan diff` and `stimul plan doc`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.runtime import Runtime
from tests.company import CLOSER, DEFAULTS, ORG, Company

GIVEN = """
employee: {fixed_salary: 1500, soft_salary: 0, grade: middle, tenure_months: 14}
calendar: {workdays: 20, worked_days: 10}
target: {calls: 40}
metric: {calls: 1, collected: 1000.05}
"""
Stimul = Callable[..., Result]


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The files of the small company, and in the folder `old` how they were."""
    for folder, closer in ((tmp_path, CLOSER.replace("rate: 3.3%", "rate: 5%")), (tmp_path / "old", CLOSER)):
        folder.mkdir(exist_ok=True)
        for name, text in (("_org", ORG), ("_defaults", DEFAULTS), ("closer", closer)):
            (folder / f"{name}.yaml").write_text(text)
    (tmp_path / "given.yaml").write_text(GIVEN)
    return tmp_path


@pytest.fixture
def stimul(rules: Path) -> Stimul:
    def run(*words: str) -> Result:
        return CliRunner().invoke(main, ["plan", *words, "--rules", str(rules)])

    return run


def test_hints_are_told_in_sentences_and_as_rows(stimul: Stimul, rules: Path) -> None:
    given = str(rules / "given.yaml")
    assert "1 more of Conversations pays" in stimul("hints", "closer", "--given", given).stdout
    rows = json.loads(stimul("hints", "closer", "--given", given, "--format", "json").stdout)
    # The second conversation opens the gate: half of 5 % of 1,000.05 comes back, and 1.50 for itself.
    assert [(row["input"], row["step"], row["gain"]) for row in rows if row["input"] == "metric.calls"] == [
        ("metric.calls", "1", "26.50")
    ]


def test_a_difference_is_told_between_files_and_not_between_a_plan_and_itself(stimul: Stimul, rules: Path) -> None:
    told = stimul("diff", str(rules / "old" / "closer.yaml"), "closer").stdout
    assert "3.3" in told
    assert "5" in told
    assert stimul("diff", "closer", "closer").stdout == "Nothing changes.\n"


def test_a_draft_is_compared_with_what_is_in_force(
    stimul: Stimul, runtime: Runtime, tables_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", tables_url)
    Company(runtime).found()
    told = json.loads(stimul("diff", "published:closer", "closer", "--format", "json").stdout)
    assert len(told["differences"]) == 1
    assert told["old_hash"] != told["new_hash"]
    assert stimul("diff", "published:farmer", "closer").exit_code == 1


@pytest.mark.parametrize(("language", "words"), [("en", "Per conversation"), ("bg", "За разговор")])
def test_a_plan_is_written_as_a_page(stimul: Stimul, language: str, words: str) -> None:
    page = stimul("doc", "closer", "--lang", language).stdout
    assert page.startswith("<!doctype html>")
    assert words in page
    told = json.loads(stimul("doc", "closer", "--lang", language, "--format", "json").stdout)
    assert told["html"] == page
