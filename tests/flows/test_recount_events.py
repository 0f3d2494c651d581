"""Promises about events whose user id turns out to be somebody else's."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from service.domain.person_row import PersonRow
from service.flows.import_people import Imported, import_people
from service.flows.rebuild_facts import Place, rebuild_facts
from service.flows.recount_events import recount_events
from service.jobs.pipeline import replay
from service.runtime import Runtime
from service.store.facts import sum_facts
from service.store.stale import claim_stale
from tests.company import Company, a_call, a_payment, a_void

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
EARLY = datetime(2026, 9, 10, 9, 0, tzinfo=UTC)
PLAIN = {
    "hired_on": "2025-01-01",
    "starts_on": "2025-01-01",
    "role": "closer",
    "grade": "middle",
    "team": "north",
    "fixed_salary": "1500",
    "soft_salary": "0",
}


@pytest.fixture
def company(runtime: Runtime) -> Company:
    """Ann's user id made a call in September and two in October, one of them withdrawn, and brought a payment."""
    found = Company(runtime)
    found.found()
    found.send(
        a_call("ann", "early", EARLY), a_call("ann", "c1"), a_call("ann", "c2"), a_payment("ann", "p1", "100.00")
    )
    found.send(a_void("v2", "c2"), a_call("bob", "own"))
    with runtime.transaction() as session:
        claim_stale(session, 1_000)
    return found


def told(person_id: str, **days: str) -> PersonRow:
    cells = {**PLAIN, "person_id": person_id, "name": person_id.title()}
    return PersonRow("{}", cells, [{"source": "crm", "subject": "ann", **days}])


def imported(company: Company, *rows: PersonRow) -> Imported:
    with company.runtime.transaction() as session:
        done = import_people(session, rows, "a test", now=company.now)
        recount_events(session, done.lost, now=company.now)
    return done


def calls(company: Company) -> dict[str, int]:
    with company.runtime.reading() as session:
        found = sum_facts(session, ["ann", "bob"], (YEAR,))
    return {person_id: metrics["calls"].value for person_id, metrics in found.items() if "calls" in metrics}


def test_events_go_over_to_the_person_the_user_id_belonged_to_on_their_day(company: Company) -> None:
    assert calls(company) == {"ann": 2, "bob": 1}
    imported(company, told("ann", ends_on="2026-09-30"), told("bob", starts_on="2026-10-01"))
    assert calls(company) == {"ann": 1, "bob": 2}
    with company.runtime.transaction() as session:
        marked = {(person_id, str(period)) for person_id, period in claim_stale(session, 1_000)}
    assert {("ann", "2026-10"), ("bob", "2026-10")} <= marked
    assert ("bob", "2026-09") not in marked


def test_events_of_a_user_id_that_is_nobodys_now_wait(company: Company) -> None:
    imported(company, told("ann", ends_on="2026-09-30"))
    assert calls(company) == {"ann": 1, "bob": 1}
    imported(company, told("bob", starts_on="2026-10-01"))
    replay()
    assert calls(company) == {"ann": 1, "bob": 2}


def test_a_withdrawn_event_stays_withdrawn_when_it_changes_hands(company: Company) -> None:
    imported(company, told("ann", ends_on="2026-09-30"), told("bob", starts_on="2026-10-01"))
    company.send(a_void("v1", "c1"))
    assert calls(company) == {"ann": 1, "bob": 1}


def test_nothing_is_left_for_a_rebuild_to_change(company: Company) -> None:
    imported(company, told("ann", ends_on="2026-09-30"), told("bob", starts_on="2026-10-01"))
    place: Place | None = Place()
    while place is not None:
        with company.runtime.transaction() as session:
            step = rebuild_facts(session, place, now=company.now)
        assert step.changed_facts == 0
        place = step.following


def test_an_alias_that_only_gains_days_recounts_nothing(company: Company) -> None:
    done = imported(company, told("ann", starts_on="2024-06-01"))
    assert done.lost == ()
    assert calls(company) == {"ann": 2, "bob": 1}
