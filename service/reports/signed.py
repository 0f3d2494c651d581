"""What was signed about closings, checked against the books: approvals, withdrawals and payments."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import groupby

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from service.domain.chain import DocumentKey, DocumentKind
from service.domain.ledger import PAID, PostedBy
from service.domain.money import MoneyError, format_minor, parse_minor
from service.domain.period import Period, PeriodState
from service.domain.statement import document_hash
from service.store.chain_rows import streamed
from service.store.money_tables import approval, payment, withdrawal
from service.store.periods import find_period
from service.store.tables import closing, ledger_entry, posting

_Month = tuple[str, str]
"""A person and a month worked."""


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
    """A payment moves to the cent what it says, pays nothing twice, and a paid month has nothing open."""
    columns = payment.c
    query = select(payment).order_by(columns.period, columns.version, columns.position)
    rows = streamed(session, query, at_once=1)
    for closing_key, payments in groupby(rows, key=lambda row: (row.period, row.version)):
        sums: dict[_Month, int] | None = {}
        for row in payments:
            name = DocumentKey(DocumentKind.PAYMENT, Period.parse(row.period), row.version, row.position)
            amounts = _told(row.document)
            if document_hash(row.document) != row.document_hash:
                yield f"{name} was altered: its text does not have its hash."
                sums = None
            elif amounts is None:
                yield f"{name} was replaced: its text is no payment."
                sums = None
            elif sums is not None:
                sums = {key: sums.get(key, 0) + amounts.get(key, 0) for key in {*sums, *amounts}}
        if sums is not None:
            yield from _unlike_payment(session, closing_key, sums)


def _unlike_payment(session: Session, closing_key: tuple[str, int], told: Mapping[_Month, int]) -> Iterator[str]:
    """The payments of one closing: what they say, what they moved, and of a paid month what was owed."""
    is_paid = str(find_period(session, Period.parse(closing_key[0])).state) == PeriodState.PAID
    moved = _amounts(session, closing_key, PostedBy.PAYMENT, PAID)
    owed = _amounts(session, closing_key, PostedBy.CLOSING, "payable:")
    for person_id, month in sorted({*moved, *told, *(owed if is_paid else ())}):
        amounts = [found.get((person_id, month), 0) for found in (owed, told, moved)]
        if len(set(amounts if is_paid else amounts[1:])) > 1:
            texts = [format_minor(amount) for amount in amounts]
            yield (
                f"{person_id} {month}, paid by {closing_key[0]} v{closing_key[1]}: {texts[0]} was owed, the payment "
                f"says {texts[1]}, the ledger moved {texts[2]}."
            )


def _told(document: str) -> dict[_Month, int] | None:
    """What a payment says by person and month worked; None of a text that is no payment."""
    found: dict[_Month, int] = {}
    try:
        for item in json.loads(document)["payouts"]:
            key = item["person"], item["month"]
            found[key] = found.get(key, 0) + parse_minor(item["amount"])
    except (ValueError, KeyError, TypeError, MoneyError):
        return None
    return found


def _amounts(session: Session, closing_key: tuple[str, int], document: PostedBy, family: str) -> dict[_Month, int]:
    """What the entries of a document credited to a family of accounts, by person and month worked."""
    columns, (period, version) = ledger_entry.c, closing_key
    rows = session.execute(
        select(columns.person_id, columns.month_worked, func.sum(posting.c.amount_minor).label("amount"))
        .join(posting, posting.c.entry_id == columns.entry_id)
        .where(columns.period == period, columns.version == version, columns.document == document.value)
        .where(posting.c.account.startswith(family))
        .group_by(columns.person_id, columns.month_worked)
    )
    return {(row.person_id, row.month_worked): -int(row.amount) for row in rows}


def _keys(session: Session, query: Select[tuple[str, int]]) -> set[tuple[str, int]]:
    return {(row.period, row.version) for row in session.execute(query)}
