"""Promises of `stimul audit`, and of publishing without notice from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.runtime import Runtime
from tests.company import CLOSER, DEFAULTS, ORG

Stimul = Callable[..., Result]


@pytest.fixture
def stimul(runtime: Runtime, tables_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stimul:
    """The command, with the rules of the small company in a folder."""
    del runtime
    monkeypatch.setenv("DATABASE_URL", tables_url)
    for name, text in (("_org", ORG), ("_defaults", DEFAULTS), ("closer", CLOSER)):
        (tmp_path / f"{name}.yaml").write_text(text)

    def run(*words: str) -> Result:
        rules = ("--rules", str(tmp_path)) if words[0] == "plan" else ()
        return CliRunner().invoke(main, [*words, *rules])

    return run


def test_a_change_that_is_published_too_late_is_refused_unless_a_reason_is_given_and_that_is_listed(
    stimul: Stimul, tmp_path: Path
) -> None:
    assert stimul("plan", "publish", "closer").exit_code == 0
    (tmp_path / "closer.yaml").write_text(CLOSER.replace("label: Commission", "label: Share of the money received"))
    refused = stimul("plan", "publish", "closer")
    assert (refused.exit_code, "5 working days before" in refused.output) == (1, True)
    done = stimul("plan", "publish", "closer", "--without-notice", "agreed with all")
    assert done.exit_code == 0, done.output
    late = json.loads(stimul("audit", "list", "--what", "plan.published_without_notice", "--format", "json").stdout)
    assert [(row["subject"], row["detail"]["reason"]) for row in late] == [("closer", "agreed with all")]
    assert "agreed with all" in stimul("audit", "list").stdout
    assert "agreed with all" not in stimul("audit", "list", "--subject", "farmer").stdout
    assert json.loads(stimul("audit", "list", "--until", "2026-01-01", "--format", "json").stdout) == []
    since = stimul("audit", "list", "--since", "2026-01-01T00:00:00", "--subject", "closer", "--format", "json")
    assert len(json.loads(since.stdout)) == 2
    first = json.loads(stimul("audit", "list", "--what", "plan.published", "--format", "json").stdout)
    assert [row["subject"] for row in first] == ["closer"]


def test_the_notice_is_a_setting(stimul: Stimul, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STIMUL_PLAN_NOTICE_DAYS", "0")
    assert stimul("plan", "publish", "closer").exit_code == 0
    monkeypatch.setenv("STIMUL_PLAN_NOTICE_DAYS", "61")
    assert "0 to 60" in stimul("plan", "publish", "closer").output
