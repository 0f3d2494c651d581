"""What each closing owes: the payouts of its ledger entries, with what each payee was."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.ledger import PostedBy
from service.domain.payee import Payee, paid_assignment, payee_from_json, payee_of
from service.domain.payout import Payout
from service.domain.period import Period
from service.domain.team import by_person
from service.store.people import list_assignments_of, list_people_of
from service.store.periods import PeriodRow
from service.store.statements import read_issued
from service.store.tables import assignment, ledger_entry, posting


def list_payouts(session: Session, row: PeriodRow) -> list[Payout]:
    """The payouts of the closing that holds, by person and month worked.

    Names, teams and cost centres are those of the statements, so that a report does not change with the people.
    """
    amounts, kept, given_back = (_credited(session, row, family) for family in ("payable:", "held:", "draw:"))
    people = list_paid_people(session, row, {person_id for person_id, _ in amounts})
    payouts = []
    for (person_id, month), amount_minor in sorted(amounts.items()):
        person = people[person_id]
        payee = person.payee
        payouts.append(
            Payout(
                person_id=person_id,
                name=person.name,
                role=payee.role,
                team=payee.team,
                personnel_number=person.personnel_number,
                legal_entity=payee.legal_entity,
                cost_centre=payee.cost_centre,
                pay_channel=payee.pay_channel,
                month_worked=month,
                amount_minor=amount_minor,
                held_minor=kept.get((person_id, month), 0),
                draw_minor=-given_back.get((person_id, month), 0),
            )
        )
    return payouts


def list_numbers(session: Session) -> dict[str, set[str]]:
    """Every personnel number there is or was, and whose."""
    columns = assignment.c
    query = select(columns.personnel_number, columns.person_id).where(columns.personnel_number != "").distinct()
    found: dict[str, set[str]] = {}
    for row in session.execute(query):
        found.setdefault(row.personnel_number, set()).add(row.person_id)
    return found


@dataclass(frozen=True, slots=True)
class PaidPerson:
    """Somebody whom a closing is about: the name on the statement, the number of payroll, and as what they are paid."""

    name: str
    personnel_number: str
    payee: Payee


class _Told(msgspec.Struct):
    """What is read of a statement; the rest of it, which is long, is passed over."""

    name: str
    payee: dict[str, str] | None = None


_TOLD = msgspec.json.Decoder(_Told)


def list_paid_people(session: Session, row: PeriodRow, person_ids: Collection[str]) -> dict[str, PaidPerson]:
    """These people as the statements of the closing that holds tell them.

    A statement that was issued before payees were kept, or is past its term, has none: people are asked as they are.
    """
    told = {
        issued.person_id: _TOLD.decode(issued.document)
        for batch in read_issued(session, row.period, row.version, person_ids)
        for issued in batch
    }
    assignments = by_person(list_assignments_of(session, person_ids))
    found: dict[str, PaidPerson] = {}
    for person in list_people_of(session, person_ids):
        own = assignments.get(person.person_id, [])
        held = paid_assignment(person, own, row.period)
        said = told.get(person.person_id)
        payee = payee_from_json(said.payee) if said and said.payee else payee_of(person, own, row.period)
        number = held.personnel_number if held else ""
        found[person.person_id] = PaidPerson(said.name if said else person.name, number, payee)
    return found


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
