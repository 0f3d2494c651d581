"""The six months: plans of closers and leads in versions, and what the books say of a closing."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.period import Period
from service.domain.person import Assignment
from service.runtime import Runtime
from service.store.money_tables import approval
from service.store.statements import StatementRow
from service.store.tables import closing, ledger_entry, posting, statement
from tests.company import an_assignment
from tests.flows.test_carried_laws import DRAW, UNDER
from tests.flows.test_clawback import KEPT, PLAN

PEOPLE = ("ann", "bob")
NUMBERS = {"ann": "0001", "bob": "0002"}
LEAD = """
schema: incentive/1
plan: group_lead
title: Lead
version: "1"
effective: {from: 2026-07-01}
extends: [_org]
rules:
  commission: {kind: rate, label: Commission, base: metric.gross, rate: 5%, pay_code: "220"}
examples:
  - name: A month
    given: {metric: {gross: 10_000}}
    expect: {commission: 500.00}
"""


def closer_text(version: int, first: Period) -> str:
    """The plan of a closer: ten percent in its first version, and one more in each later one."""
    text = PLAN.format(event="payment.refunded", more=KEPT + DRAW, expected=", kept: -200.00, start: 0.00") + UNDER
    text = text.replace("within: 300d", "within: 40d").replace(
        "label: Commission,", 'label: Commission, pay_code: "220",'
    )
    text = text.replace("label: Kept\n", 'label: Kept\n    pay_code: "221"\n')
    text = text.replace("label: Advance\n", 'label: Advance\n    pay_code: "222"\n')
    text = text.replace("label: Taken back\n", 'label: Taken back\n    pay_code: "223"\n')
    share = 9 + version
    given = {
        "rate: 10%": f"rate: {share}%",
        'version: "1"': f'version: "{version}"',
        "2026-07-01": f"{first.first_day}",
    }
    worked = {
        "commission: 1000.00": f"commission: {share * 100}.00",
        "back: -500.00": f"back: -{share * 50}.00",
        "kept: -200.00": f"kept: -{share * 20}.00",
        "start: 192.00": f"start: {200 - Decimal(share) * 8 / 10}",
        "start: -300.00": f"start: -{share * 40 - 100}.00",
    }
    for old, new in {**given, **worked}.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def person_of(name: str, **changes: object) -> Assignment:
    return an_assignment(name, personnel_number=NUMBERS[name], **changes)


def written(runtime: Runtime, month: Period) -> list[object]:
    """Every row of an approved closing: its document, its statements, entries and postings."""
    columns = ledger_entry.c
    with runtime.reading() as session:
        version = session.scalars(
            select(approval.c.version).where(approval.c.period == str(month)).order_by(approval.c.version.desc())
        ).first()
        tables = (closing, statement)
        rows: list[object] = [
            tuple(row)
            for table in tables
            for row in session.execute(
                select(table)
                .where(table.c.period == str(month), table.c.version == version)
                .order_by(*table.primary_key)
            )
        ]
        entries = select(columns.entry_id).where(columns.period == str(month), columns.document == "closing")
        own = entries.where(columns.version == version)
        query = select(posting).where(posting.c.entry_id.in_(own)).order_by(*posting.primary_key)
        return rows + [tuple(row) for row in session.execute(query)]


def posted_minor(session: Session, row: StatementRow) -> int:
    """What the closing of a statement credited to what is payable to its person, in minor units."""
    columns = ledger_entry.c
    query = (
        select(func.coalesce(func.sum(posting.c.amount_minor), 0))
        .join(ledger_entry, columns.entry_id == posting.c.entry_id)
        .where(columns.person_id == row.person_id, columns.period == str(row.period), columns.version == row.version)
        .where(columns.document == "closing", posting.c.account == f"payable:{row.person_id}")
    )
    return -int(session.execute(query).scalar_one())
