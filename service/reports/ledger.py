"""The ledger read back: whether every entry balances and says what the statements and closings say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from service.domain.earning import Charge
from service.domain.ledger import PostedBy, draw_account, held_account
from service.domain.money import format_minor, parse_minor
from service.domain.part import HOLDING
from service.domain.statement import document_hash
from service.reports.reductions import reduction_findings
from service.reports.signed import signed_findings
from service.store.approvals import withdrawn
from service.store.derived_tables import earning_line
from service.store.money_tables import line_deal
from service.store.periods import CLOSED_STATES
from service.store.retention import STATEMENTS, find_pruned
from service.store.tables import closing, ledger_entry, posting, statement
from service.store.tables import period as period_table


@dataclass(frozen=True, slots=True)
class LedgerCheck:
    """What was looked at, and everything that is wrong with it (empty: the books are right)."""

    entries: int
    statements: int
    closings: int
    findings: tuple[str, ...]

    @property
    def balanced(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def verify_ledger(session: Session) -> LedgerCheck:
    """Check every entry, statement and closing against each other, naming each row that is wrong."""
    findings = [
        *_unbalanced(session),
        *_altered_statements(session),
        *_altered_closings(session),
        *_unlike_statements(session),
        *_unlike_parts(session),
        *_overdrawn(session),
        *reduction_findings(session),
        *signed_findings(session),
    ]
    return LedgerCheck(
        entries=_count(session, "ledger_entry"),
        statements=_count(session, "statement"),
        closings=_count(session, "closing"),
        findings=tuple(findings),
    )


def _count(session: Session, name: str) -> int:
    table = {"ledger_entry": ledger_entry, "statement": statement, "closing": closing}[name]
    return session.execute(select(func.count()).select_from(table)).scalar_one()


def _unbalanced(session: Session) -> Iterator[str]:
    columns = ledger_entry.c
    balance = func.coalesce(func.sum(posting.c.amount_minor), 0)
    rows = session.execute(
        select(
            columns.entry_id,
            columns.person_id,
            columns.month_worked,
            columns.period,
            balance,
            func.count(posting.c.account),
        )
        .join(posting, posting.c.entry_id == columns.entry_id, isouter=True)
        .group_by(columns.entry_id, columns.person_id, columns.month_worked, columns.period)
        .having((balance != 0) | (func.count(posting.c.account) == 0))
        .order_by(columns.entry_id)
    )
    for entry_id, person_id, month, period, amount, count in rows:
        reason = f"is out of balance by {format_minor(int(amount))}" if count else "has no postings"
        yield f"Entry {entry_id} ({person_id}, {month}, posted by {period}) {reason}."


def _altered_statements(session: Session) -> Iterator[str]:
    for row in session.execute(
        select(statement).order_by(statement.c.period, statement.c.person_id, statement.c.version)
    ):
        if document_hash(row.document) != row.document_hash:
            yield f"Statement {row.person_id} {row.period} v{row.version} was altered: its text does not have its hash."


def _altered_closings(session: Session) -> Iterator[str]:
    hashes = {
        (row.person_id, row.period, row.version): row.document_hash
        for row in session.execute(
            select(statement.c.person_id, statement.c.period, statement.c.version, statement.c.document_hash)
        )
    }
    gone = _without_statements(session)
    for row in session.execute(select(closing).order_by(closing.c.period, closing.c.version)):
        name = f"Closing {row.period} v{row.version}"
        if document_hash(row.document) != row.document_hash:
            yield f"{name} was altered: its text does not have its hash."
        if row.period <= gone:
            continue
        told = {item["person"]: item["statement_hash"] for item in json.loads(row.document)["people"]}
        kept = {key[0]: value for key, value in hashes.items() if key[1:] == (row.period, row.version)}
        for person_id in sorted({*told, *kept}):
            if told.get(person_id) != kept.get(person_id):
                yield f"{name}: the statement of {person_id} is not the one that was closed."


def _without_statements(session: Session) -> str:
    """The last month whose statements were kept for their term and are gone; empty if they all are here."""
    return str(find_pruned(session, STATEMENTS) or "")


def _unlike_statements(session: Session) -> Iterator[str]:
    """The payables of each closing must be those of its statements, to the cent."""
    columns = ledger_entry.c
    rows = session.execute(
        select(columns.period, columns.version, columns.person_id, func.sum(posting.c.amount_minor).label("amount"))
        .join(posting, posting.c.entry_id == columns.entry_id)
        .where(posting.c.account.startswith("payable:"), columns.document == PostedBy.CLOSING.value)
        .group_by(columns.period, columns.version, columns.person_id)
    )
    posted = {(row.period, row.version, row.person_id): -int(row.amount) for row in rows}
    told = {
        (row.period, row.version, row.person_id): parse_minor(json.loads(row.document)["payable"])
        for row in session.execute(select(statement))
    }
    gone = _without_statements(session)
    for period, version, person_id in sorted(key for key in {*posted, *told} if key[0] > gone):
        key = (period, version, person_id)
        if posted.get(key, 0) != told.get(key, 0):
            yield (
                f"{person_id} {period} v{version}: the ledger owes {format_minor(posted.get(key, 0))}, "
                f"the statement says {format_minor(told.get(key, 0))}."
            )


def _unlike_parts(session: Session) -> Iterator[str]:
    """What is held back of each person must be, to the cent, the sum of the parts that were not let go."""
    columns = line_deal.c
    rows = session.execute(
        select(columns.person_id, func.sum(columns.amount_minor))
        .where(columns.what.in_(sorted(HOLDING)), tuple_(columns.period, columns.version).not_in(withdrawn()))
        .group_by(columns.person_id)
    )
    parts = {person_id: int(amount) for person_id, amount in rows}
    held = {person_id: -amount for person_id, amount in _balances(session, held_account("")).items()}
    for person_id in sorted({*parts, *held}):
        if parts.get(person_id, 0) != held.get(person_id, 0):
            yield (
                f"{person_id}: the ledger holds back {format_minor(held.get(person_id, 0))}, "
                f"the parts of its lines add up to {format_minor(parts.get(person_id, 0))}."
            )


def _overdrawn(session: Session) -> Iterator[str]:
    """What was advanced must be what the posted lines advanced, and no more is recovered than that."""
    columns = earning_line.c
    closed = select(period_table.c.period).where(period_table.c.state.in_(CLOSED_STATES))
    rows = session.execute(
        select(columns.person_id, func.sum(columns.amount_minor))
        .where(columns.charge == Charge.DRAW.value, columns.period.in_(closed))
        .group_by(columns.person_id)
    )
    lines = {person_id: int(amount) for person_id, amount in rows}
    drawn = _balances(session, draw_account(""))
    for person_id in sorted({*lines, *drawn}):
        known, told = drawn.get(person_id, 0), lines.get(person_id, 0)
        if known != told or known < 0:
            yield (
                f"{person_id}: the ledger has {format_minor(known)} advanced and not recovered, "
                f"the posted lines say {format_minor(told)}."
            )


def _balances(session: Session, family: str) -> dict[str, int]:
    """The balance of every account of a family by what follows its name, debit positive."""
    rows = session.execute(
        select(posting.c.account, func.sum(posting.c.amount_minor))
        .where(posting.c.account.startswith(family))
        .group_by(posting.c.account)
    )
    return {account.removeprefix(family): int(amount) for account, amount in rows}
