"""The payout report of a closed period: what finance pays to whom, for which months worked, by which rules."""

from __future__ import annotations

import json

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.ledger import PostedBy
from service.domain.payee import Payee, paid_assignment, payee_from_json, payee_of
from service.domain.payout import Books, Payout, PayoutReport, PeriodOpenError, payout_lines
from service.domain.period import Period
from service.domain.team import by_person
from service.plans.rule_books import rule_books
from service.store.earnings import list_lines
from service.store.people import list_assignments_of, list_people_of
from service.store.periods import PeriodRow, find_closing, find_period
from service.store.plans import list_documents_of
from service.store.statements import list_issued_documents
from service.store.tables import ledger_entry, posting


def payout_report(session: Session, period: Period) -> PayoutReport:
    """The payouts of a closed period from its ledger entries, with their lines, in a stable order.

    Names, teams and cost centres are those of the statements, so that a report does not change with the people.
    Raises `PeriodOpenError` and `BooksDifferError`.
    """
    row = find_period(session, period)
    closing = find_closing(session, period)
    if closing is None or not row.state.is_closed:
        raise PeriodOpenError(period)
    amounts, kept, given_back = (_credited(session, row, family) for family in ("payable:", "held:", "draw:"))
    payees = _payees(session, row, {person_id for person_id, _ in amounts})
    payouts = []
    for (person_id, month), amount_minor in sorted(amounts.items()):
        name, number, payee = payees[person_id]
        payouts.append(
            Payout(
                person_id=person_id,
                name=name,
                role=payee.role,
                team=payee.team,
                personnel_number=number,
                legal_entity=payee.legal_entity,
                cost_centre=payee.cost_centre,
                pay_channel=payee.pay_channel,
                month_worked=month,
                amount_minor=amount_minor,
                held_minor=kept.get((person_id, month), 0),
                draw_minor=-given_back.get((person_id, month), 0),
            )
        )
    posted = list_lines(session, period)
    books = _books(session, {line.plan_hash for line in posted})
    lines = payout_lines(payouts, posted, books)
    currency = json.loads(closing.document)["currency"]
    return PayoutReport(period, row.state, row.version, currency, closing.document_hash, tuple(payouts), tuple(lines))


def _payees(session: Session, row: PeriodRow, person_ids: set[str]) -> dict[str, tuple[str, str, Payee]]:
    """Name, personnel number and payee of everybody who is paid.

    A statement that was issued before payees were kept, or is past its term, has none: people are asked as they are.
    """
    told = {
        person_id: json.loads(text)
        for person_id, text in list_issued_documents(session, row.period, row.version).items()
        if person_id in person_ids
    }
    assignments = by_person(list_assignments_of(session, person_ids))
    found: dict[str, tuple[str, str, Payee]] = {}
    for person in list_people_of(session, person_ids):
        own = assignments.get(person.person_id, [])
        held = paid_assignment(person, own, row.period)
        statement = told.get(person.person_id, {})
        payee = payee_from_json(statement["payee"]) if "payee" in statement else payee_of(person, own, row.period)
        number = held.personnel_number if held else ""
        found[person.person_id] = (statement.get("name", person.name), number, payee)
    return found


def _books(session: Session, plan_hashes: set[str]) -> Books:
    return rule_books(list_documents_of(session, plan_hashes))


def _credited(session: Session, row: PeriodRow, family: str) -> dict[tuple[str, Period], int]:
    """What a closing credited to the accounts of a family, by person and month worked."""
    columns = ledger_entry.c
    rows = session.execute(
        select(columns.person_id, columns.month_worked, func.sum(posting.c.amount_minor).label("amount_minor"))
        .join(posting, posting.c.entry_id == columns.entry_id)
        .where(columns.period == str(row.period), columns.version == row.version)
        .where(columns.document == PostedBy.CLOSING.value)
        .where(posting.c.account.startswith(family))
        .group_by(columns.person_id, columns.month_worked)
    )
    return {(found.person_id, Period.parse(found.month_worked)): -int(found.amount_minor) for found in rows}
