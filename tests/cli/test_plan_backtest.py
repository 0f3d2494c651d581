"""Promises of `stimul plan backtest`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.runtime import Runtime
from tests.company import CLOSER, DEFAULTS, EARLY_NOVEMBER, NOVEMBER, ORG, Company, a_call, a_payment

RICHER = CLOSER.replace("rate: 3.3%", "rate: 5%")
Stimul = Callable[..., Result]


@pytest.fixture
def stimul(runtime: Runtime, tables_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stimul:
    """The command with the rules of the small company, in which October is closed and November is open."""
    monkeypatch.setenv("DATABASE_URL", tables_url)
    for name, text in (("_org", ORG), ("_defaults", DEFAULTS), ("closer", RICHER)):
        (tmp_path / f"{name}.yaml").write_text(text)
    company = Company(runtime)
    company.found()
    company.send(a_call("ann", "c1"), a_call("ann", "c2"), a_payment("ann", "p1", "1000.05"))
    company.refresh()
    company.now = EARLY_NOVEMBER
    company.close()
    company.send(a_payment("bob", "p2", "200.00", EARLY_NOVEMBER))
    company.refresh()

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, ["plan", "backtest", *words, "--rules", str(tmp_path)])

    return run


def test_winners_losers_and_the_cost_are_told_by_person_and_month(stimul: Stimul) -> None:
    done = stimul("closer", "--from", "2026-10", "--to", "2026-11", "--format", "json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["before"], told["after"], told["difference"]) == ("22.80", "33.00", "10.20")
    assert (told["winners"], told["losers"], told["unchanged"]) == (2, 0, 0)
    assert [(row["period"], row["closed"], row["difference"]) for row in told["months"]] == [
        ("2026-10", True, "8.50"),
        (str(NOVEMBER), False, "1.70"),
    ]
    assert [(row["person_id"], row["before"], row["after"]) for row in told["people"]] == [
        ("ann", "19.50", "28.00"),
        ("bob", "3.30", "5.00"),
    ]


def test_the_table_ends_with_the_sums_and_a_sentence(stimul: Stimul) -> None:
    done = stimul("closer", "--from", "2026-10", "--to", "2026-10")
    assert "19.50" in done.stdout
    assert "1 would get more, 0 less, 1 the same. The cost would change by 8.50 EUR." in done.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("closer", "--from", "2026-11", "--to", "2026-10"), "before it begins"),
        (("closr", "--from", "2026-10", "--to", "2026-10"), "closer"),
        (("closer", "--from", "October", "--to", "2026-10"), "is not a period"),
    ],
)
def test_a_backtest_that_cannot_be_made_is_refused_in_a_sentence(
    stimul: Stimul, words: tuple[str, ...], told: str
) -> None:
    done = stimul(*words)
    assert (done.exit_code, told in done.output) == (1, True), done.output
