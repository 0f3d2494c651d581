"""The sample plans beside this repository load, pass their examples, and are what their hash says."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.plans import check, get_plan, load_rules, plan_from_document
from service.plans.examples import run_examples
from service.plans.guard import guard_report

SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "plans"

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not beside this repository")


@pytest.mark.parametrize("plan_id", ["closer", "head_of_sales", "lead_generator"])
def test_the_examples_of_a_sample_hold(plan_id: str) -> None:
    plan = get_plan(load_rules(SAMPLES), plan_id)
    results = run_examples(plan)
    assert len(results) >= 6
    assert [result.differences for result in results] == [()] * len(results)
    assert plan_from_document(plan.document).content_hash == plan.content_hash


@pytest.mark.parametrize("plan_id", ["closer", "head_of_sales", "lead_generator"])
def test_the_examples_of_a_sample_guard_nine_numbers_in_ten(plan_id: str) -> None:
    report = guard_report(get_plan(load_rules(SAMPLES), plan_id))
    assert report.numbers >= 20
    assert report.share * 10 >= 9


def test_a_title_that_swallowed_its_source_is_understood_and_reported() -> None:
    rules = load_rules(SAMPLES)
    titles = [item for item in check(rules) if item.code == "W-TITLE"]
    assert [item.place.line for item in titles] == [15, 16, 19, 20, 21]
    assert rules.vocabulary.metrics.metrics["deals_closed"].types == ("deal.won", "deal.lost")
    assert rules.vocabulary.metrics.metrics["meetings_held"].title == "Meetings held"
