"""The commands of plan files: they start at once, need no database, and show what they are asked."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli import main
from service.plans import PlanRefusedError, UnknownPlanError, get_plan, load_plan, load_rules
from tests.plans.builders import COMPANY, plan_text
from tests.repository import ROOT

HEAVY = ("flask", "sqlalchemy", "alembic", "marshmallow", "redis", "rq", "holidays", "service.plans.lint")
"""Libraries of the service, each as slow to import as a whole evaluation, and the linter."""

AT_ONCE_S = 5.0
"""Many times what reading takes; what makes the reader slow takes minutes."""

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


def test_a_mistake_in_a_plan_or_in_the_inputs_is_told_once_with_its_place(directory: Path) -> None:
    inputs = directory / "inputs.json"
    inputs.write_text('{"metric": {"calls": 5}')
    told = CliRunner().invoke(main, ["plan", "eval", "closer", "--rules", str(directory), "--given", str(inputs)])
    assert (told.exit_code, told.output.count("E-YAML"), told.output.count("This is not YAML")) == (1, 1, 1)
    assert f'The file of inputs "{inputs}" cannot be used before this is corrected' in told.output
    given = str(directory / "given.yaml")
    broken = CliRunner().invoke(main, ["plan", "eval", "farmer", "--rules", str(directory), "--given", given])
    assert (broken.exit_code, broken.output.count('Did you mean "metric.collected"?')) == (1, 1)
    nobody = CliRunner().invoke(main, ["plan", "eval", "nobody", "--rules", str(directory), "--given", given])
    assert 'There is no plan "nobody". Known: ' in nobody.output


def test_every_unknown_input_is_named_at_once(directory: Path) -> None:
    inputs = directory / "inputs.yaml"
    inputs.write_text("metric: {cals: 5, collectd: 6, collected: many}\nmetrik: {calls: 1}\n")
    told = CliRunner().invoke(main, ["plan", "eval", "closer", "--rules", str(directory), "--given", str(inputs)])
    assert told.exit_code == 1
    for name in ("`metric.cals`", "`metric.collectd`", "`metric.collected`", "`metrik`"):
        assert told.output.count(name) == 1, told.output


@pytest.mark.parametrize(
    "given",
    [
        "metric: &m {calls: 1}\ntarget: *m",
        "metric: {calls: " + "9" * 10_000 + "}",
        "metric: " + "{a: " * 100_000,
        "metric: {calls: !!python/object/apply:os.system [exit]}",
        "metric: {calls: 1, calls: 2}",
        "on: {calls: 1}",
        "- " * 100_000,
        "# " + "x" * 300_000,
        "metric: {calls: 1e9}",
        "metric: {calls: .nan}",
        "metric: {calls: -1e400}",
        '{"metric": {"calls": "' + "9" * 10_000 + '"}}',
        "period: 2026-99",
        "metric: [1, 2]",
        "metric: {'calls\\0': 1}",
        "",
    ],
    ids=range(16),
)
def test_hostile_inputs_are_refused_at_once_with_a_sentence(directory: Path, given: str) -> None:
    path = directory / "hostile.txt"
    path.write_text(given)
    started = time.process_time()
    told = CliRunner().invoke(main, ["plan", "eval", "closer", "--rules", str(directory), "--given", str(path)])
    assert time.process_time() - started < AT_ONCE_S
    assert told.exit_code == 1
    assert told.output.startswith("Error: ")
    assert len(told.output) < 30_000
