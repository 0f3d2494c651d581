"""Examples run with exact equality, guard the numbers of a plan, and gate its publication."""

from __future__ import annotations

import pytest

from service.plans import check
from service.plans.examples import run_examples
from service.plans.gate import unpublishable
from service.plans.guard import guard_report
from tests.plans.builders import HEAD, load, plan_of

RULES = """
pay: {kind: rate, label: Pay, base: metric.collected, rate: 3%, above: 1_000}
open: {kind: gate, require: [attainment.calls >= 80%], otherwise: 50%, applies_to: [pay]}
"""
GOOD = """
examples:
  - name: Gate open
    given: {metric: {collected: 2_000, calls: 80}, target: {calls: 100, collected: 1}}
    expect: {pay: 30.00, open: 100%, total: 30.00, payable: 30.00}
  - name: Gate shut
    given: {metric: {collected: 2_000, calls: 79}, target: {calls: 100, collected: 1}}
    expect: {pay: 15.00, open: 50%}
"""


def test_an_example_holds_exactly_or_says_what_differs() -> None:
    assert [result.passed for result in run_examples(plan_of(RULES, more=GOOD))] == [True, True]
    wrong = run_examples(
        plan_of(RULES, more=GOOD.replace("pay: 30.00", "pay: 30.01").replace("open: 100%", "open: 99%"))
    )
    assert wrong[0].differences == ("pay is 30.00, expected 30.01", "open is 100%, expected 99%")


def test_an_example_that_fails_is_a_finding_at_its_place() -> None:
    lines = [str(item) for item in check(load(RULES, more=GOOD.replace("pay: 15.00", "pay: 16.00")))]
    assert lines == ['closer.yaml:19:5: E-EXAMPLE Example "Gate shut" does not hold: pay is 15.00, expected 16.00.']


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("pay: 30.00", "pya: 30.00", 'expects `pya`, which is no rule. Did you mean "pay"?'),
        ("calls: 80}", "call: 80}", "No file declares the input `metric.call`."),
        ("collected: 2_000, calls: 80", "calls: 80", "cannot be worked out without metric.collected"),
        ("expect: {pay: 30", "expects: {pay: 30", 'no field `expects`. Did you mean "expect"?'),
        ("pay: 30.00", "pay: 3%", "what is expected is not an amount"),
        ("open: 100%", "open: 1", "what is expected is not a percentage"),
    ],
)
def test_an_example_with_a_mistake_is_a_finding(old: str, new: str, words: str) -> None:
    lines = [str(item) for item in check(load(RULES, more=GOOD.replace(old, new, 1)))]
    assert any(words in line for line in lines), lines


def test_the_month_of_an_example_picks_dated_parameters() -> None:
    rules = "pay: {kind: kicker, label: Pay, amount: param.price}"
    more = """
params: {price: {2026-01-01: 250, 2026-11-01: 300}}
examples:
  - {name: now, given: {}, expect: {pay: 300}}
  - {name: then, given: {period: 2026-10}, expect: {pay: 250}}
"""
    head = HEAD.partition("standards:")[0]
    plan = plan_of(rules, head=head, more=more)
    assert [result.differences for result in run_examples(plan)] == [(), ()]
    assert guard_report(plan).unguarded == ()


def test_numbers_that_no_example_guards_are_named() -> None:
    plan = plan_of(RULES, more=GOOD.replace("calls: 80}", "calls: 95}"))
    report = guard_report(plan)
    assert (report.numbers, report.guarded) == (4, 4)
    loose = guard_report(plan_of(RULES, more=GOOD.replace("calls: 80}", "calls: 95}").replace("calls: 79", "calls: 1")))
    assert loose.unguarded == (("rules.open.require.0", "80"),)


def test_a_plan_may_be_published_when_its_examples_pass_and_guard_it() -> None:
    assert unpublishable(load(RULES, more=GOOD), "closer") == []


def test_a_plan_whose_numbers_nobody_guards_may_not_be_published() -> None:
    findings = unpublishable(load(RULES), "closer")
    assert [item.code for item in findings] == ["W-GUARD"]
    assert "Examples guard 0 of 4 numbers" in findings[0].message


def test_a_plan_that_does_not_say_from_when_may_not_be_published() -> None:
    head = HEAD.replace("effective: {from: 2026-11-01}\n", "")
    assert [item.code for item in unpublishable(load(RULES, head=head, more=GOOD), "closer")] == ["E-DATE"]


def test_a_plan_with_a_failing_example_may_not_be_published() -> None:
    findings = unpublishable(load(RULES, more=GOOD.replace("pay: 30.00", "pay: 31.00")), "closer")
    assert [item.code for item in findings] == ["E-EXAMPLE"]
