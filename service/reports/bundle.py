"""The files of a bundle: what a closing knew, from tables it was collected in, and what it said, from the books."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy.orm import Session

from service.domain.bundle import (
    CLOSING,
    EARLIER,
    EVENTS,
    FILES,
    KNOWN_FILES,
    LEAVES,
    MANIFEST,
    PLANS,
    STATEMENTS,
    BundledClosing,
    closing_record,
    event_record,
    known_record,
    leaf_record,
    plan_record,
    statement_record,
)
from service.domain.event import JsonValue
from service.domain.known import Knows
from service.domain.period import Period
from service.reports.knowledge import known_statement
from service.store.bundled import find_link, read_earlier, read_kept, read_leaves, read_numbered, read_plans
from service.store.periods import Closing
from service.store.statements import read_issued

Record = dict[str, JsonValue]


def bundle_files(
    books: Session, collected: Session, closing: Closing, corrected: list[tuple[str, Period]]
) -> Iterator[tuple[str, Iterator[Record]]]:
    """The records of each file but the manifest, in the order in which they are written."""
    link = find_link(books, closing.period, closing.version)
    told = BundledClosing(
        closing.period,
        closing.version,
        closing.document,
        closing.document_hash,
        link[1] if link else None,
        tuple(corrected),
    )
    written: dict[str, Callable[[], Iterator[Record]]] = {
        CLOSING: lambda: iter([closing_record(told)]),
        PLANS: lambda: map(plan_record, read_plans(collected)),
        EARLIER: lambda: map(statement_record, read_earlier(collected)),
        EVENTS: lambda: map(event_record, read_numbered(collected)),
        STATEMENTS: lambda: _statements(books, closing),
        LEAVES: lambda: map(leaf_record, read_leaves(books, link[0]) if link else ()),
    }
    for name in FILES:
        if name in KNOWN_FILES:
            yield name, _known(collected, KNOWN_FILES[name])
        elif name != MANIFEST:
            yield name, written[name]()


def _known(collected: Session, kind: Knows) -> Iterator[Record]:
    return map(known_record, read_kept(collected, kind))


def _statements(books: Session, closing: Closing) -> Iterator[Record]:
    for batch in read_issued(books, closing.period, closing.version):
        yield from (statement_record(known_statement(row)) for row in batch)
