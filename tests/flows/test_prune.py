"""What has been kept for its term goes, in batches, and the books and a rebuild stay right without it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from service.domain.privacy import Terms
from service.domain.replay import NotKeptError
from service.flows import prune as pruning
from service.flows.prune import Pruned, prune
from service.jobs.pipeline import rebuild
from service.jobs.replaying import replay_closing
from service.reports.ledger import verify_ledger
from service.runtime import Runtime
from service.store.derived_tables import fact
from service.store.known_tables import known
from service.store.tables import delivery, event, event_identity, ledger_entry, statement
from tests.company import NOVEMBER, OCTOBER, Company, a_payment
from tests.privacy import a_delivery, annabels_company

TERMS = Terms(raw_months=13, event_years=5, statement_years=10)
LAST_RAW = datetime(2027, 11, 30, 23, tzinfo=UTC)
LAST_EVENTS, LAST_STATEMENTS = datetime(2031, 12, 31, 23, tzinfo=UTC), datetime(2036, 12, 31, 23, tzinfo=UTC)
"""October 2026 is paid in November: its last moments with deliveries, events and statements."""


@pytest.fixture
def company(runtime: Runtime) -> Company:
    """October 2026 worked and closed in November."""
    return annabels_company(runtime)


def pruned(company: Company, now: datetime, terms: Terms = TERMS) -> Pruned:
    with company.runtime.transaction() as session:
        return prune(session, terms, "cron", now=now)


def rows(company: Company) -> dict[str, int]:
    tables = (delivery, event, event_identity, statement, ledger_entry, fact)
    with company.runtime.reading() as session:
        return {table.name: session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables}


def test_each_kind_goes_when_its_term_is_over_and_not_a_moment_before(company: Company) -> None:
    before = rows(company)
    moment = timedelta(hours=1)
    # 13 months back from November 2027 is October 2026, which is still kept.
    assert pruned(company, LAST_RAW) == Pruned(0, 0, 0)
    assert pruned(company, LAST_RAW + moment).deliveries == before["delivery"] + 1, "and what came twice"
    assert pruned(company, LAST_EVENTS) == Pruned(0, 0, 0)
    assert pruned(company, LAST_EVENTS + moment).events == before["event"]
    assert pruned(company, LAST_STATEMENTS) == Pruned(0, 0, 0)
    assert pruned(company, LAST_STATEMENTS + moment).statements == before["statement"]
    assert pruned(company, LAST_STATEMENTS + moment) == Pruned(0, 0, 0)
    gone = {"delivery", "event", "statement"}
    assert rows(company) == {name: 0 if name in gone else count for name, count in before.items()}


def test_what_a_close_knew_goes_with_its_statements_and_until_its_events_go_it_can_be_worked_out(
    company: Company,
) -> None:
    def kept() -> int:
        with company.runtime.reading() as session:
            return session.execute(select(func.count()).select_from(known)).scalar_one()

    pruned(company, LAST_RAW + timedelta(hours=1))
    assert replay_closing(company.runtime, OCTOBER).is_equal
    pruned(company, LAST_EVENTS + timedelta(hours=1))
    with pytest.raises(NotKeptError, match="2026-10 cannot be worked out again"):
        replay_closing(company.runtime, OCTOBER)
    before = kept()
    gone = pruned(company, LAST_STATEMENTS + timedelta(hours=1)).known
    assert 0 < gone == before - kept()
    with company.runtime.reading() as session:
        assert set(session.scalars(select(known.c.kind))) <= {"company", "vocabulary"}, "nothing of anybody"


def test_the_ledger_verifies_and_a_rebuild_keeps_the_facts_when_everything_is_gone(company: Company) -> None:
    pruned(company, LAST_STATEMENTS + timedelta(hours=1))
    with company.runtime.reading() as session:
        assert verify_ledger(session).findings == ()
    before = rows(company)
    assert before["event"] == before["statement"] == 0
    assert before["fact"]
    assert rebuild().changed_facts == 0
    assert rows(company) == before


def test_a_month_that_was_closed_late_is_kept_from_its_payment_on(company: Company) -> None:
    company.now = datetime(2028, 2, 1, 9, tzinfo=UTC)
    company.send(a_payment("bob", "c-20", "10", datetime(2026, 11, 5, 9, tzinfo=UTC)))
    company.refresh()
    company.close(NOVEMBER)
    pruned(company, datetime(2033, 6, 1, tzinfo=UTC))
    assert rows(company)["event"] == 1
    pruned(company, datetime(2034, 1, 1, tzinfo=UTC))
    assert rows(company)["event"] == 0


def test_one_step_deletes_no_more_than_its_limit(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "PRUNED_AT_ONCE", 1)
    a_delivery(company, a_payment("bob", "c-21", "10"))
    now = LAST_EVENTS + timedelta(hours=1)
    events = rows(company)["event"]
    steps = 0
    while pruned(company, now).total:
        steps += 1
    assert steps == events
    assert rows(company)["event"] == rows(company)["delivery"] == 0
