"""Plans: what makes them the same, what makes them another, and what an author is told at once."""

from __future__ import annotations

import json

import pytest

from service.plans import PlanRefusedError, UnknownPlanError, check, get_plan, load_texts, plan_from_document
from tests.plans.builders import COMPANY, HEAD, load, messages, pay, plan_of, plan_text

RULES = """
base: {kind: fixed, label: Fixed, amount: employee.fixed_salary}
pay: {kind: tiers, label: Pay, mode: marginal, measure: metric.collected,
      tiers: [{from: 0, rate: 3%}, {from: 30_000, rate: 5%}]}
open: {kind: gate, require: [attainment.calls >= 80%], otherwise: 50%, applies_to: [pay]}
top: {kind: cap, label: Cap, lines: [pay], max: param.top}
"""
PARAMS = "params: {top: {2026-01-01: 900, 2026-11-01: 1_000}}"


def content_hash(rules: str = RULES, *, head: str = HEAD, more: str = PARAMS, company: str = COMPANY) -> str:
    return plan_of(rules, head=head, more=more, company=company).content_hash


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("30_000", "30000.00"),
        ("3%", "3.0%"),
        ("attainment.calls >= 80%", "(attainment.calls)>=80.00%"),
        ("kind: cap, label: Cap", "label: Cap, kind: cap"),
        ("kind: cap,", "kind: cap, note: agreed with the works council,"),
        ("\npay:", "\n# a comment\npay:"),
    ],
)
def test_spelling_order_comments_and_notes_do_not_change_the_hash(old: str, new: str) -> None:
    changed = RULES.replace(old, new)
    assert changed != RULES
    assert content_hash(changed) == content_hash()


def test_the_order_of_rules_and_the_dates_of_validity_do_not_change_the_hash() -> None:
    turned = "\n".join(reversed(RULES.strip().replace(",\n", ",").splitlines()))
    assert content_hash(turned) == content_hash()
    assert content_hash(head=HEAD.replace("2026-11-01", "2026-12-01")) == content_hash()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("3%", "3.1%"),
        ("80%", "81%"),
        (">=", ">"),
        ("label: Pay", "label: Paid"),
        ("applies_to: [pay]", "applies_to: [base]"),
    ],
)
def test_any_meaning_changes_the_hash(old: str, new: str) -> None:
    assert content_hash(RULES.replace(old, new)) != content_hash()


def test_a_used_metric_a_used_curve_and_a_dated_value_change_the_hash_and_unused_ones_do_not() -> None:
    assert content_hash(more=PARAMS.replace("900", "901")) != content_hash()
    assert content_hash(company=COMPANY.replace("direction: out", "direction: in")) != content_hash()
    assert content_hash(company=COMPANY.replace("[100%, 150%]", "[100%, 160%]")) == content_hash()
    assert content_hash(company=COMPANY.replace("title: Win rate", "title: Won")) == content_hash()
    curved = RULES + "big: {kind: multiplier, by: attainment.collected, curve: thresholds, applies_to: [pay]}"
    changed = COMPANY.replace("[100%, 150%]", "[100%, 160%]")
    assert content_hash(curved, company=changed) != content_hash(curved)


def test_a_plan_made_again_from_its_document_is_the_same_plan() -> None:
    plan = plan_of(RULES, more=PARAMS)
    again = plan_from_document(plan.document)
    assert again.content_hash == plan.content_hash
    assert again.document == plan.document
    for collected in (0, 29_999, 64_321):
        before, after = pay(plan, metric__collected=collected), pay(again, metric__collected=collected)
        assert after == before


def test_the_document_keeps_a_text_that_looks_like_a_number() -> None:
    plan = plan_of(RULES.replace("label: Pay", 'label: "5%", pay_code: "0100"'), more=PARAMS)
    again = plan_from_document(plan.document)
    assert [(rule.label, rule.pay_code) for rule in again.rules if rule.id == "pay"] == [("5%", "0100")]


def test_a_document_holds_no_binary_fraction() -> None:
    document = json.loads(plan_of(RULES.replace("3%", "3.25%"), more=PARAMS).document)
    assert "3.25%" in json.dumps(document)
    assert not any(isinstance(value, float) for value in _leaves(document))


def _leaves(value: object) -> list[object]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in _leaves(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in _leaves(item)]
    return [value]


