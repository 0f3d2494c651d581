"""Somebody to be erased: Annabel, who worked, was paid and left; and a look at every text and byte that is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

from sqlalchemy import LargeBinary, String, insert, select

from service.domain.account import Role
from service.domain.delivery import Delivery, Sent
from service.domain.event import CreditClaim, Event, Item, Part, event_document
from service.domain.person import Alias, Person
from service.flows.ingest import ingest
from service.runtime import Runtime
from service.store.aliases import replace_aliases
from service.store.columns import METADATA
from service.store.people import replace_people
from service.store.tables import event_conflict
from tests.accounts import an_account, with_login
from tests.company import MID_OCTOBER, SOURCE, Company, a_call, a_payment, an_assignment

WHO = "p-4711"
NAME = "Анабел Quillfeather"
LOGIN = "annabel.quill@example.com"
NUMBER = "900817"
SUBJECT = "crm-user-annabel"
LEFT = date(2026, 10, 31)
DECEMBER = datetime(2026, 12, 3, 9, tzinfo=UTC)
TRACES = (NAME, LOGIN, NUMBER, SUBJECT)


def annabels_company(runtime: Runtime) -> Company:
    """October worked and closed; Annabel and bob were paid, she had an account, and left on the last day."""
    opened = with_login(runtime)
    company = Company(opened, MID_OCTOBER)
    company.found(("bob",))
    with opened.transaction() as session:
        held = an_assignment(WHO, ends_on=LEFT, personnel_number=NUMBER)
        replace_people(session, [Person(WHO, NAME, date(2025, 1, 1), LEFT)], [held], [])
        replace_aliases(session, [(SOURCE, SUBJECT)], [Alias(SOURCE, SUBJECT, WHO, date(2025, 1, 1))])
    an_account(opened, LOGIN, Role.HEAD, person=WHO)
    a_delivery(company, a_call(SUBJECT, "c-1"), a_payment(SUBJECT, "c-2", "1000.05"), a_call("bob", "c-3"))
    shared = replace(a_payment("bob", "c-4", "500"), credit=(CreditClaim(SUBJECT, Part.SUPPORT),))
    noted = replace(shared, data={**shared.data, "note": f"Обади се на {NAME.upper()}, {LOGIN}"})
    a_delivery(company, noted)
    with opened.transaction() as session:
        again = replace(noted, external_id="c-1")
        row = {"source_id": SOURCE, "external_id": "c-1", "content_hash": "0" * 64, "delivery_id": "dlv_x"}
        session.execute(
            insert(event_conflict).values(row | {"received_at": MID_OCTOBER, "document": event_document(again)})
        )
    company.refresh()
    company.now = datetime(2026, 11, 2, 9, tzinfo=UTC)
    company.close()
    return company


def a_delivery(company: Company, *events: Event) -> None:
    """Deliver events in a message that has their texts in it, as a sender writes them."""
    company.sent += 1
    body = "[" + ",".join(event_document(event) for event in events) + "]"
    name = f"dlv_{company.sent:026d}"
    told = Delivery(name, SOURCE, company.now, "application/json", body.encode(), "0" * 64, len(events))
    items = [Item(index, event.external_id, event) for index, event in enumerate(events)]
    with company.runtime.transaction() as session:
        ingest(session, [Sent(told, items)], now=company.now)


def places_of(runtime: Runtime, trace: str) -> set[str]:
    """Every column of every table in which this stands, in whichever case."""
    return {place for place, text in _every_text(runtime) if trace.casefold() in text.casefold()}


def _every_text(runtime: Runtime) -> Iterator[tuple[str, str]]:
    with runtime.reading() as session:
        for table in METADATA.sorted_tables:
            for row in session.execute(select(table)):
                for column in table.columns:
                    value = row._mapping[column]
                    if isinstance(column.type, String) and value is not None:
                        yield f"{table.name}.{column.name}", value
                    elif isinstance(column.type, LargeBinary) and value is not None:
                        yield f"{table.name}.{column.name}", bytes(value).decode(errors="replace")
