"""The working of an example is told in the language of the document, with titles instead of ids."""

from __future__ import annotations

import re

import pytest

from service.domain.event import JsonValue
from service.domain.figures import MINUS
from service.plans import get_plan
from service.plans.kinds.reader import Aside, Subject
from service.plans.paper import paper
from service.plans.paper.spoken import Speaker
from service.plans.paper.steps import WORDS, Step, numbers_in, sum_in
from service.plans.paper.told import told
from tests.plans.builders import NOVEMBER, plan_of
from tests.plans.paid_plans import all_paid
from tests.rules.shipped import rules

LATIN = re.compile(r"[a-wyz]{2,}", re.IGNORECASE)
"""Letters of another alphabet, but for the sign x."""


def test_every_step_that_the_plans_of_these_tests_take_is_told_in_bulgarian() -> None:
    said = {
        step.text
        for paid in all_paid()
        for line in paid.evaluation.lines
        for step in told(Speaker(paid.plan, "bg", NOVEMBER), line.rule, line.explanation).steps
    }
    unquoted = {re.sub(r"„.*?“", "", text) for text in said}
    assert len(said) > 100
    assert [text for text in unquoted if LATIN.search(text)] == []


def test_a_standard_is_told_by_its_title_and_its_curve_by_nothing() -> None:
    document = paper(get_plan(rules(), "closer"), "bg")
    rows = [text for example in document.examples for text, _ in example.rows]
    assert "— 450,00 x 20% x 100%: „Изходящи обаждания“ 100% дава 100%" in rows
    english = paper(get_plan(rules(), "closer"), "en")
    assert not any("by curve" in text for example in english.examples for text, _ in example.rows)


@pytest.mark.parametrize(
    ("english", "bulgarian"),
    [
        ("1,234,567.50 x 3.5%", "1\xa0234\xa0567,50 x 3,5%"),
        ("450.00", "450,00"),
        ("12 of 20", "12 of 20"),
        ("in force from 1.11.2026", "in force from 1.11.2026"),
        ("-1,000.05, and", "-1\xa0000,05, and"),
        ("(0%, 50.5%)", "(0%, 50,5%)"),
    ],
)
def test_a_number_is_written_as_bulgarians_write_it_and_a_day_stays(english: str, bulgarian: str) -> None:
    assert numbers_in("bg", english) == bulgarian
    assert numbers_in("en", english) == english


def test_a_step_without_a_standard_keeps_its_words() -> None:
    plan = plan_of("pay: {kind: kicker, label: P, amount: 5}")
    kept: dict[str, JsonValue] = {"steps": [{"text": "once 5.00", "amount": "5"}]}
    assert told(Speaker(plan, "en", NOVEMBER), "pay", kept).steps == (Step("once 5.00", "5.00"),)
    assert told(Speaker(plan, "bg", NOVEMBER), "pay", kept).steps == (Step("еднократно 5,00", "5,00"),)


def test_every_word_of_every_kind_is_known_in_bulgarian() -> None:
    parts = {
        part
        for paid in all_paid()
        for rule in paid.plan.rules
        for detail in rule.lowered.details
        for part in detail.text
    }
    words = {part for part in parts if isinstance(part, str) and not isinstance(part, Subject | Aside)}
    assert words == WORDS.keys()


@pytest.mark.parametrize(
    ("written", "english", "bulgarian"),
    [
        ("1234.5", "1,234.50", "1\xa0234,50"),
        ("-264.92", f"{MINUS}264.92", f"{MINUS}264,92"),
        ("48.3333333333…", "48.3333…", "48,3333…"),
        ("33.00165", "33.0016…", "33,0016…"),
        ("0", "0.00", "0,00"),
    ],
)
def test_an_amount_is_cut_where_a_reader_would_stop_and_says_so(written: str, english: str, bulgarian: str) -> None:
    assert (sum_in("en", written), sum_in("bg", written)) == (english, bulgarian)
