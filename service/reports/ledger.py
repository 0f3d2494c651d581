"""The ledger read back: whether every entry balances and says what the statements and closings say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Table, func, select, tuple_
from sqlalchemy.orm import Session

from service.domain.earning import Charge
from service.domain.ledger import draw_account, held_account
from service.domain.money import format_minor
from service.domain.part import HOLDING
from service.reports.chain import chain_findings
from service.reports.closings import closing_findings, plan_findings
from service.reports.outside import outside_findings
from service.reports.reductions import reduction_findings
from service.reports.signed import signed_findings
from service.store.approvals import withdrawn
from service.store.chain import find_tail
from service.store.chain_tables import chain_link
from service.store.derived_tables import earning_line
from service.store.money_tables import line_deal
from service.store.periods import CLOSED_STATES
from service.store.tables import closing, ledger_entry, posting, statement
from service.store.tables import period as period_table


@dataclass(frozen=True, slots=True)
class LedgerCheck:
    """What was looked at, and everything that is wrong with it (empty: the books are right)."""

    entries: int
    statements: int
    closings: int
    documents: int
    """In the chain."""
    head: str
    """The hash of its last document: who keeps it elsewhere can tell later that nothing was cut off (empty: none)."""
    findings: tuple[str, ...]

    @property
    def balanced(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def verify_ledger(session: Session, head: str | None = None) -> LedgerCheck:
    """Check the books against their signatures and against each other, naming each row that is wrong.

    `head` is the hash of a document that the chain is known to have had.
    """
    findings = [
        *chain_findings(session, head),
        *outside_findings(session),
        *plan_findings(session),
        *closing_findings(session),
        *signed_findings(session),
        *_unbalanced(session),
        *_unlike_parts(session),
        *_overdrawn(session),
        *reduction_findings(session),
    ]
    tail = find_tail(session)
    return LedgerCheck(
        entries=_count(session, ledger_entry),
        statements=_count(session, statement),
        closings=_count(session, closing),
        documents=_count(session, chain_link),
        head=tail.hash if tail else "",
        findings=tuple(findings),
    )


def _count(session: Session, table: Table) -> int:
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
