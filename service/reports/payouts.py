"""The payout report of a closed period: what finance pays to whom, for which months worked."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.errors import BusinessConflictError
from service.domain.ledger import PostedBy
from service.domain.money import format_minor
from service.domain.period import Period, PeriodState
from service.domain.person import assignment_on
from service.domain.table_csv import written_table
from service.store.people import list_assignments, list_people_of
from service.store.periods import PeriodRow, find_closing, find_period
from service.store.tables import ledger_entry, posting


class PeriodOpenError(BusinessConflictError):
    """Payouts were asked for before the numbers stand."""

    code = "period_open"

    def __init__(self, period: Period) -> None:
        super().__init__(
            f"Period {period} is not closed, so nothing is payable yet. Close it (POST /v1/periods/{period}/close), "
            f"or look at the estimates in GET /v1/statements/<person>/{period}."
        )


@dataclass(frozen=True, slots=True)
class Payout:
    """What one person is paid by one period for one month worked, in minor units; months are never netted.

    `held_minor` is what the period held back of that month (below zero: released or forfeited), `draw_minor` what it
    advanced (below zero: recovered).
    """

    person_id: str
    name: str
    role: str
    team: str
    personnel_number: str
    legal_entity: str
    cost_centre: str
    pay_channel: str
    month_worked: Period
    amount_minor: int
    held_minor: int = 0
    draw_minor: int = 0


@dataclass(frozen=True, slots=True)
class PayoutReport:
    """All payouts of a period with what they were added up from."""

    period: Period
    state: PeriodState
    version: int
    currency: str
    document_hash: str
    payouts: tuple[Payout, ...]

    @property
    def people(self) -> int:
        """How many people are paid."""
        return len({payout.person_id for payout in self.payouts})

    @property
    def total_minor(self) -> int:
        """The sum of all payouts."""
        return sum(payout.amount_minor for payout in self.payouts)


def payout_report(session: Session, period: Period) -> PayoutReport:
    """The payouts of a closed period from its ledger entries, in a stable order."""
    row = find_period(session, period)
    closing = find_closing(session, period)
    if closing is None or not row.state.is_closed:
        raise PeriodOpenError(period)
    amounts, kept, given_back = (_credited(session, row, family) for family in ("payable:", "held:", "draw:"))
    people = {person.person_id: person for person in list_people_of(session, {person for person, _ in amounts})}
    assignments = list_assignments(session, period.first_day, period.last_day)
    payouts = []
    for (person_id, month), amount_minor in sorted(amounts.items()):
        person = people[person_id]
        own = [item for item in assignments if item.person_id == person_id]
        last_day = min(period.last_day, person.left_on or period.last_day)
        held = assignment_on(own, last_day) or (own[-1] if own else None)
        payouts.append(
            Payout(
                person_id=person_id,
                name=person.name,
                role=held.role if held else "",
                team=held.team if held else "",
                personnel_number=held.personnel_number if held else "",
                legal_entity=held.legal_entity if held else "",
                cost_centre=held.cost_centre if held else "",
                pay_channel=held.pay_channel.value if held else "",
                month_worked=month,
                amount_minor=amount_minor,
                held_minor=kept.get((person_id, month), 0),
                draw_minor=-given_back.get((person_id, month), 0),
            )
        )
    currency = json.loads(closing.document)["currency"]
    return PayoutReport(period, row.state, row.version, currency, closing.document_hash, tuple(payouts))


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


CSV_COLUMNS = (
    "person",
    "name",
    "role",
    "team",
    "personnel_number",
    "legal_entity",
    "cost_centre",
    "pay_channel",
    "month",
    "amount",
    "currency",
    "held_back",
    "advanced",
)


def payout_rows(report: PayoutReport) -> list[dict[str, str]]:
    """The rows of a report as text, the same in every format."""
    return [
        {
            "person": payout.person_id,
            "name": payout.name,
            "role": payout.role,
            "team": payout.team,
            "personnel_number": payout.personnel_number,
            "legal_entity": payout.legal_entity,
            "cost_centre": payout.cost_centre,
            "pay_channel": payout.pay_channel,
            "month": str(payout.month_worked),
            "amount": format_minor(payout.amount_minor),
            "currency": report.currency,
            "held_back": format_minor(payout.held_minor),
            "advanced": format_minor(payout.draw_minor),
        }
        for payout in report.payouts
    ]


def payout_document(report: PayoutReport) -> dict[str, object]:
    """A report as JSON: the closing it belongs to, its total and its rows."""
    return {
        "period": str(report.period),
        "state": report.state.value,
        "version": report.version,
        "currency": report.currency,
        "document_hash": report.document_hash,
        "people": report.people,
        "total": format_minor(report.total_minor),
        "payouts": payout_rows(report),
    }


def payout_csv(report: PayoutReport) -> str:
    """A report as CSV, comma separated with a heading; texts that a spreadsheet would run as a formula are quoted."""
    return written_table(CSV_COLUMNS, payout_rows(report))
