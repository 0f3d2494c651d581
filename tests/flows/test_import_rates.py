"""Promises of exchange rates: money in another currency counts when its rate is known, and once converted it stays."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from service.domain.audit import RATES_IMPORTED
from service.domain.event import Event, Operation
from service.domain.exchange_rate import MAX_ROWS, RateRow, RatesRefusedError, TooManyRatesError
from service.domain.person import Alias
from service.flows.import_rates import import_rates
from service.jobs.pipeline import rebuild, replay
from service.reports.activity import list_activity
from service.reports.event_trace import trace_by_id
from service.runtime import Runtime
from service.store.aliases import replace_aliases
from service.store.currency_tables import event_conversion, exchange_rate
from service.store.deals import list_deal_events
from service.store.plan_tables import audit
from service.store.quarantine import list_mendable
from service.store.vocabulary import add_new_vocabulary
from tests.intake import ORG, Intake, document, payment, reason

WON_AT = datetime(2026, 10, 14, 7, 0, tzinfo=UTC)


@pytest.fixture
def intake(runtime: Runtime) -> Intake:
    return Intake(runtime).found()


def dollars(name: str = "p1", amount: str = "1000.00", currency: str = "USD") -> Event:
    told = payment(name, amount)
    return Event("crm", name, told.type, told.occurred_at, "ann", {**told.data, "currency": currency})


def levs(name: str, day: date, amount: str) -> Event:
    return Event(
        "crm",
        name,
        "payment.received",
        datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
        "ann",
        {"amount": amount, "currency": "BGN"},
    )


def rates(intake: Intake, *rows: tuple[str, str, str]) -> int:
    """Import rates, and let what waited for them count as the sweeper does."""
    written = [RateRow(f"/rates/{place}/{{}}", *row) for place, row in enumerate(rows)]
    with intake.runtime.transaction() as session:
        new = import_rates(session, written, "finance", now=intake.now)
    replay()
    return new


def written(intake: Intake, statement: str) -> None:
    """What somebody writes into the tables by hand."""
    with intake.runtime.transaction() as session:
        session.execute(text(statement))


def collected(intake: Intake) -> int:
    return sum(value for (_, metric), value in intake.facts().items() if metric == "collected")


def test_money_with_a_rate_counts_converted_at_once_and_its_own_amount_is_kept(intake: Intake) -> None:
    assert rates(intake, ("USD", "2026-10-01", "1.1725")) == 1
    intake.send(dollars())
    assert collected(intake) == 85288
    with intake.runtime.reading() as session:
        trace = trace_by_id(session, "crm", "p1", None)
        (activity,) = list_activity(session, "ann", date(2026, 10, 14), {"collected"}, 10)
    assert trace["conversion"] == {
        "currency": "EUR",
        "amounts": [
            {
                "field": "amount",
                "sent": "1000.00",
                "currency": "USD",
                "rate": "1.1725",
                "rate_day": "2026-10-01",
                "amount": "852.88",
            }
        ],
        "converted_at": "2026-10-20T09:00:00+00:00",
    }
    told = trace["event"]
    assert isinstance(told, dict)
    assert (told["data"]["amount"], told["data"]["currency"]) == ("1000.00", "USD")
    assert [(metric.id, value) for metric, value in activity.counted] == [("collected", 85288)]
    assert activity.conversion is not None


def test_money_without_a_rate_waits_for_it_and_counts_when_it_comes(intake: Intake) -> None:
    assert reason(intake.send(dollars())[0]) == "unknown_currency"
    assert rates(intake, ("GBP", "2026-10-14", "0.86"), ("USD", "2026-10-15", "1.20")) == 2
    assert collected(intake) == 0
    assert rates(intake, ("USD", "2026-10-13", "1.25")) == 1
    assert collected(intake) == 80000
    with intake.runtime.reading() as session:
        assert trace_by_id(session, "crm", "p1", None)["status"] == "accepted"


def test_money_that_still_waits_is_not_looked_at_again_at_every_sweep(intake: Intake) -> None:
    intake.send(dollars(), dollars("p2", currency="BGN"))
    rates(intake, ("GBP", "2026-10-14", "0.86"))
    with intake.runtime.reading() as session:
        assert list_mendable(session, 0, [], intake.now, 10) == []


def test_money_that_waits_from_before_there_were_rates_is_looked_at(intake: Intake) -> None:
    intake.send(dollars())
    written(intake, "UPDATE quarantine SET currency = NULL")
    rates(intake, ("USD", "2026-10-13", "1.25"))
    assert collected(intake) == 80000


def test_what_was_converted_stays_whatever_the_table_says_later(intake: Intake) -> None:
    rates(intake, ("USD", "2026-10-13", "1.25"))
    intake.send(dollars())
    assert rates(intake, ("USD", "2026-10-13", "1.00"), ("USD", "2026-10-14", "2.00")) == 2
    rebuild()
    assert collected(intake) == 80000
    intake.send(dollars("p2"))
    assert collected(intake) == 80000 + 50000


def test_levs_are_converted_by_law_until_2025_ended_and_refused_afterwards(intake: Intake) -> None:
    with intake.runtime.transaction() as session:
        add_new_vocabulary(session, date(2025, 1, 1), document(ORG), intake.now)
        replace_aliases(session, [("crm", "ann")], [Alias("crm", "ann", "ann", date(2025, 1, 1))])
    last, first = date(2025, 12, 31), date(2026, 1, 1)
    results = intake.send(levs("b1", last, "1.95"), levs("b2", last, "100.00"), levs("b3", first, "100.00"))
    assert [result.quarantine and result.quarantine.reason for result in results] == [None, None, "unknown_currency"]
    assert results[2].quarantine is not None
    assert "Bulgaria pays in EUR" in results[2].quarantine.detail
    assert collected(intake) == 100 + 5113


def test_a_refund_and_the_amount_of_a_deal_are_converted_too(intake: Intake) -> None:
    rates(intake, ("USD", "2026-10-13", "1.25"))
    won = Event("crm", "w1", "deal.won", WON_AT, "ann", {"deal_id": "d1", "amount": "500.00", "currency": "USD"})
    refund = Event(
        "crm", "r1", "payment.refunded", WON_AT, "ann", {"deal_id": "d1", "amount": "100.00", "currency": "USD"}
    )
    intake.send(dollars(), won, refund)
    assert collected(intake) == 80000 - 8000
    with intake.runtime.reading() as session:
        found = {item.type: item.amount_minor for item in list_deal_events(session, {"d1"})["d1"]}
    assert found == {"deal.won": 40000, "payment.refunded": 8000}


def test_a_void_of_foreign_money_needs_no_rate(intake: Intake) -> None:
    rates(intake, ("USD", "2026-10-13", "1.25"))
    intake.send(dollars())
    francs = {"currency": "CHF", "amount": "1.00"}
    void = Event("crm", "v1", "payment.received", WON_AT, "ann", francs, op=Operation.VOID, target="p1")
    intake.send(void)
    assert collected(intake) == 0


def test_the_same_event_again_is_a_duplicate_and_is_converted_once(intake: Intake) -> None:
    rates(intake, ("USD", "2026-10-13", "1.25"))
    intake.send(dollars())
    intake.send(dollars())
    assert len(intake.rows(event_conversion, "event_id")) == 1
    assert collected(intake) == 80000


def test_the_same_rate_again_adds_nothing_and_a_change_is_kept_beside_it_and_audited(intake: Intake) -> None:
    assert rates(intake, ("USD", "2026-10-13", "1.25"), ("GBP", "2026-10-13", "0.8")) == 2
    assert rates(intake, ("USD", "2026-10-13", "1.250")) == 0
    assert rates(intake, ("USD", "2026-10-13", "1.26")) == 1
    assert intake.rows(exchange_rate, "rate") == [("1.25",), ("0.8",), ("1.26",)]
    with intake.runtime.reading() as session:
        query = select(func.count()).select_from(audit).where(audit.c.what == RATES_IMPORTED)
        assert session.scalar(query) == 2


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("EUR", "2026-10-13", "1"), "own_currency"),
        (("BGN", "2026-10-13", "1.95583"), "fixed_rate"),
        (("usd", "2026-10-13", "1.25"), "invalid_currency"),
        (("USD", "13.10.2026", "1.25"), "invalid_day"),
        (("USD", "20261013", "1.25"), "invalid_day"),
        (("USD", "2026-10-13", "0.00"), "invalid_rate"),
        (("USD", "2026-10-13", "-1"), "invalid_rate"),
        (("USD", "2026-10-13", "1,25"), "invalid_rate"),
        (("USD", "2026-10-13", "1.30"), "contradiction"),
    ],
)
def test_a_table_with_a_mistake_changes_nothing(intake: Intake, row: tuple[str, str, str], code: str) -> None:
    with pytest.raises(RatesRefusedError) as refused:
        rates(intake, ("USD", "2026-10-13", "1.25"), row)
    assert [problem.code for problem in refused.value.problems] == [code]
    assert intake.rows(exchange_rate, "rate") == []


def test_more_rows_than_one_request_takes_are_refused(intake: Intake) -> None:
    with pytest.raises(TooManyRatesError):
        rates(intake, *[("USD", "2026-10-13", str(Decimal(1)))] * (MAX_ROWS + 1))


@pytest.mark.parametrize("statement", ["UPDATE exchange_rate SET rate = '9'", "DELETE FROM event_conversion"])
def test_the_database_refuses_to_change_a_rate_or_a_conversion(intake: Intake, statement: str) -> None:
    rates(intake, ("USD", "2026-10-13", "1.25"))
    intake.send(dollars())
    with pytest.raises(DatabaseError, match="only ever added to"):
        written(intake, statement)
