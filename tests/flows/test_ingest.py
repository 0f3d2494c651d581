"""What becomes of each item of a delivery, and what it adds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from service.domain.event import Event, Item, ItemState, JsonValue, Operation, Quarantine, QuarantineReason, Rejection
from service.domain.person import Alias
from service.domain.source import UnknownSourceError
from service.runtime import Runtime
from service.store.aliases import replace_aliases
from service.store.derived_tables import event_credit, fact, fact_key, stale
from service.store.plan_tables import vocabulary_version
from service.store.tables import delivery, event, event_conflict, event_identity, period, quarantine
from tests.intake import (
    MORNING,
    NOW,
    PHONE,
    Intake,
    call,
    payment,
    reason,
    replacement,
    snapshot,
    states,
    void,
)


@pytest.fixture
def intake(runtime: Runtime) -> Intake:
    return Intake(runtime).found()


def test_a_new_event_is_kept_and_counted_before_the_answer(intake: Intake, nudged: list[str]) -> None:
    (result,) = intake.send(call("a1"))
    assert (result.state, result.receipt_id, result.late) == (ItemState.ACCEPTED, call("a1").receipt_id, False)
    assert intake.facts() == {("ann", "calls"): 1, ("ann", "talk"): 60, ("ann", "customers"): 1}
    assert intake.rows(event, "external_id", "day", "period", "person_id") == [
        ("a1", date(2026, 10, 14), "2026-10", "ann")
    ]
    assert intake.rows(stale, "person_id", "period") == [("ann", "2026-10")]
    assert len(intake.rows(delivery)) == 1
    assert nudged == ["refresh"]


def test_a_fact_carries_its_slice_and_when_it_was_reached(intake: Intake) -> None:
    intake.send(call("a1"), call("a2", at=MORNING + timedelta(hours=1)), call("a3", customer_kind="existing"))
    rows = [row for row in intake.rows(fact) if row[2] == "calls"]
    assert [(row[3], row[4], row[5]) for row in rows] == [
        ("customer_kind=existing", 1, MORNING),
        ("customer_kind=new", 2, MORNING + timedelta(hours=1)),
    ]


def test_the_day_is_the_companys_and_not_utc(intake: Intake) -> None:
    intake.send(call("a1", at=datetime.fromisoformat("2026-09-30T22:30:00+00:00")))
    assert intake.rows(event, "day", "period") == [(date(2026, 10, 1), "2026-10")]
    assert intake.rows(stale, "period") == [("2026-10",)]


def test_the_same_event_again_is_a_duplicate_and_adds_nothing(intake: Intake, nudged: list[str]) -> None:
    intake.send(call("a1"))
    before, nudged[:] = intake.derived(), []
    intake.now += timedelta(hours=1)
    (result,) = intake.send(call("a1"))
    assert (result.state, result.first_received_at, result.receipt_id) == (
        ItemState.DUPLICATE,
        NOW,
        call("a1").receipt_id,
    )
    assert intake.derived() == before
    assert nudged == []


def test_a_batch_with_its_own_duplicate_and_old_ones(intake: Intake) -> None:
    intake.send(*[call(f"old{n}") for n in range(3)])
    batch = [call(f"new{n}") for n in range(996)]
    results = intake.send(*batch, batch[0], *[call(f"old{n}") for n in range(3)])
    assert states(results) == ["accepted"] * 996 + ["duplicate"] * 4
    assert intake.facts()["ann", "calls"] == 999


def test_a_duplicate_differs_neither_by_the_order_of_keys_nor_by_the_spelling_of_numbers(intake: Intake) -> None:
    first: dict[str, JsonValue] = {"talk_s": 60, "rate": Decimal("1500.0")}
    again: dict[str, JsonValue] = {"rate": Decimal("1500.00"), "talk_s": 60}
    intake.send(Event("crm", "a1", "call.ended", MORNING, "ann", first))
    assert states(intake.send(Event("crm", "a1", "call.ended", MORNING, "ann", again))) == ["duplicate"]


def test_other_content_under_a_known_identity_is_kept_and_never_counted(intake: Intake) -> None:
    intake.send(payment("p1", "1500.00"))
    (result,) = intake.send(payment("p1", "15000.00"))
    assert (result.state, result.receipt_id) == (ItemState.CONFLICT, payment("p1").receipt_id)
    assert intake.facts() == {("ann", "collected"): 150_000}
    assert len(intake.rows(event)) == 1
    ((kept,),) = intake.rows(event_conflict, "document")
    assert "15000.00" in kept
    assert states(intake.send(payment("p1", "15000.00"))) == ["conflict"]
    assert len(intake.rows(event_conflict)) == 1


def test_of_two_contents_in_one_batch_the_first_counts(intake: Intake) -> None:
    results = intake.send(payment("p1", "10.00"), payment("p1", "20.00"), payment("p1", "10.00"))
    assert states(results) == ["accepted", "conflict", "duplicate"]
    assert intake.facts() == {("ann", "collected"): 1000}


def test_two_senders_may_use_the_same_external_id(intake: Intake) -> None:
    intake.send(call("a1"))
    assert states(intake.send(call("a1", source=PHONE), source=PHONE)) == ["accepted"]
    assert intake.facts()["ann", "calls"] == 2


def test_a_rejected_item_leaves_nothing_and_does_not_disturb_the_others(intake: Intake) -> None:
    bad = Item(0, "x", rejection=Rejection("missing_field", "The field time is missing.", "/0/time"))
    results = intake.send(bad, Item(1, "a1", call("a1")))
    assert states(results) == ["rejected", "accepted"]
    assert results[0].rejection == bad.rejection
    assert intake.rows(event_identity, "external_id") == [("a1",)]


def test_an_unknown_user_waits_and_is_not_an_error(intake: Intake) -> None:
    (result,) = intake.send(call("a1", "nobody"))
    assert reason(result) == "unresolved_subject"
    assert result.receipt_id == call("a1").receipt_id
    assert intake.facts() == {}
    assert intake.rows(quarantine, "source_id", "subject", "reason") == [("crm", "nobody", "unresolved_subject")]
    assert len(intake.rows(event)) == 1
    assert intake.rows(stale) == []


def test_an_unknown_part_of_a_deal_holds_the_whole_event(intake: Intake) -> None:
    assert reason(intake.send(payment("p1", lead_source="nobody"))[0]) == "unresolved_subject"
    assert intake.rows(quarantine, "subject") == [("nobody",)]
    assert intake.facts() == {}


def test_an_event_that_names_nobody_waits(intake: Intake) -> None:
    assert reason(intake.send(call("a1", None))[0]) == "unresolved_subject"


def test_an_unknown_type_waits_and_a_declared_one_counts(intake: Intake) -> None:
    unknown = Event("crm", "x1", "juggling.ended", MORNING, "ann", {})
    declared = Event("crm", "x2", "tour.given", MORNING, "ann", {"guests": 3})
    results = intake.send(unknown, declared)
    assert reason(results[0]) == "unmapped_type"
    assert results[1].state is ItemState.ACCEPTED
    assert intake.facts() == {("ann", "tours"): 1}


def test_a_type_that_only_the_company_knows_counts_although_the_adapter_does_not_know_it(intake: Intake) -> None:
    told = Event("crm", "x2", "tour.given", MORNING, "ann", {"guests": 3})
    held = Quarantine(QuarantineReason.UNMAPPED_TYPE, "Unknown.")
    assert states(intake.send(Item(0, "x2", told, held))) == ["accepted"]


def test_what_the_adapter_holds_back_stays_back(intake: Intake) -> None:
    held = Quarantine(QuarantineReason.NEEDS_ENRICHMENT, "Only an id came.")
    assert reason(intake.send(Item(0, "a1", call("a1"), held))[0]) == "needs_enrichment"
    assert intake.facts() == {}


@pytest.mark.parametrize(
    ("shift", "expected"),
    [
        (timedelta(minutes=5), "accepted"),
        (timedelta(minutes=5, seconds=1), "future_time"),
        (timedelta(days=-400), "accepted"),
        (timedelta(days=-400, seconds=-1), "too_old"),
    ],
)
def test_the_time_of_an_event_is_neither_to_come_nor_too_long_ago(
    intake: Intake, shift: timedelta, expected: str
) -> None:
    with intake.runtime.transaction() as session:
        replace_aliases(session, [("crm", "ann")], [Alias("crm", "ann", "ann", date(2020, 1, 1))])
    (result,) = intake.send(call("a1", at=NOW + shift))
    assert (str(result.state) if result.quarantine is None else reason(result)) == expected


def test_a_number_no_metric_can_hold_waits_and_leaves_the_batch_whole(intake: Intake) -> None:
    results = intake.send(call("a1", talk_s=10**38), call("a2"))
    assert reason(results[0]) == "amount_out_of_bounds"
    assert results[1].state is ItemState.ACCEPTED
    assert intake.facts()["ann", "talk"] == 60


def test_money_in_another_currency_waits_until_the_sender_corrects_it(intake: Intake) -> None:
    dollars = payment("p1")
    dollars = replace(dollars, data={**dollars.data, "currency": "USD"})
    assert [reason(result) for result in intake.send(dollars)] == ["unknown_currency"]
    assert ("ann", "collected") not in intake.facts()
    corrected = replace(payment("p1-in-euro", "92.00"), op=Operation.REPLACE, target="p1")
    assert intake.send(corrected)[0].state is ItemState.ACCEPTED
    assert sum(value for (_, metric), value in intake.facts().items() if metric == "collected") == 9200


def test_an_event_of_a_closed_month_is_late_and_counts_on_its_own_day(intake: Intake) -> None:
    with intake.runtime.transaction() as session:
        session.execute(period.insert().values(period="2026-10", state="closed", version=1))
    (result,) = intake.send(call("a1"))
    assert (result.state, result.late) == (ItemState.ACCEPTED, True)
    assert intake.rows(event, "late") == [(True,)]
    assert intake.rows(stale, "person_id", "period") == [("ann", "2026-10")]


def test_money_is_split_between_those_who_have_a_part(intake: Intake) -> None:
    intake.send(payment("p1", "100.01", lead_source="bob"))
    assert intake.facts() == {("ann", "collected"): 7001, ("bob", "collected"): 3000}
    assert intake.rows(event_credit, "person_id", "day") == [("ann", date(2026, 10, 14)), ("bob", date(2026, 10, 14))]


def test_a_metric_may_count_on_a_day_that_the_event_names(intake: Intake) -> None:
    intake.send(Event("crm", "m1", "meeting.held", MORNING, "ann", {"held_on": "2026-09-30"}))
    assert intake.rows(fact, "day", "metric") == [(date(2026, 9, 30), "meetings")]
    assert [row[0] for row in intake.rows(event_credit, "day")] == [date(2026, 9, 30), date(2026, 10, 14)]
    assert sorted(intake.rows(stale, "period")) == [("2026-09",), ("2026-10",)]


def test_the_last_and_the_largest_value_of_a_day_do_not_depend_on_arrival(intake: Intake) -> None:
    intake.send(snapshot("s2", 2, 9, MORNING + timedelta(hours=2)))
    intake.send(snapshot("s1", 7, 1, MORNING))
    assert intake.facts() == {("ann", "overdue"): 2, ("ann", "stalled"): 9}


def test_a_distinct_metric_counts_each_customer_once_over_days(intake: Intake) -> None:
    intake.send(call("a1"), call("a2", at=MORNING - timedelta(days=1)), call("a3", customer_id="c2"))
    assert intake.facts()["ann", "customers"] == 2
    assert [row[5] for row in intake.rows(fact_key)] == [1, 1, 1]


def test_a_void_takes_an_event_back(intake: Intake) -> None:
    intake.send(call("a1"), call("a2"))
    assert states(intake.send(void("v1", "a1"))) == ["accepted"]
    assert intake.facts()["ann", "calls"] == 1
    assert intake.facts()["ann", "talk"] == 60


def test_a_void_before_its_event_lets_it_in_and_leaves_nothing(intake: Intake) -> None:
    intake.send(void("v1", "a1"))
    assert intake.facts() == {}
    assert states(intake.send(call("a1"), call("a2"))) == ["accepted", "accepted"]
    assert intake.facts()["ann", "calls"] == 1


def test_a_replacement_counts_instead_of_its_event(intake: Intake) -> None:
    intake.send(call("a1"))
    intake.send(replacement("r1", "a1", talk_s=90))
    assert intake.facts()["ann", "talk"] == 90
    intake.send(replacement("r2", "r1", talk_s=100))
    assert intake.facts()["ann", "talk"] == 100


def test_a_correction_may_come_with_what_it_corrects(intake: Intake) -> None:
    intake.send(void("v1", "a1"), call("a1"), replacement("r1", "a2", talk_s=30), call("a2"))
    assert intake.facts()["ann", "talk"] == 30


def test_a_void_reaches_the_days_of_everybody_who_had_a_part(intake: Intake) -> None:
    intake.send(payment("p1", lead_source="bob"))
    intake.send(void("v1", "p1"))
    assert intake.facts() == {}
    assert {row[0] for row in intake.rows(stale, "person_id")} == {"ann", "bob"}


def test_nothing_is_kept_of_a_delivery_from_nowhere(intake: Intake) -> None:
    with pytest.raises(UnknownSourceError):
        intake.send(call("a1", source="nowhere"), source="nowhere")
    assert intake.rows(event_identity) == []


def test_before_any_vocabulary_events_are_kept_without_facts(runtime: Runtime) -> None:
    intake = Intake(runtime).found()
    with runtime.transaction() as session:
        session.execute(vocabulary_version.delete())
    assert states(intake.send(call("a1"))) == ["accepted"]
    assert intake.facts() == {}
    assert intake.rows(event_credit, "person_id") == [("ann",)]
