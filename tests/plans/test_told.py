"""Why a line is what it is, told from what was kept with it: every value stays, every word is the reader's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.domain.event import JsonValue
from service.plans.paper.spoken import Speaker
from service.plans.paper.told import FactorTold, Reason, Told, told
from tests.plans.builders import NOVEMBER, plan_of
from tests.plans.paid_plans import all_paid
from tests.plans.test_steps import LATIN

QUOTED = re.compile(r"„.*?“|senior|lead")
"""Titles, and the grades that a plan asks for: both are the company's own words."""


def all_told(language: str) -> list[Told]:
    return [
        told(Speaker(paid.plan, language, NOVEMBER), line.rule, line.explanation)
        for paid in all_paid()
        for line in paid.evaluation.lines
    ]


def words_of(why: Told) -> Iterator[str]:
    yield from (step.text for step in why.steps)
    yield from (reason.text for reason in why.conditions)
    yield from (reason.text for factor in why.factors for reason in factor.because)
    yield from why.besides


def test_no_reason_of_any_plan_of_these_tests_keeps_an_english_word_or_a_name_of_the_file() -> None:
    said = {QUOTED.sub("", text) for why in all_told("bg") for text in words_of(why)}
    assert len(said) > 100
    assert sorted(text for text in said if LATIN.search(text)) == []


def test_both_languages_tell_as_much_and_the_same_values() -> None:
    for bulgarian, english in zip(all_told("bg"), all_told("en"), strict=True):
        assert [len(list(words_of(why))) for why in (bulgarian,)] == [len(list(words_of(english)))]
        assert [digits(step.amount) for step in bulgarian.steps] == [digits(step.amount) for step in english.steps]
        assert [reason.holds for reason in bulgarian.conditions] == [reason.holds for reason in english.conditions]


def digits(text: str) -> str:
    return re.sub(r"[^0-9-]", "", text)


def test_a_gate_tells_what_was_asked_and_what_was_there() -> None:
    plan = plan_of(
        "pay: {kind: rate, label: P, base: metric.collected, rate: 1%}\n"
        "open: {kind: gate, applies_to: [pay], label: Open, label_bg: Врата,\n"
        "  require: [metric.calls >= 100], otherwise: 50%}"
    )
    kept: dict[str, JsonValue] = {
        "factors": [
            {
                "rule": "open",
                "label": "Open",
                "factor": "50%",
                "because": [
                    {"left": "metric.calls", "left_value": "1,080", "op": ">=", "right_value": "100", "ok": False}
                ],
            }
        ]
    }
    asked = Reason("„Calls“: 1\xa0080, иска се поне 100", holds=False)
    assert told(Speaker(plan, "bg", NOVEMBER), "pay", kept).factors == (FactorTold("Врата", "50%", (asked,)),)


def test_a_line_of_no_rule_keeps_its_words_and_tells_why_a_closed_month_changed() -> None:
    cause: JsonValue = {"late_events": ["r1", "r2"], "late_events_count": 2, "changed": []}
    kept: dict[str, JsonValue] = {
        "posted": "10.00",
        "entitled": "1210.50",
        "cause": cause,
        "steps": [{"text": "as it was", "amount": "1"}],
    }
    why = told(Speaker(plan_of("pay: {kind: kicker, label: P, amount: 5}"), "bg", NOVEMBER), "gone", kept)
    assert [step.text for step in why.steps] == ["as it was"]
    assert why.besides == (
        "Вече начислено: 10,00",
        "Дължимо по всички данни: 1\xa0210,50",
        "Късно получени действия: 2",
    )
