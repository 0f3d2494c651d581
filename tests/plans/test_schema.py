"""The schema for editors knows every kind and field, takes the shipped plans, and refuses what the reader refuses."""

from __future__ import annotations

from pathlib import Path

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest
import yaml

from service.plans.kinds import KINDS
from service.plans.schema import plan_schema
from tests.plans.builders import plan_text
from tests.plans.test_fast import CURVES, EVERYTHING

RULES = Path(__file__).parents[2] / "rules"
SHIPPED = sorted(path.stem for path in RULES.glob("[a-z]*.yaml"))


def accepts(text: str) -> bool:
    document = yaml.safe_load(text)
    document["effective"] = {}
    return not list(jsonschema.Draft202012Validator(plan_schema()).iter_errors(document))


@pytest.mark.parametrize("plan_id", SHIPPED)
def test_the_schema_takes_the_shipped_plans(plan_id: str) -> None:
    assert accepts((RULES / f"{plan_id}.yaml").read_text(encoding="utf-8"))


def test_the_schema_takes_a_plan_of_every_kind() -> None:
    text = plan_text(EVERYTHING, more=CURVES)
    assert {rule["kind"] for rule in yaml.safe_load(text)["rules"].values()} == set(KINDS)
    assert accepts(text)


@pytest.mark.parametrize(
    "rule",
    [
        "pay: {kind: rte, label: P}",
        "pay: {kind: rate, label: P, base: metric.calls, each: 1, abov: 5}",
        "pay: {kind: cap, label: P, lines: [a]}",
        "pay: {kind: holdback, label: P, lines: [a], share: 20, release: {}}",
        "pay: {kind: tiers, label: P, mode: margnal, measure: metric.calls, tiers: []}",
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(rule: str) -> None:
    assert not accepts(plan_text(rule))


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(plan_schema())
