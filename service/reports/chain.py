"""The chain of the books read back: every hash, every signature, and every row that is not as it was signed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Row as FoundRow
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.chain import BEFORE_THE_FIRST, Leaf, Link, RowKind, Told, changes, told_by
from service.domain.period import InvalidPeriodError, Period, PeriodState
from service.domain.signing import is_signed, key_id_of
from service.domain.statement import document_hash
from service.store.chain import as_link, list_documents
from service.store.chain_rows import find_facts, list_leaves, streamed
from service.store.chain_tables import chain_leaf, chain_link, signing_key
from service.store.dialect import bytewise
from service.store.periods import list_periods
from service.store.retention import STATEMENTS, find_pruned
from service.store.session import keyring


def chain_findings(session: Session, head: str | None) -> Iterator[str]:
    """Everything that is not as it was signed; with `head`, also whether the chain still has the document of that hash.

    Reads a document after the other and of each a person after the other: what it holds in memory does not grow.
    """
    walk = _Walk(keyring(session).trusted(), find_pruned(session, STATEMENTS))
    yield from _keys(session, walk)
    for row in streamed(session, select(chain_link).order_by(chain_link.c.number)):
        yield from _link(session, walk, row)
        walk.is_head_seen |= row.hash == head
    yield from _untrusted(walk)
    # Of books from before the chain nobody can say what their states must be.
    if walk.number or not list_documents(session):
        yield from _states(session, walk)
    if head is not None and not walk.is_head_seen:
        yield f"The chain has no document with the hash {head}: it was made anew, or documents were cut off its end."


@dataclass(slots=True)
class _Walk:
    """What is known of the chain as far as it was read."""

    trusted: dict[str, str]
    pruned: Period | None
    kept: dict[str, str] = field(default_factory=dict)
    """The public keys in the database by their names; empty where another key is kept under it, or none."""
    number: int = 0
    hash: str = BEFORE_THE_FIRST
    states: dict[Period, tuple[PeriodState, int] | None] = field(default_factory=dict)
    """What the last document of each period made of it; None if that document cannot be believed."""
    untrusted: dict[int, str] = field(default_factory=dict)
    """The keys of the documents after the last one that a trusted key signed: it vouches for all before it."""
    is_head_seen: bool = False


def _keys(session: Session, walk: _Walk) -> Iterator[str]:
    for row in session.execute(select(signing_key).order_by(signing_key.c.first_used_at, signing_key.c.key_id)):
        if _is_named(row.public_key, row.key_id):
            walk.kept[row.key_id] = row.public_key
        else:
            walk.kept[row.key_id] = ""
            yield f"The public key of signing key {row.key_id} was replaced: another one is kept under this name."


def _is_named(public_key: str, key_id: str) -> bool:
    try:
        return key_id_of(public_key) == key_id
    except ValueError:
        return False


def _link(session: Session, walk: _Walk, row: FoundRow[Any]) -> Iterator[str]:
    if row.number != walk.number + 1:
        yield f"The chain goes from document {walk.number} to {row.number}: what was between them was deleted."
    before, walk.number, walk.hash = walk.hash, row.number, row.hash
    try:
        link, told = as_link(row), told_by(row.content)
    except (ValueError, KeyError, TypeError, InvalidPeriodError):
        yield f"Document {row.number} of the chain was altered: it cannot be read."
        return
    is_whole = document_hash(link.content) == link.hash
    yield from _place(link, told, before, is_whole=is_whole)
    yield from _signature(walk, link)
    if is_whole:
        link = replace(link, key=told.key)
        yield from _facts(session, link, told)
    yield from _leaves(session, link, told, walk.pruned)
    if not is_whole:
        walk.states[link.key.period] = None
    elif told.state:
        walk.states[link.key.period] = (told.state, link.key.version)


def _place(link: Link, told: Told, before: str, *, is_whole: bool) -> Iterator[str]:
    """Whether a document is the one that was put here, after the one before it."""
    if not is_whole:
        yield f"{_name(link)} was altered: its text does not have its hash."
    if (told.number, told.key, told.key_id) != (link.number, link.key, link.key_id):
        yield f"{_name(link)} was altered: its text is of document {told.number}, {told.key}, with key {told.key_id}."
    if told.previous != before:
        yield (
            f"{_name(link)} does not follow the one before it: one of them was altered, or something between was "
            "deleted."
        )


def _name(link: Link) -> str:
    return f"Document {link.number} of the chain ({link.key})"


def _signature(walk: _Walk, link: Link) -> Iterator[str]:
    if link.key_id not in walk.kept:
        walk.kept[link.key_id] = ""
        yield f"{_name(link)} is signed with key {link.key_id}, whose public key was deleted."
    public_key = walk.trusted.get(link.key_id) or walk.kept.get(link.key_id)
    if public_key and not is_signed(public_key, link.signature, link.content):
        yield f"{_name(link)} was altered: its signature is not of this text and key {link.key_id}."
    elif link.key_id in walk.trusted:
        walk.untrusted.clear()
        return
    walk.untrusted[link.number] = link.key_id


def _untrusted(walk: _Walk) -> Iterator[str]:
    if walk.untrusted:
        keys = ", ".join(sorted(set(walk.untrusted.values())))
        yield (
            f"Nobody vouches for the chain from document {min(walk.untrusted)} on: its key is {keys}, which neither "
            "STIMUL_SIGNING_KEY nor STIMUL_TRUSTED_KEYS names, or its signature is not right."
        )


def _facts(session: Session, link: Link, told: Told) -> Iterator[str]:
    """Whether the document's own row says what was signed."""
    facts = find_facts(session, link.key)
    if facts is None:
        yield f"{link.key} was deleted; it is document {link.number} of the chain."
        return
    for name, signed in sorted(told.facts.items()):
        if facts.get(name) != signed:
            yield f"{link.key} was changed: {name} is {facts.get(name)}, and {signed} was signed."


