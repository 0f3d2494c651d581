"""Guards and trust of metrics: read as written, refused with their place, and kept with the vocabulary."""

from __future__ import annotations

from fractions import Fraction

import pytest

from service.domain.metric_guard import Guards, TrustDemand
from service.plans import check, load_texts, vocabulary_from_document
from tests.plans.builders import COMPANY

METRIC = "  seen: {{title: Seen, from: {source}, agg: {agg}{rest}}}\n"


def company(rest: str, agg: str = "count", source: str = "call.ended") -> str:
    return COMPANY.replace("metrics:\n", "metrics:\n" + METRIC.format(source=source, agg=agg, rest=", " + rest), 1)


def lines(text: str) -> list[str]:
    return [str(item) for item in check(load_texts({"_org.yaml": text}))]


def test_guards_and_trust_are_read_and_survive_storage() -> None:
    rest = "guards: {max_per_hour: 30, min_gap_s: 20, distinct_counterparty_per_day: number_hash}, trust: 2"
    rules = load_texts({"_org.yaml": company(rest)})
    assert check(rules) == []
    for words in (rules.vocabulary, vocabulary_from_document(rules.vocabulary.document)):
        seen = words.metrics.metrics["seen"]
        assert seen.guards == Guards(30, 20, "number_hash")
        assert seen.trust == TrustDemand(2)
        assert words.metrics.guarded == {"seen"}


def test_trust_may_be_asked_from_an_amount_on() -> None:
    rest = "field: amount, type: money, trust: {from: 1_000, level: 3}"
    rules = load_texts({"_org.yaml": company(rest, "sum", "payment.received")})
    assert check(rules) == []
    assert rules.vocabulary.metrics.metrics["seen"].trust == TrustDemand(3, Fraction(1000))


def test_a_guard_changes_what_is_stored() -> None:
    plain, guarded = (
        load_texts({"_org.yaml": company(rest)}).vocabulary.document
        for rest in ("better: higher", "better: higher, guards: {min_gap_s: 5}")
    )
    assert plain != guarded


@pytest.mark.parametrize(
    ("rest", "agg", "told"),
    [
        ("guards: {}", "count", "asks for nothing"),
        ("guards: {max_per_hour: 0}", "count", "a whole number from 1 to 3600"),
        ("guards: {max_per_day: 3}", "count", "has no field `max_per_day`"),
        ("field: talk_s, guards: {min_gap_s: 5}", "max", "cannot have guards"),
        ("field: amount, type: money, guards: {min_gap_s: 5}", "sum", "cannot have guards"),
        ("trust: 4", "count", "is 1 (a shared key), 2 (a signature) or 3"),
        ("trust: {from: 5, level: 2}", "count", "is about a `field`"),
        ("trust: {level: 2}", "count", "has no `from`"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_its_place(rest: str, agg: str, told: str) -> None:
    [found] = lines(company(rest, agg))
    assert told in found
    path, line, column = found.split(" ")[0].split(":")[:3]
    assert path == "_org.yaml"
    assert int(line) > 0
    assert int(column) > 0
