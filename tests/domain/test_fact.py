"""Facts: what an event counts for whom and on which day, and why it does not count."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.event import Event, JsonValue, Part
from service.domain.fact import Contribution, Party, contributions, day_facts, not_counted, shares_of
from service.domain.metric import (
    Aggregation,
    Band,
    Condition,
    CreditRule,
    Credits,
    Limit,
    Metric,
    MetricSet,
    ValueType,
)

NOON = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
ANN = (Party("ann", Part.OWNER),)
MONEY = ValueType("money", 2)
TALK = Band(
    "talk_band",
    "talk_s",
    (Limit("up_to_1_min", Fraction(60)), Limit("1_to_3_min", Fraction(180)), Limit("over_3_min", None)),
)
SHARES = Credits({Part.CLOSER: Fraction(70), Part.LEAD_SOURCE: Fraction(10), Part.FARMER: Fraction(20)})


def an_event(kind: str, moment: datetime = NOON, **data: JsonValue) -> Event:
    return Event("crm", "1", kind, moment, "u1", data)


def a_set(*metrics: Metric) -> MetricSet:
    return MetricSet({metric.id: metric for metric in metrics}, {"talk_band": TALK}, SHARES, "Europe/Sofia", "EUR")


CALLS = Metric(
    "calls",
    "Conversations of 20 s and more",
    Aggregation.COUNT,
    types=("call.ended",),
    where=(Condition("direction", ("out",)), Condition("talk_s", minimum=Fraction(20))),
    slices=("talk_band", "customer_kind"),
)
MONEY_IN = Metric(
    "money", "Money", Aggregation.SUM, types=("payment.received", "payment.refunded"), field="amount", value_type=MONEY
)
TEAM_MONEY = Metric(
    "team_money",
    "Money",
    Aggregation.SUM,
    types=("payment.received", "payment.refunded"),
    field="amount",
    value_type=MONEY,
    credit=CreditRule.DEAL_TEAM,
)


@pytest.mark.parametrize(
    ("talk_s", "band"),
    [(20, "up_to_1_min"), (60, "up_to_1_min"), (61, "1_to_3_min"), (180, "1_to_3_min"), (181, "over_3_min")],
)
def test_the_end_of_a_talk_band_belongs_to_the_shorter_one(talk_s: int, band: str) -> None:
    event = an_event("call.ended", direction="out", talk_s=talk_s, customer_kind="new")
    assert contributions(event, ANN, a_set(CALLS)) == [
        Contribution("ann", date(2026, 11, 3), "calls", f"customer_kind=new;talk_band={band}", 1)
    ]


def test_a_missing_slice_is_unknown_and_signs_cannot_forge_another_slice() -> None:
    event = an_event("call.ended", direction="out", talk_s=30, customer_kind="new;talk_band=x")
    [fact] = contributions(event, ANN, a_set(CALLS))
    assert fact.slice == "customer_kind=new%3Btalk_band%3Dx;talk_band=up_to_1_min"
    [unknown] = contributions(an_event("call.ended", direction="out", talk_s=30), ANN, a_set(CALLS))
    assert unknown.slice.startswith("customer_kind=unknown;")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"direction": "out", "talk_s": 19}, "shorter than 20 s (talk_s is 19 s)"),
        ({"direction": "in", "talk_s": 50}, "direction is in, wanted out"),
        ({"talk_s": 50}, "direction is missing"),
        ({"direction": "out"}, "talk_s is missing"),
        ({"direction": "out", "talk_s": "long"}, "talk_s is not a number"),
    ],
)
def test_what_does_not_count_says_which_condition_failed(data: Mapping[str, JsonValue], words: str) -> None:
    event = Event("crm", "1", "call.ended", NOON, "u1", data)
    assert contributions(event, ANN, a_set(CALLS)) == []
    [(metric_id, sentence)] = not_counted(event, a_set(CALLS))
    assert metric_id == "calls"
    assert words in sentence


def test_what_counts_has_nothing_to_say_and_other_types_are_not_mentioned() -> None:
    assert not_counted(an_event("call.ended", direction="out", talk_s=20), a_set(CALLS)) == []
    assert not_counted(an_event("meeting.held"), a_set(CALLS)) == []


@pytest.mark.parametrize(("value", "wanted", "counts"), [(True, True, 1), (1, True, 0), (1, 1, 1), (Decimal(1), 1, 1)])
def test_true_is_not_one(value: JsonValue, wanted: JsonValue, counts: int) -> None:
    metric = Metric("m", "M", Aggregation.COUNT, types=("call.ended",), where=(Condition("x", (wanted,)),))
    assert len(contributions(an_event("call.ended", x=value), ANN, a_set(metric))) == counts


def test_the_time_zone_of_the_company_decides_the_day() -> None:
    late = datetime(2026, 10, 31, 22, 30, tzinfo=UTC)
    [fact] = contributions(an_event("payment.received", late, amount="5.00"), ANN, a_set(MONEY_IN))
    assert fact.day == date(2026, 11, 1)


@pytest.mark.parametrize(
    ("value", "day"),
    [("2026-09-30", date(2026, 9, 30)), ("2026-09-30T23:30:00+00:00", date(2026, 10, 1)), ("soon", None), (None, None)],
)
def test_another_field_may_decide_the_day(value: str | None, day: date | None) -> None:
    metric = Metric("m", "M", Aggregation.COUNT, types=("call.ended",), day_field="done_at")
    event = an_event("call.ended", done_at=value)
    assert [fact.day for fact in contributions(event, ANN, a_set(metric))] == ([day] if day else [])
    assert bool(not_counted(event, a_set(metric))) == (day is None)


def test_a_refund_enters_negated_and_only_where_it_is_listed() -> None:
    only_in = Metric("in", "In", Aggregation.SUM, types=("payment.received",), field="amount", value_type=MONEY)
    refund = an_event("payment.refunded", amount="120.50")
    assert [(f.metric_id, f.value) for f in contributions(refund, ANN, a_set(MONEY_IN, only_in))] == [
        ("money", -12_050)
    ]


def test_money_in_another_currency_is_never_added_up() -> None:
    event = an_event("payment.received", amount="100.00", currency="USD")
    assert contributions(event, ANN, a_set(MONEY_IN)) == []
    assert "the amount is in USD" in not_counted(event, a_set(MONEY_IN))[0][1]
    as_object = an_event("payment.received", amount={"amount": "100.00", "currency": "EUR"})
    assert [fact.value for fact in contributions(as_object, ANN, a_set(MONEY_IN))] == [10_000]


TEAM = (Party("ann", Part.OWNER), Party("bob", Part.CLOSER), Party("eve", Part.LEAD_SOURCE), Party("dan", Part.FARMER))


@pytest.mark.parametrize(
    ("parties", "shares"),
    [
        (TEAM, {"bob": 70, "eve": 10, "dan": 20}),
        (TEAM[:1], {"ann": 100}),
        ((TEAM[0], TEAM[2]), {"ann": 90, "eve": 10}),
        (TEAM[1:3], {"bob": 90, "eve": 10}),
        ((TEAM[0], Party("bob", Part.CLOSER), Party("cat", Part.CLOSER)), {"ann": 30, "bob": 35, "cat": 35}),
        ((TEAM[0], Party("eve", Part.LEAD_SOURCE, Decimal("33.3"))), {"ann": Decimal("66.7"), "eve": Decimal("33.3")}),
        ((TEAM[0], Party("ann", Part.LEAD_SOURCE)), {"ann": 100}),
    ],
)
def test_the_money_of_a_deal_is_shared_by_part_and_the_rest_is_the_owners(
    parties: Sequence[Party], shares: Mapping[str, int]
) -> None:
    assert shares_of(parties, a_set()) == {person: Fraction(share) for person, share in shares.items()}


@given(st.integers(-(10**9), 10**9), st.lists(st.sampled_from(TEAM), min_size=1, max_size=4, unique=True))
def test_a_split_of_credit_loses_no_cent(minor: int, parties: list[Party]) -> None:
    kind = "payment.received" if minor >= 0 else "payment.refunded"
    if not {party.part for party in parties} & {Part.OWNER, Part.CLOSER, Part.FARMER}:
        return
    event = an_event(kind, amount=str(Decimal(abs(minor)).scaleb(-2)))
    assert sum(fact.value for fact in contributions(event, parties, a_set(TEAM_MONEY))) == minor


@given(
    st.integers(-(10**9), 10**9),
    st.lists(st.integers(1, 9_999), min_size=0, max_size=3, unique=True),
    st.lists(st.sampled_from(list(Part)), min_size=4, max_size=4),
    st.lists(st.sampled_from(["ann", "bob", "eve"]), min_size=4, max_size=4),
)
def test_a_split_by_sent_shares_loses_no_cent(minor: int, cuts: list[int], parts: list[Part], who: list[str]) -> None:
    marks = [0, *sorted(cuts), 10_000]
    shares = [Decimal(end - start).scaleb(-2) for start, end in itertools.pairwise(marks)]
    parties = [Party(*each) for each in zip(who, parts, shares, strict=False)]
    kind = "payment.received" if minor >= 0 else "payment.refunded"
    found = contributions(an_event(kind, amount=str(Decimal(abs(minor)).scaleb(-2))), parties, a_set(TEAM_MONEY))
    assert sum(fact.value for fact in found) == minor
    for fact in found:
        own = sum(party.share_percent or 0 for party in parties if party.person_id == fact.person_id)
        assert abs(fact.value - minor * Fraction(own) / 100) < 1


def test_a_count_goes_whole_to_the_largest_share_and_ties_to_the_owner() -> None:
    won = Metric("won", "Won", Aggregation.COUNT, types=("deal.won",), credit=CreditRule.DEAL_TEAM)
    assert [f.person_id for f in contributions(an_event("deal.won"), TEAM, a_set(won))] == ["bob"]
    even = (Party("zoe", Part.OWNER, 50), Party("ann", Part.CLOSER, 50))
    assert [f.person_id for f in contributions(an_event("deal.won"), even, a_set(won))] == ["zoe"]


def test_without_a_source_of_the_lead_nobody_is_credited_for_it() -> None:
    metric = Metric("led", "Led", Aggregation.COUNT, types=("deal.won",), credit=CreditRule.LEAD_SOURCE)
    assert contributions(an_event("deal.won"), TEAM[:2], a_set(metric)) == []
    assert [f.person_id for f in contributions(an_event("deal.won"), TEAM, a_set(metric))] == ["eve"]


LEADS = Metric("leads", "Leads", Aggregation.DISTINCT, types=("lead.qualified",), field="lead_id")
OPEN = Metric("open", "Open", Aggregation.LAST, types=("crm.snapshot",), field="open_leads")
MOST = Metric("most", "Most", Aggregation.MAX, types=("crm.snapshot",), field="open_leads")
HOURS = Metric(
    "hours", "H", Aggregation.SUM, types=("crm.snapshot",), field="hours", value_type=ValueType("decimal", 1)
)


def facts_of(events: Sequence[Event], *metrics: Metric) -> dict[str, list[int]]:
    chosen = a_set(*metrics)
    found = day_facts([fact for event in events for fact in contributions(event, ANN, chosen)], chosen)
    return {metric.id: [fact.value for fact in found if fact.metric_id == metric.id] for metric in metrics}


def test_a_day_is_folded_by_how_a_metric_aggregates() -> None:
    snapshots = [an_event("crm.snapshot", open_leads=n, hours="1.5") for n in (5, 9, 7)]
    assert facts_of(snapshots, OPEN, MOST, HOURS) == {"open": [7], "most": [9], "hours": [45]}


def test_a_distinct_metric_keeps_each_key_once() -> None:
    events = [an_event("lead.qualified", lead_id=key) for key in ("a", "b", "a")]
    assert facts_of(events, LEADS) == {"leads": [1, 1]}


@given(st.lists(st.integers(0, 400), max_size=12), st.randoms(use_true_random=False))
def test_any_order_of_events_gives_the_same_facts(talk: list[int], chance: random.Random) -> None:
    events = [an_event("call.ended", direction="out", talk_s=seconds) for seconds in talk]
    shuffled = chance.sample(events, len(events))
    chosen = a_set(CALLS)
    before, after = (
        day_facts([fact for event in order for fact in contributions(event, ANN, chosen)], chosen)
        for order in (events, shuffled)
    )
    assert before == after
    assert sum(fact.value for fact in before) == sum(seconds >= 20 for seconds in talk)
