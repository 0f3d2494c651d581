"""Erasing takes a person out of everything but finance's statements, and no cent and no hash moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from service.domain.audit import PERSON_ERASED, AuditQuery
from service.domain.person import Person
from service.domain.privacy import ERASED, InvalidReasonError, MoneyStillOpenError, StillEmployedError
from service.flows.erase_person import erase_person
from service.jobs.pipeline import rebuild
from service.jobs.replaying import replay_closing
from service.reports.ledger import verify_ledger
from service.runtime import Runtime
from service.store.audit import list_audit
from service.store.derived_tables import fact
from service.store.earnings import list_lines
from service.store.people import get_person, replace_people
from service.store.tables import event, posting, quarantine, statement
from tests.company import NOVEMBER, OCTOBER, Company, a_call, an_assignment
from tests.privacy import DECEMBER, LEFT, NAME, NUMBER, SUBJECT, TRACES, WHO, a_delivery, annabels_company, places_of


@pytest.fixture
def company(runtime: Runtime) -> Company:
    """A company that Annabel left."""
    return annabels_company(runtime)


def erase(company: Company, reason: str = "asked for on paper") -> None:
    with company.runtime.transaction() as session:
        erase_person(session, WHO, reason, "admin", today=DECEMBER.date(), now=DECEMBER)


def test_the_person_was_everywhere_and_is_in_the_statement_of_finance_alone(company: Company) -> None:
    before = {trace: places_of(company.runtime, trace) for trace in TRACES}
    assert {"person.name", "statement.document", "event.document", "delivery.body"} <= before[NAME]
    assert {"alias.subject", "event.subject", "event_conflict.document", "delivery.body"} <= before[SUBJECT]
    assert before[NUMBER] == {"assignment.personnel_number"}
    erase(company)
    after = {trace: places_of(company.runtime, trace) for trace in TRACES}
    assert after == {trace: {"statement.document"} if trace == NAME else set() for trace in TRACES}


def test_every_paid_line_stays_to_the_cent_and_every_closed_month_verifies(company: Company) -> None:
    def books() -> list[object]:
        with company.runtime.reading() as session:
            lines = [replace(line, explanation={}) for line in list_lines(session, OCTOBER, [WHO])]
            rows = [tuple(row) for table in (posting, statement) for row in session.execute(select(table))]
            return [*lines, *rows]

    before = books()
    assert before
    erase(company)
    assert books() == before
    with company.runtime.reading() as session:
        assert verify_ledger(session).findings == ()


def test_a_closed_month_comes_out_the_same_after_the_erasure(company: Company) -> None:
    erase(company)
    assert replay_closing(company.runtime, OCTOBER).is_equal


def test_a_rebuild_counts_the_same_and_posts_nothing(company: Company) -> None:
    def facts() -> set[tuple[object, ...]]:
        with company.runtime.reading() as session:
            return {tuple(row) for row in session.execute(select(fact))}

    before = facts()
    erase(company)
    assert rebuild().changed_facts == 0
    company.refresh()
    assert facts() == before
    with company.runtime.reading() as session:
        assert [line for line in list_lines(session, NOVEMBER, [WHO]) if line.amount_minor] == []


def test_the_erasure_is_in_the_audit_log_and_what_the_person_did_is_under_the_id(company: Company) -> None:
    erase(company, f"{NAME} asked for it")
    with company.runtime.reading() as session:
        entries = list_audit(session, AuditQuery(limit=100))
    (told,) = [entry for entry in entries if entry.what == PERSON_ERASED]
    assert (told.who, told.subject, told.detail) == ("admin", WHO, {"reason": f"{ERASED} asked for it"})
    assert [entry.subject for entry in entries if entry.what == "account.added"] == [WHO]


def test_the_audit_log_is_closed_again_after_an_erasure(company: Company) -> None:
    erase(company)
    for statement_of in ("UPDATE audit SET who = 'x'", "DELETE FROM audit"):
        with pytest.raises(DBAPIError, match="only ever added to"), company.runtime.engine.begin() as connection:
            connection.execute(text(statement_of))


def test_somebody_else_of_the_same_name_keeps_it(company: Company) -> None:
    with company.runtime.transaction() as session:
        replace_people(session, [Person("p-12", NAME, date(2025, 1, 1))], [an_assignment("p-12")], [])
    erase(company)
    with company.runtime.reading() as session:
        assert (get_person(session, "p-12").name, get_person(session, WHO).name) == (NAME, ERASED)


def test_what_still_comes_under_the_old_user_id_waits_and_names_nobody(company: Company) -> None:
    erase(company)
    company.now = DECEMBER
    (result,) = company.send(a_call(SUBJECT, "c-9", DECEMBER))
    assert result.quarantine is not None
    assert result.quarantine.reason == "unresolved_subject"


def test_an_event_that_waits_for_somebody_else_still_waits_for_them(company: Company) -> None:
    with company.runtime.transaction() as session:
        event_id = session.scalars(select(event.c.event_id).where(event.c.external_id == "c-1")).one()
        row = {
            "event_id": event_id,
            "source_id": "crm",
            "reason": "unresolved_subject",
            "detail": "",
            "since": DECEMBER,
        }
        session.execute(insert(quarantine).values(row | {"subject": "u99"}))
    erase(company)
    with company.runtime.reading() as session:
        assert session.scalars(select(quarantine.c.subject)).all() == ["u99"]


def test_somebody_who_works_here_or_is_owed_money_is_not_erased(company: Company) -> None:
    with company.runtime.transaction() as session, pytest.raises(StillEmployedError):
        erase_person(session, WHO, "too early", "admin", today=LEFT, now=DECEMBER)
    company.now = DECEMBER
    a_delivery(company, a_call(SUBJECT, "c-10"))
    company.refresh()
    with pytest.raises(MoneyStillOpenError, match="2026-11"):
        erase(company)
    assert places_of(company.runtime, NUMBER)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "a\nb"])
def test_an_erasure_needs_a_reason(company: Company, reason: str) -> None:
    with pytest.raises(InvalidReasonError):
        erase(company, reason)
