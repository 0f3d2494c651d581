"""The chain of the books: a document is signed where it is made, as the next one after the tail, under one lock."""

from __future__ import annotations

import hashlib
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.orm import Session

from service.domain.chain import (
    BEFORE_THE_FIRST,
    ChainBegunError,
    DocumentKey,
    DocumentKind,
    Link,
    Told,
    UnsignedBooksError,
    UntrustedTailError,
    link_content,
)
from service.domain.period import Period, PeriodState
from service.domain.signing import is_signed, key_id_of, public_key_of, signature_of
from service.domain.statement import document_hash
from service.store.approvals import list_approvals
from service.store.chain_rows import ROWS_AT_ONCE, find_facts, list_document_keys, list_leaves
from service.store.chain_tables import chain_leaf, chain_link, signing_key
from service.store.dialect import bulk_insert, hold_alone
from service.store.periods import find_period
from service.store.session import keyring

TAIL = "the tail of the chain"
"""What is held by whoever signs, of whatever month: two documents never name the same one as the one before."""


def demand_signing_key(session: Session) -> None:
    """Raise a `NoSigningKeyError` before a document is made that could not be signed."""
    keyring(session).demand_key()


def sign(session: Session, key: DocumentKey, state: PeriodState | None, now: datetime) -> Link:
    """Put a document, whose rows are all written, into the chain; `state` is what it makes of its period, if anything.

    Whoever signs next waits until this transaction ends, so this is the last thing a flow does with its rows. Raises
    `NoSigningKeyError`, `UnsignedBooksError` if older documents are not in the chain, and `UntrustedTailError`.
    """
    tail = _hold_tail(session)
    if tail is None:
        unsigned = [other for other in list_documents(session) if other != key]
        if unsigned:
            raise UnsignedBooksError(len(unsigned))
    return _add_new_link(session, tail, key, state, now)


def adopt(session: Session, now: datetime) -> list[Link]:
    """Begin the chain with the documents from before it, in the order of their time; `ChainBegunError` if it has begun.

    What their rows say now is what is signed.
    """
    tail = _hold_tail(session)
    if tail is not None:
        raise ChainBegunError
    links: list[Link] = []
    for key in list_documents(session):
        tail = _add_new_link(session, tail, key, _state_after(session, key), now, adopted=True)
        links.append(tail)
    return links


def list_documents(session: Session) -> list[DocumentKey]:
    """Every document of the books in the order of their time, in the chain or not."""
    dated = [item for kind in DocumentKind for item in list_document_keys(session, kind)]
    return [key for _, key in sorted(dated, key=lambda item: (item[0], *_order(item[1])))]


def _order(key: DocumentKey) -> tuple[Period, bool, int, int, int]:
    """Which of two documents of one moment comes first: a decision is about a month that is approved already."""
    return key.period, key.kind is DocumentKind.DECISION, key.version, list(DocumentKind).index(key.kind), key.position


def list_links(session: Session, period: Period) -> list[Link]:
    """The documents of one period in the chain, in their order."""
    query = select(chain_link).where(chain_link.c.period == str(period)).order_by(chain_link.c.number)
    return [as_link(row) for row in session.execute(query)]


def find_tail(session: Session) -> Link | None:
    """The last document of the chain, if it has any."""
    row = session.execute(select(chain_link).order_by(chain_link.c.number.desc()).limit(1)).one_or_none()
    return as_link(row) if row else None


def as_link(row: Row[Any]) -> Link:
    """A row of `chain_link` as what it is."""
    key = DocumentKey(DocumentKind(row.document), Period.parse(row.period), row.version, row.position)
    return Link(row.number, key, row.content, row.hash, row.key_id, row.signature)


def _hold_tail(session: Session) -> Link | None:
    """Let nobody else sign until this transaction ends, and see that the tail is one to vouch for."""
    demand_signing_key(session)
    hold_alone(session, TAIL)
    tail = find_tail(session)
    if tail is not None:
        public_key = keyring(session).trusted().get(tail.key_id)
        intact = public_key is not None and is_signed(public_key, tail.signature, tail.content)
        if not intact or document_hash(tail.content) != tail.hash:
            raise UntrustedTailError(tail.number, tail.key_id)
    return tail


def _add_new_link(
    session: Session,
    tail: Link | None,
    key: DocumentKey,
    state: PeriodState | None,
    now: datetime,
    *,
    adopted: bool = False,
) -> Link:
    number, previous = (tail.number + 1, tail.hash) if tail else (1, BEFORE_THE_FIRST)
    facts = find_facts(session, key)
    assert facts is not None, f"{key} is not in the database"
    leaves, rows_hash = _add_new_leaves(session, number, key)
    own = keyring(session).demand_key()
    key_id = _keep_public_key(session, public_key_of(own), now)
    content = link_content(
        Told(number, previous, key_id, key, state, facts, leaves, rows_hash, signed_at=now, adopted=adopted)
    )
    link = Link(number, key, content, document_hash(content), key_id, signature_of(own, content))
    session.execute(
        insert(chain_link).values(
            number=number,
            document=key.kind.value,
            period=str(key.period),
            version=key.version,
            position=key.position,
            content=content,
            hash=link.hash,
            key_id=key_id,
            signature=link.signature,
        )
    )
    return link


def _add_new_leaves(session: Session, number: int, key: DocumentKey) -> tuple[int, str]:
    """Write down the rows of a document as they are signed: how many leaves, and the hash of their hashes."""
    hashed, count = hashlib.sha256(), 0
    leaves = list_leaves(session, key)
    while batch := list(islice(leaves, ROWS_AT_ONCE)):
        rows = [{"number": number, "person_id": leaf.person_id, "rows": leaf.rows, "hash": leaf.hash} for leaf in batch]
        bulk_insert(session, chain_leaf, rows)
        hashed.update("".join(leaf.hash for leaf in batch).encode())
        count += len(batch)
    return count, hashed.hexdigest()


def _keep_public_key(session: Session, public_key: str, now: datetime) -> str:
    """Keep a public key where it is used for the first time; its name."""
    key_id = key_id_of(public_key)
    if session.execute(select(signing_key.c.key_id).where(signing_key.c.key_id == key_id)).one_or_none() is None:
        session.execute(insert(signing_key).values(key_id=key_id, public_key=public_key, first_used_at=now))
    return key_id


def _state_after(session: Session, key: DocumentKey) -> PeriodState | None:
    """What a document from before the chain made of its period."""
    match key.kind:
        case DocumentKind.CLOSING:
            return PeriodState.CLOSED
        case DocumentKind.WITHDRAWAL:
            return PeriodState.OPEN
        case DocumentKind.PAYMENT:
            return PeriodState.PAID
        case DocumentKind.DECISION:
            return None
        case DocumentKind.APPROVAL:
            row = find_period(session, key.period)
            is_last = key.position == len(list_approvals(session, key.period, key.version))
            is_enough = row.version == key.version and row.state in {PeriodState.APPROVED, PeriodState.PAID}
            return PeriodState.APPROVED if is_last and is_enough else PeriodState.CLOSED
