"""What was signed about closings, checked against the books: approvals, withdrawals and payments."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from service.domain.ledger import PAID, PostedBy
from service.domain.money import MoneyError, format_minor, parse_minor
from service.domain.statement import document_hash
from service.store.money_tables import approval, payment, withdrawal
from service.store.tables import closing, ledger_entry, posting


def signed_findings(session: Session) -> Iterator[str]:
    """Everything that was signed and is not what the books say."""
    yield from _unlike_approvals(session)
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
    for row in session.execute(select(payment).order_by(payment.c.period)):
        name = f"{row.period} v{row.version}"
        if document_hash(row.document) != row.document_hash:
            yield f"Payment {name} was altered: its text does not have its hash."
            continue
        try:
            payouts = json.loads(row.document)["payouts"]
            told = {(item["person"], item["month"]): parse_minor(item["amount"]) for item in payouts}
        except (ValueError, KeyError, TypeError, MoneyError):
            yield f"Payment {name} was replaced: its text is no payment."
            continue
        owed = _amounts(session, row, PostedBy.CLOSING, "payable:")
        moved = _amounts(session, row, PostedBy.PAYMENT, PAID)
        for person_id, month in sorted({*owed, *moved, *told}):
            amounts = [found.get((person_id, month), 0) for found in (owed, told, moved)]
            if len(set(amounts)) > 1:
                texts = [format_minor(amount) for amount in amounts]
                yield (
                    f"{person_id} {month}, paid by {name}: {texts[0]} was owed, the payment says {texts[1]}, "
                    f"the ledger moved {texts[2]}."
                )


def _amounts(session: Session, paid: Row[Any], document: PostedBy, family: str) -> dict[tuple[str, str], int]:
    """What the entries of a document credited to a family of accounts, by person and month worked."""
    columns = ledger_entry.c
    rows = session.execute(
        select(columns.person_id, columns.month_worked, func.sum(posting.c.amount_minor).label("amount"))
        .join(posting, posting.c.entry_id == columns.entry_id)
        .where(columns.period == paid.period, columns.version == paid.version, columns.document == document.value)
        .where(posting.c.account.startswith(family))
        .group_by(columns.person_id, columns.month_worked)
    )
    return {(row.person_id, row.month_worked): -int(row.amount) for row in rows}


def _keys(session: Session, query: Select[tuple[str, int]]) -> set[tuple[str, int]]:
    return {(row.period, row.version) for row in session.execute(query)}
