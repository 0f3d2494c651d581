"""The commands of plan files: they start at once, need no database, and show what they are asked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli import main
from service.plans import PlanRefusedError, UnknownPlanError, get_plan, load_plan, load_rules
from tests.plans.builders import COMPANY, plan_text
from tests.repository import ROOT

HEAVY = ("flask", "sqlalchemy", "alembic", "marshmallow", "redis", "rq", "holidays")
"""Libraries of the service, each as slow to import as a whole evaluation."""

GIVEN = "target: {calls: 1260, collected: 60_000}\nmetric: {calls: 1300, collected: 72_345.67}\n"
SCRIPT = f"""
import sys
from service.cli import main
main(sys.argv[1:], standalone_mode=False)
print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A folder with a closer, and a plan with a mistake beside it."""
    (tmp_path / "_org.yaml").write_text(COMPANY)
    (tmp_path / "closer.yaml").write_text(plan_text("pay: {kind: rate, label: P, base: metric.collected, rate: 3%}"))
    (tmp_path / "given.yaml").write_text(GIVEN)
    broken = plan_text("pay: {kind: rate, label: P, base: metric.colected, rate: 3%}")
    (tmp_path / "farmer.yaml").write_text(broken.replace("plan: closer", "plan: farmer"))
    return tmp_path


def test_a_plan_is_evaluated_without_a_database_and_without_its_libraries(directory: Path) -> None:
    words = ["plan", "eval", "closer", "--rules", str(directory), "--given", str(directory / "given.yaml")]
    command = [sys.executable, "-c", SCRIPT, *words, "--format", "json"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603 - our own command
    answer = json.loads(done.stdout)
    assert (answer["lines"], answer["total"]) == ({"pay": "2170.37"}, "2170.37")
    assert done.stderr.strip() == "[]"


def test_one_plan_is_read_whatever_is_wrong_with_the_others(directory: Path) -> None:
    assert load_plan(directory, "closer").document == get_plan(load_rules(directory), "closer").document
    with pytest.raises(PlanRefusedError, match=r'Did you mean "metric\.collected"\?'):
        load_plan(directory, "farmer")
    for unknown in ("clozer", "_org"):
        with pytest.raises(UnknownPlanError):
            load_plan(directory, unknown)


def test_the_schema_for_editors_is_up_to_date() -> None:
    shown = CliRunner().invoke(main, ["plan", "schema"]).stdout
    assert json.loads(shown)["title"] == "Plan of a role"
    assert (ROOT / "docs" / "plans.schema.json").read_text(encoding="utf-8") == shown, (
        "Write it anew: stimul plan schema > docs/plans.schema.json"
    )