def _leaves(session: Session, link: Link, told: Told, pruned: Period | None) -> Iterator[str]:
    """Whether the rows of each person are those that were signed."""
    hashed, count = hashlib.sha256(), 0
    for signed, present in _paired(_signed_leaves(session, link.number), list_leaves(session, link.key)):
        if signed:
            hashed.update(signed.hash.encode())
            count += 1
        if signed != present:
            yield from _unlike(link, signed, present, pruned)
    if (count, hashed.hexdigest()) != (told.leaves, told.rows_hash):
        yield (
            f"{link.key}: what the chain keeps of its signed rows was altered: {count} people with the hash "
            f"{hashed.hexdigest()}, and {told.leaves} with {told.rows_hash} were signed."
        )


def _unlike(link: Link, signed: Leaf | None, present: Leaf | None, pruned: Period | None) -> Iterator[str]:
    """Name each row of a person that is not as it was signed."""
    person_id = next(leaf.person_id for leaf in (signed, present) if leaf)
    before = signed.read() if signed else []
    after = (present.read() if present else []) or []
    if before is None:
        yield f"{link.key}, {person_id}: what the chain keeps of the signed rows was altered."
        return
    is_over = pruned is not None and link.key.period <= pruned
    if is_over and not any(row.kind is RowKind.STATEMENT for row in after):
        before = [row for row in before if row.kind is not RowKind.STATEMENT]
    for change in changes(before, after):
        yield f"{link.key}, {person_id}: {change}."


def _signed_leaves(session: Session, number: int) -> Iterator[Leaf]:
    columns = chain_leaf.c
    query = (
        select(columns.person_id, columns.rows, columns.hash)
        .where(columns.number == number)
        .order_by(bytewise(session, columns.person_id))
    )
    for row in streamed(session, query):
        yield Leaf(row.person_id, row.rows, row.hash)


def _paired(signed: Iterator[Leaf], present: Iterator[Leaf]) -> Iterator[tuple[Leaf | None, Leaf | None]]:
    """Both streams side by side, by person."""
    left, right = next(signed, None), next(present, None)
    while left or right:
        first = min(leaf.person_id for leaf in (left, right) if leaf)
        pair = left if left and left.person_id == first else None, right if right and right.person_id == first else None
        yield pair
        left = next(signed, None) if pair[0] else left
        right = next(present, None) if pair[1] else right


def _states(session: Session, walk: _Walk) -> Iterator[str]:
    """Whether each period is in the state that its last document made, and in its version."""
    rows = {row.period: row for row in list_periods(session)}
    for period in sorted({*rows, *walk.states}):
        last, row = walk.states.get(period, (PeriodState.OPEN, 0)), rows.get(period)
        if last is None:
            continue
        state, version = last
        if row is None:
            yield f"Period {period} was deleted; the chain left it {state} (v{version})."
        elif (row.state if row.state.is_closed else PeriodState.OPEN, row.version) != (state, version):
            yield f"Period {period} is {row.state} (v{row.version}), and the chain left it {state} (v{version})."
