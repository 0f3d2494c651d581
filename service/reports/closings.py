"""Closings, their statements, plans and payables read back: whether each says what the others say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.ledger import PostedBy
from service.domain.money import MoneyError, format_minor, parse_minor
from service.domain.statement import document_hash
from service.store.chain_rows import STATEMENTS_AT_ONCE, streamed
from service.store.plan_tables import plan_version, vocabulary_version
from service.store.retention import STATEMENTS, find_pruned
from service.store.tables import closing, ledger_entry, posting, statement


def plan_findings(session: Session) -> Iterator[str]:
    """Published plans and vocabularies whose text is not what was published."""
    for row in streamed(session, select(plan_version).order_by(plan_version.c.plan_id, plan_version.c.published_at)):
        if document_hash(row.document) != row.hash:
            yield f'Plan {row.plan_id} "{row.version}" was altered: its text does not have its hash {row.hash}.'
    for row in streamed(session, select(vocabulary_version).order_by(vocabulary_version.c.starts_on)):
        if document_hash(row.document) != row.hash:
            yield f"The vocabulary from {row.starts_on} was altered: its text does not have its hash {row.hash}."


def closing_findings(session: Session) -> Iterator[str]:
    """Compare each closing with its plans, its statements, and what the ledger owes by it."""
    # The last month whose statements were kept for their term and are gone.
    gone = str(find_pruned(session, STATEMENTS) or "")
    plans = set(session.scalars(select(plan_version.c.hash)))
    for row in streamed(session, select(closing).order_by(closing.c.period, closing.c.version), at_once=1):
        name = f"Closing {row.period} v{row.version}"
        if document_hash(row.document) != row.document_hash:
            yield f"{name} was altered: its text does not have its hash."
            continue
        try:
            told = json.loads(row.document)
            hashes = {item["person"]: item["statement_hash"] for item in told["people"]}
            missing = sorted({*told["plans"]} - plans)
        except (ValueError, KeyError, TypeError):
            yield f"{name} was replaced: its text is no closing document."
            continue
        for plan in missing:
            yield f"{name} rests on a plan with the hash {plan}, which is not here."
        if row.period > gone:
            yield from _statements(session, _Closing(row.period, row.version, hashes))


class _Told(msgspec.Struct):
    """What is read of a statement: the rest of its ten kilobytes is passed over, ten times as fast."""

    payable: str


_TOLD = msgspec.json.Decoder(_Told)


@dataclass(frozen=True, slots=True)
class _Closing:
    """A closing, and what it says is the hash of each person's statement."""

    period: str
    version: int
    hashes: dict[str, str]


def _statements(session: Session, of: _Closing) -> Iterator[str]:
    """The statements must be those that were closed, and say to the cent what the ledger owes."""
    posted = _posted(session, of)
    query = select(statement).where(statement.c.period == of.period, statement.c.version == of.version)
    for row in streamed(session, query.order_by(statement.c.person_id), STATEMENTS_AT_ONCE):
        amount = posted.pop(row.person_id, 0)
        if of.hashes.pop(row.person_id, None) != row.document_hash:
            yield _other(of, row.person_id)
        elif document_hash(row.document) != row.document_hash:
            yield f"Statement {row.person_id} {row.period} v{row.version} was altered: its text does not have its hash."
        else:
            yield from _owed(of, row.person_id, amount, _payable(row.document))
    for person_id in sorted(of.hashes):
        yield _other(of, person_id)
    for person_id, amount in sorted(posted.items()):
        yield from _owed(of, person_id, amount, 0)


def _payable(document: str) -> int | None:
    """What a statement says is paid, in minor units; None if it is no statement."""
    try:
        return parse_minor(_TOLD.decode(document).payable)
    except (msgspec.MsgspecError, MoneyError):
        return None


def _other(of: _Closing, person_id: str) -> str:
    return f"Closing {of.period} v{of.version}: the statement of {person_id} is not the one that was closed."


def _owed(of: _Closing, person_id: str, posted: int, told: int | None) -> Iterator[str]:
    if told is None:
        yield f"Statement {person_id} {of.period} v{of.version} was replaced: its text is no statement."
    elif posted != told:
        yield (
            f"{person_id} {of.period} v{of.version}: the ledger owes {format_minor(posted)}, "
            f"the statement says {format_minor(told)}."
        )


def _posted(session: Session, of: _Closing) -> dict[str, int]:
    """What a closing posted as owed, by person."""
    columns = ledger_entry.c
    own = (columns.period == of.period) & (columns.version == of.version)
    rows = session.execute(
        select(columns.person_id, func.sum(posting.c.amount_minor).label("amount"))
        .join(posting, posting.c.entry_id == columns.entry_id)
        .where(own, columns.document == PostedBy.CLOSING.value, posting.c.account.startswith("payable:"))
        .group_by(columns.person_id)
    )
    return {row.person_id: -int(row.amount) for row in rows}
