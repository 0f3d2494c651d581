"""What was signed about closings, checked against the books: approvals, withdrawals and payments."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from service.domain.ledger import PAID, PostedBy
from service.domain.money import format_minor, parse_minor
from service.domain.period import PeriodState
from service.domain.statement import document_hash
from service.store.money_tables import approval, payment, withdrawal
from service.store.tables import closing, ledger_entry, posting
from service.store.tables import period as period_table


def signed_findings(session: Session) -> Iterator[str]:
    """Everything that was signed and is not what the books say."""
    yield from _unlike_approvals(session)
    yield from _unsigned_states(session)
    yield from _unlike_mirrors(session)
    yield from _unlike_payments(session)


def _unlike_approvals(session: Session) -> Iterator[str]:
    columns = approval.c
    rows = session.execute(
        select(columns.period, columns.version, columns.approved_by)
        .join(closing, (closing.c.period == columns.period) & (closing.c.version == columns.version))
        .where(closing.c.document_hash != columns.document_hash)
        .order_by(columns.period, columns.version, columns.position)
    )
    for row in rows:
        yield f"The approval of {row.period} v{row.version} by {row.approved_by} is for another document."


def _unsigned_states(session: Session) -> Iterator[str]:
    """A state that nobody signed for, and a signature that the state does not tell."""
    approved = _keys(session, select(approval.c.period, approval.c.version))
    withdrawn = _keys(session, select(withdrawal.c.period, withdrawal.c.version))
    paid = _keys(session, select(payment.c.period, payment.c.version))
    for row in session.execute(select(period_table).order_by(period_table.c.period)):
        key, state = (row.period, row.version), PeriodState(row.state)
        name = f"Period {row.period} v{row.version} is {state}"
        if state in {PeriodState.APPROVED, PeriodState.PAID} and key not in approved:
            yield f"{name}, and nobody approved it."
        if (state is PeriodState.PAID) != (key in paid):
            yield f"{name}, and its payment {'is recorded' if key in paid else 'is not recorded'}."
        if state.is_closed == (key in withdrawn) and row.version:
            yield f"{name}, and its closing is {'withdrawn' if key in withdrawn else 'not withdrawn'}."


def _unlike_mirrors(session: Session) -> Iterator[str]:
    """A withdrawn closing leaves nothing on any account; a mirror without a withdrawal leaves something."""
    columns = ledger_entry.c
    withdrawn = _keys(session, select(withdrawal.c.period, withdrawal.c.version))
    mirrored = _keys(
        session, select(columns.period, columns.version).where(columns.document == PostedBy.WITHDRAWAL.value)
    )
    for period, version in sorted(mirrored - withdrawn):
        yield f"Closing {period} v{version} was not withdrawn, and entries take it back."
    rows = session.execute(
        select(columns.period, columns.version, posting.c.account, func.sum(posting.c.amount_minor).label("amount"))
        .join(posting, posting.c.entry_id == columns.entry_id)
        .join(withdrawal, (withdrawal.c.period == columns.period) & (withdrawal.c.version == columns.version))
        .group_by(columns.period, columns.version, posting.c.account)
        .having(func.sum(posting.c.amount_minor) != 0)
        .order_by(columns.period, columns.version, posting.c.account)
    )
    for row in rows:
        left = format_minor(int(row.amount))
        yield f"Closing {row.period} v{row.version} is withdrawn and leaves {left} on {row.account}."


def _unlike_payments(session: Session) -> Iterator[str]:
    """A payment says to the cent what its closing owed, and moves that."""
    owed = _amounts(session, PostedBy.CLOSING, "payable:")
    moved = _amounts(session, PostedBy.PAYMENT, PAID)
    told: dict[tuple[str, int, str, str], int] = {}
    paid: set[tuple[str, int]] = set()
    for row in session.execute(select(payment).order_by(payment.c.period)):
        paid.add((row.period, row.version))
        if document_hash(row.document) != row.document_hash:
            yield f"Payment {row.period} v{row.version} was altered: its text does not have its hash."
        for item in json.loads(row.document)["payouts"]:
            told[row.period, row.version, item["person"], item["month"]] = parse_minor(item["amount"])
    owed = {key: amount for key, amount in owed.items() if key[:2] in paid and amount}
    for key in sorted({*owed, *moved, *told}):
        amounts = [found.get(key, 0) for found in (owed, told, moved)]
        if len(set(amounts)) > 1:
            period, version, person_id, month = key
            texts = [format_minor(amount) for amount in amounts]
            yield (
                f"{person_id} {month}, paid by {period} v{version}: {texts[0]} was owed, the payment says {texts[1]}, "
                f"the ledger moved {texts[2]}."
            )


def _amounts(session: Session, document: PostedBy, family: str) -> dict[tuple[str, int, str, str], int]:
    """What entries of a document credited to a family of accounts, by period, version, person and month worked."""
    columns = ledger_entry.c
    keys = (columns.period, columns.version, columns.person_id, columns.month_worked)
    rows = session.execute(
        select(*keys, func.sum(posting.c.amount_minor).label("amount"))
        .join(posting, posting.c.entry_id == columns.entry_id)
        .where(columns.document == document.value, posting.c.account.startswith(family))
        .group_by(*keys)
    )
    return {(row.period, row.version, row.person_id, row.month_worked): -int(row.amount) for row in rows}


def _keys(session: Session, query: Select[tuple[str, int]]) -> set[tuple[str, int]]:
    return {(row.period, row.version) for row in session.execute(query)}
