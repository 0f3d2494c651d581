"""The rules that ship can be published, speak both languages, and take nothing back."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from service.config import ROOT
from service.plans import check, get_plan
from service.plans.examples import run_examples
from service.plans.gate import unpublishable
from service.plans.guard import guard_report
from tests.rules.shipped import rules

PLANS = (
    "closer",
    "commercial_director",
    "event_manager",
    "farmer",
    "group_lead",
    "head_of_marketing",
    "head_of_sales",
    "internet_marketer",
    "lead_generator",
    "pr",
)
ALL_FROM = date(2026, 2, 1)
TAKING_BACK = re.compile(r"\b(clawback|draw|penalty|fine)\b|глоба|санкция|удръжка", re.IGNORECASE)
CYRILLIC = re.compile("[а-я]")


def test_every_plan_that_ships_is_known_here() -> None:
    assert tuple(rules().plan_ids) == PLANS


def test_nothing_is_found_in_them() -> None:
    assert check(rules()) == []


@pytest.mark.parametrize("plan_id", PLANS)
def test_a_plan_can_be_published_and_its_examples_guard_its_numbers(plan_id: str) -> None:
    plan = get_plan(rules(), plan_id)
    assert unpublishable(rules(), plan_id, ALL_FROM) == []
    assert all(result.passed for result in run_examples(plan))
    assert guard_report(plan).share >= Fraction(9, 10)


@pytest.mark.parametrize("plan_id", PLANS)
def test_every_line_has_both_languages_a_pay_code_and_an_account(plan_id: str) -> None:
    plan = get_plan(rules(), plan_id)
    assert CYRILLIC.search(plan.title_bg)
    for rule in plan.rules:
        assert rule.label
        assert CYRILLIC.search(rule.label_bg)
        assert (rule.pay_code and rule.account) or rule.kind == "gate"
    for standard in plan.standards.values():
        assert standard.title
        assert CYRILLIC.search(standard.title_bg)


def test_every_metric_and_stage_is_named_in_both_languages() -> None:
    vocabulary = rules().vocabulary
    titles = {name: metric.title_bg for name, metric in vocabulary.metrics.metrics.items()}
    titles |= {f"team.{name}": metric.title_bg for name, metric in vocabulary.team_metrics.items()}
    assert [name for name, title in titles.items() if not CYRILLIC.search(title)] == []
    assert set(rules().vocabulary.processes) == {"new_customers", "existing_base"}


def test_dials_conversations_and_incoming_calls_are_three_metrics_with_their_own_shortest_talk() -> None:
    metrics = rules().vocabulary.metrics.metrics
    shortest = {
        name: [condition.minimum for condition in metrics[name].where if condition.field == "talk_s"]
        for name in ("dials", "conversations", "line1_calls")
    }
    assert shortest == {"dials": [], "conversations": [20], "line1_calls": [5]}


@pytest.mark.parametrize(("talk_s", "band"), [(0, "up_to_1_min"), (60, "up_to_1_min"), (61, "1_to_3_min"),
                                              (180, "1_to_3_min"), (181, "over_3_min")])  # fmt: skip
def test_an_upper_limit_of_talk_time_belongs_to_the_lower_band(talk_s: int, band: str) -> None:
    assert rules().vocabulary.metrics.bands["talk_band"].name_of(Fraction(talk_s)) == band


@pytest.mark.parametrize("file", sorted((ROOT / "rules").glob("*.yaml")), ids=lambda file: file.name)
def test_no_rule_takes_money_back(file: Path) -> None:
    assert not TAKING_BACK.search(file.read_text())
