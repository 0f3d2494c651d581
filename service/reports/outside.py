"""What is in the books and not in their chain: documents and rows that nobody signed, and documents only told of."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator

from sqlalchemy import ColumnElement, Table, exists, literal, select
from sqlalchemy.orm import Session

from service.domain.audit import PERIOD_APPROVED, PERIOD_CLOSED, PERIOD_PAID, PERIOD_WITHDRAWN
from service.domain.chain import DocumentKind, document_name
from service.domain.money import format_minor
from service.store.chain import list_documents
from service.store.chain_rows import streamed
from service.store.chain_tables import chain_leaf, chain_link
from service.store.money_tables import line_deal
from service.store.plan_tables import audit
from service.store.tables import ledger_entry, posting, statement

AUDITED = {
    PERIOD_CLOSED: DocumentKind.CLOSING,
    PERIOD_APPROVED: DocumentKind.APPROVAL,
    PERIOD_WITHDRAWN: DocumentKind.WITHDRAWAL,
    PERIOD_PAID: DocumentKind.PAYMENT,
}
"""What the audit log says of each kind of document."""


def outside_findings(session: Session) -> Iterator[str]:
    """Name what was inserted beside the chain, and what the audit log knows and the chain does not."""
    documents = {str(key) for key in list_documents(session)}
    links = {
        document_name(row.document, row.period, row.version, row.position)
        for row in session.execute(select(chain_link))
    }
    if links:
        for name in sorted(documents - links):
            yield f"{name} is not in the chain: it was inserted, or its place in the chain was deleted."
        yield from _unsigned_rows(session)
    elif documents:
        yield (
            f"The books have {len(documents)} documents and no chain: they are older than it (`stimul ledger sign` "
            "begins it with them), or it was taken away."
        )
    yield from _deleted(session, links | documents)


def _unsigned_rows(session: Session) -> Iterator[str]:
    """Rows that belong to no document of the chain."""
    entry, side = ledger_entry.c, posting.c
    signed = _signed(ledger_entry, entry.document, entry.position)
    for row in streamed(session, select(ledger_entry).where(~signed)):
        name = document_name(row.document, row.period, row.version, row.position)
        told = f"Entry {row.entry_id} of {row.person_id} for {row.month_worked}"
        yield f"{told} was inserted: {name} is not in the chain."
    without = select(posting).join(ledger_entry, entry.entry_id == side.entry_id, isouter=True)
    for row in streamed(session, without.where(entry.entry_id.is_(None))):
        yield f"The posting of {format_minor(row.amount_minor)} to {row.account} has no entry {row.entry_id}."
    for table, name in ((statement, "Statement"), (line_deal, "A part of a line")):
        columns = table.c
        rows = select(columns.person_id, columns.period, columns.version)
        closing = literal(DocumentKind.CLOSING.value)
        for row in streamed(session, rows.where(~_signed(table, closing, literal(0)))):
            yield f"{name} of {row.person_id} was inserted: Closing {row.period} v{row.version} is not in the chain."
    leaves = select(chain_leaf.c.number, chain_leaf.c.person_id)
    for row in streamed(session, leaves.where(~exists().where(chain_link.c.number == chain_leaf.c.number))):
        yield f"The chain keeps signed rows of {row.person_id} for its document {row.number}, and has no such document."


def _signed(table: Table, document: ColumnElement[str], position: ColumnElement[int]) -> ColumnElement[bool]:
    link = chain_link.c
    own = (link.period == table.c.period) & (link.version == table.c.version)
    return exists().where(own, link.document == document, link.position == position)


def _deleted(session: Session, known: Collection[str]) -> Iterator[str]:
    """Documents that the audit log tells of and nobody else."""
    columns = audit.c
    query = select(audit).where(columns.what.in_(AUDITED)).order_by(columns.audit_id)
    for row in streamed(session, query):
        try:
            detail = json.loads(row.detail)
            position = detail.get("approval", detail.get("payment", 0))
            name = document_name(AUDITED[row.what].value, row.subject, detail["version"], position)
        except (ValueError, KeyError, TypeError):
            yield f"Entry {row.audit_id} of the audit log ({row.what} {row.subject}) was altered: it cannot be read."
            continue
        if name not in known:
            yield f"{name} was deleted: the audit log says that {row.who} made it, and neither books nor chain have it."