FILE_MISTAKES = [
    (HEAD.replace("incentive/1", "incentive/2"), "E-SHAPE `schema` of the plan is one of incentive/1"),
    (HEAD.replace("plan: closer", "plan: farmer"), "E-NAME The plan calls itself `farmer`"),
    (HEAD.replace("[_org]", "[_orgs]"), 'E-EXTENDS There is no file `_orgs.yaml`. Did you mean "_org"?'),
    (HEAD.replace("2026-11-01", "2026-11-15"), "E-DATE A plan begins on the first day of a month"),
    (HEAD.replace("{from: 2026-11-01}", "{from: 2026-11-01, to: 2026-12-30}"), "E-DATE A plan ends on the last day"),
    (HEAD.replace("metric: calls", "metric: call"), 'E-NAME There is no metric `call`. Did you mean "calls"?'),
    (HEAD.replace("per: day", "per: dya"), 'Did you mean "day"?'),
    (HEAD.replace("target: 60_000", "target: team.plan"), 'Did you mean "team.planned"?'),
    (HEAD.replace("junior: 40", "junior: many"), "is a number; `many` is not"),
    (HEAD.replace("junior: 40", "junior: {2026-11-05: 40}"), "E-DATE-MIDPERIOD"),
    (HEAD.replace("metric: calls", "metric: rejected").replace("cap: 150%}", "}"), "needs a `cap`"),
    (HEAD + "remove: [base]\n", "E-REMOVE Nothing inherited is called `base`."),
    (HEAD + "metrics: {x: 1}\n", "E-SHAPE `metrics` belongs to the company"),
    (HEAD + "rulez: {}\n", 'E-SHAPE The file closer.yaml has no field `rulez`. Did you mean "rules"?'),
    (HEAD + "params: {p: {2026-11-15: 5}}\n", 'E-DATE-MIDPERIOD The parameter "p" changes on 2026-11-15'),
    (HEAD + "params: {p: }\n", "E-SHAPE A parameter needs a value."),
]  # fmt: skip


@pytest.mark.parametrize(("head", "message"), FILE_MISTAKES, ids=[item[1][:48] for item in FILE_MISTAKES])
def test_a_mistake_outside_the_rules_is_refused_too(head: str, message: str) -> None:
    lines = messages("pay: {kind: kicker, label: P, amount: 5}", head=head)
    assert any(message in line for line in lines), "\n".join(lines)


def test_five_mistakes_are_five_findings_in_the_order_of_the_file() -> None:
    lines = messages(
        "a: {kind: kicker, label: P, amount: metric.cals}\n"
        "b: {kind: kicker, label: P, amount: 5, when: metric.won > 5%}\n"
        "c: {kind: nothing, label: P}\n"
        "d: {kind: cap, label: P, lines: [e], max: 5}\n"
        "f: {kind: fixed, label: P}"
    )
    assert len(lines) == 5
    assert [int(line.split(":")[1]) for line in lines] == [12, 13, 14, 15, 16]


def test_a_plan_with_mistakes_cannot_be_used_and_says_all_of_them() -> None:
    rules = load("a: {kind: kicker, label: P, amount: metric.cals}\nb: {kind: cap, label: P, lines: [a]}")
    with pytest.raises(PlanRefusedError) as refusal:
        get_plan(rules, "closer")
    assert len(refusal.value.problems) == 2
    assert "metric.cals" in refusal.value.detail


def test_an_unknown_plan_is_named_with_the_nearest_one() -> None:
    with pytest.raises(UnknownPlanError, match='Did you mean "closer"'):
        check(load("a: {kind: kicker, label: P, amount: 5}"), ["closr"])


SHARED = "schema: incentive/1\nextends: [_org]\nrules:\n  base: {kind: fixed, label: Fixed, amount: 100}\n"


def family(role: str) -> list[str]:
    head = HEAD.replace("[_org]", "[_shared]")
    texts = {"_org.yaml": COMPANY, "_shared.yaml": SHARED, "closer.yaml": plan_text(role, head=head)}
    return [str(item) for item in check(load_texts(texts))]


def test_a_rule_is_inherited_replaced_only_on_purpose_and_dropped_by_name() -> None:
    assert family("pay: {kind: kicker, label: P, amount: 5}") == []
    assert family("base: {kind: fixed, label: F, amount: 5, override: true}") == []
    shadow = family("base: {kind: fixed, label: F, amount: 5}")
    assert len(shadow) == 1
    assert "E-SHADOW `rules.base` silently replaces the one inherited from _shared.yaml line 4" in shadow[0]
    nothing = family("bas: {kind: fixed, label: F, amount: 5, override: true}")
    assert 'overrides nothing inherited. Did you mean "base"?' in nothing[0]


def test_files_that_extend_each_other_are_an_error_that_prints_the_circle() -> None:
    texts = {
        "_a.yaml": "schema: incentive/1\nextends: [_b]\n",
        "_b.yaml": "schema: incentive/1\nextends: [_a]\n",
        "closer.yaml": plan_text("pay: {kind: kicker, label: P, amount: 5}", head=HEAD.replace("_org", "_a")),
    }
    lines = [str(item) for item in check(load_texts(texts))]
    assert any("circle: closer -> _a -> _b -> _a" in line for line in lines), lines
