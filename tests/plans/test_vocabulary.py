"""The company's file: what it declares, what it refuses, and that it survives storage."""

from __future__ import annotations

from fractions import Fraction

import pytest

from service.domain.event import Part
from service.domain.metric import Aggregation, Condition, CreditRule
from service.plans import check, load_texts, vocabulary_from_document
from service.plans.event_names import EVENT_NAMES
from service.plans.moods import MOODS, mood_in
from service.sources.event_types import TYPES
from tests.plans.builders import COMPANY

FULL = (
    COMPANY
    + """
events: {demo.given: [minutes]}
bands:
  talk_band: {of: talk_s, bands: [{name: up_to_1_min, max: 60}, {name: 1_to_3_min, max: 180}, {name: over_3_min}]}
  size_band: {of: amount, limits: {small: 1000, large: null}}
credits: {deal_team: {closer: 70%, lead_source: 10%, farmer: 20%, missing: to_owner}}
processes:
  sale:
    received: {title: Lead received, done_when: [lead.created], next: 90%, max_days: 1}
    asked: {title: Secretary passed, done_when: [{stage.entered: {to_stage: asked}}], optional: true}
    paid: {title: Paid, done_when: [payment.received]}
"""
)


def lines(company: str) -> list[str]:
    return [str(item) for item in check(load_texts({"_org.yaml": company}))]


def test_a_company_declares_its_words() -> None:
    rules = load_texts({"_org.yaml": FULL})
    assert check(rules) == []
    words = rules.vocabulary
    assert (words.currency, words.timezone) == ("EUR", "Europe/Sofia")
    calls = words.metrics.metrics["calls"]
    assert (calls.types, calls.aggregation, calls.where) == (
        ("call.ended",),
        Aggregation.COUNT,
        (Condition("direction", ("out",)),),
    )
    assert calls.credit is CreditRule.OWNER
    assert words.metrics.credits.shares == {Part.CLOSER: 70, Part.LEAD_SOURCE: 10, Part.FARMER: 20}
    assert [stage.id for stage in words.processes["sale"].stages] == ["received", "asked", "paid"]
    assert words.processes["sale"].stages[1].done_when[0].to_stage == "asked"
    assert "demo.given" in words.event_types
    band = words.metrics.bands["talk_band"]
    assert [band.name_of(Fraction(n)) for n in (60, 61, 180, 181)] == [
        "up_to_1_min",
        "1_to_3_min",
        "1_to_3_min",
        "over_3_min",
    ]
    assert words.metrics.bands["size_band"].name_of(Fraction(1001)) == "large"


def test_the_words_are_the_same_after_storage() -> None:
    words = load_texts({"_org.yaml": FULL}).vocabulary
    again = vocabulary_from_document(words.document)
    assert again == words
    assert list(again.processes["sale"].stages) == list(words.processes["sale"].stages)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("from: call.ended", "from: call.end", 'E-NAME There is no event type `call.end`. Did you mean "call.ended"?'),
        ("title: Calls, from: call.ended, agg", "title: Calls, agg", 'E-SHAPE Metric "calls" has no `from`.'),
        ("agg: count, where", "agg: cuont, where", 'Did you mean "count"?'),
        ("field: amount, type: money}\n  rej", "type: money}\n  rej", 'E-SHAPE Metric "collected" has no `field`.'),
        ("of: won, over: closed", "of: wons, over: closed", 'E-NAME There is no metric `wons`. Did you mean "won"?'),
        ("of: won, over: closed", "of: win_rate, over: closed", "is a ratio itself"),
        ("type: money}\n  rej", "type: cash}\n  rej", "is num, money or decimal(1)"),
        ("Europe/Sofia", "Europe/Sofa", "`Europe/Sofa` is not a time zone"),
        ("currency: EUR", "currency: euro", "`euro` is not a currency code"),
        ("minor_units: 2", "minor_units: 0", "Only currencies with cents"),
        ("closer: 70%", "closer: 60%", "E-WEIGHTS The shares of `deal_team`"),
        ("{name: over_3_min}", "{name: over_3_min, max: 900}", "E-TIERS The last stretch"),
        ("title: Lead received", "title: In progress", 'E-STAGE Stage "received" is named after a state of mind'),
        ("  paid: {title", "  thinking: {title", "E-STAGE"),
        ("title: Secretary passed", "title: Клиентът мисли", "E-STAGE"),
        ("title: Secretary passed", "title: В работе", "E-STAGE"),
        ("done_when: [lead.created]", "done_when: [lead.creatd]", 'Did you mean "lead.created"?'),
        ("events: {demo.given", "events: {call.ended", "cannot be a type of your own"),
        ("where: attainment.calls >= 80%", "where: attainment.calls >= 0.8", "a ratio cannot be compared"),
        ("agg: sum, of: collected", "agg: sum, of: colected", 'Did you mean "collected"?'),
        ("[[50%, 0%], [100%", "[[50%, 0%], [40%", "E-TIERS `points`"),
        ("steps: [[0%, 0%], [80%", "steps: [[10%, 0%], [80%", "E-TIERS `steps`"),
        ("steps: [[0%, 0%]", "steps: [[0, 0%]", "pairs of percentages"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_companys_file_is_refused_with_a_hint(old: str, new: str, message: str) -> None:
    assert old in FULL
    found = lines(FULL.replace(old, new, 1))
    assert any(message in line for line in found), found


def test_our_event_types_are_those_that_senders_may_send() -> None:
    assert frozenset(TYPES) == EVENT_NAMES


@pytest.mark.parametrize("title", ["New subscription signed", "Warm introduction made", "Paid", "Нова среща проведена"])
def test_a_fact_that_contains_the_word_of_a_mood_is_still_a_fact(title: str) -> None:
    assert mood_in(title) == ""


def test_moods_are_known_in_three_languages() -> None:
    assert {mood_in(word) for word in ("In Progress", "КЛИЕНТЪТ МИСЛИ", "в_работе")} <= MOODS
