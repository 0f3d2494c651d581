"""The chain of the books: every document with the hash of its rows and of the document before it, signed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from service.domain.errors import BusinessConflictError
from service.domain.event import JsonValue, canonical_json
from service.domain.money import format_minor
from service.domain.period import Period, PeriodState

BEFORE_THE_FIRST = "0" * 64
"""What the first document of the chain names as the hash of the one before it."""


class DocumentKind(StrEnum):
    """The documents of the books; all but closings are about the closing that they name.

    A decision about a reduction is about the month that posted it, whatever its version.
    """

    CLOSING = "closing"
    APPROVAL = "approval"
    WITHDRAWAL = "withdrawal"
    PAYMENT = "payment"
    DECISION = "decision"


class RowKind(StrEnum):
    """The rows that a document adds to the books of a person."""

    ENTRY = "entry"
    POSTING = "posting"
    PART = "part"
    STATEMENT = "statement"


def document_name(kind: str, period: str, version: int, position: int) -> str:
    """How a document is named in messages; its parts may be anything that a database held."""
    numbers = (f" v{version}" if version else "") + (f" ({position})" if position else "")
    return f"{kind.capitalize()} {period}{numbers}"


@dataclass(frozen=True, slots=True)
class DocumentKey:
    """Which document: its kind and closing; `position` tells approvals, payments and decisions about one apart."""

    kind: DocumentKind
    period: Period
    version: int
    position: int = 0

    def __str__(self) -> str:
        return document_name(self.kind.value, str(self.period), self.version, self.position)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a person in a document: what tells it from its fellows, and what it says."""

    kind: RowKind
    key: tuple[str, ...]
    value: tuple[str | int | None, ...]

    def __str__(self) -> str:
        match self.kind:
            case RowKind.ENTRY:
                return f"entry for {self.key[0]}"
            case RowKind.POSTING:
                return f"posting for {self.key[0]} to {self.key[1]}"
            case RowKind.PART:
                what, month, rule, deal, *_ = self.key
                return f"{what} part of {rule} for {month}, deal {deal or 'unknown'}"
            case RowKind.STATEMENT:
                return "statement"

    @property
    def told(self) -> str:
        """What it says, for who reads that it was changed."""
        return ", ".join(format_minor(item) if isinstance(item, int) else str(item) for item in self.value)


@dataclass(frozen=True, slots=True)
class Leaf:
    """The rows of one person in one document, as the text that is signed, and its hash."""

    person_id: str
    rows: str
    hash: str

    def read(self) -> list[Row] | None:
        """The rows again; None if the text does not have its hash or is none of ours."""
        if leaf_hash(self.person_id, self.rows) != self.hash:
            return None
        try:
            return [Row(RowKind(kind), tuple(key), tuple(value)) for kind, key, value in json.loads(self.rows)]
        except (ValueError, TypeError):
            return None


@dataclass(frozen=True, slots=True)
class Link:
    """A document in the chain: the signed text, its hash, and by which key it is signed."""

    number: int
    key: DocumentKey
    content: str
    hash: str
    key_id: str
    signature: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the signed text of a link says: its place, the row of its document, its leaves, and its period's state."""

    number: int
    previous: str
    key_id: str
    key: DocumentKey
    state: PeriodState | None
    """What the document made of its period; None where it leaves it as it was."""
    facts: Mapping[str, JsonValue]
    leaves: int
    rows_hash: str
    signed_at: datetime
    adopted: bool
    """Whether the document was older than the chain and was put into it later."""


class UnsignedBooksError(BusinessConflictError):
    """A document was to be signed while older ones are not in the chain."""

    code = "books_unsigned"

    def __init__(self, count: int) -> None:
        super().__init__(
            f"The books have {count} documents that are not signed yet. Check them with `stimul ledger verify`, put "
            "them into the chain with `stimul ledger sign`, then try again. Nothing was changed."
        )


class ChainBegunError(BusinessConflictError):
    """Unsigned documents were to be put into a chain that has begun: nothing unsigned may come from us any more."""

    code = "chain_begun"

    def __init__(self) -> None:
        super().__init__(
            "The chain of the books has begun, so nothing older is put into it. What `stimul ledger verify` finds "
            "outside the chain was not posted by Stimul."
        )


class UntrustedTailError(BusinessConflictError):
    """The next document would have vouched for one that no trusted key signed."""

    code = "chain_untrusted"

    def __init__(self, number: int, key_id: str) -> None:
        super().__init__(
            f"Document {number}, the last one of the chain, is not as a trusted key signed it (key {key_id}). After a "
            "change of STIMUL_SIGNING_KEY put the public key of the earlier one into STIMUL_TRUSTED_KEYS; otherwise "
            "look into it with `stimul ledger verify`. Nothing was changed."
        )


def rows_text(rows: Iterable[Row]) -> str:
    """Rows as the canonical text of a leaf."""
    return canonical_json([[row.kind.value, list(row.key), list(row.value)] for row in rows])


def leaf_hash(person_id: str, rows: str) -> str:
    """sha256 of a leaf, in hexadecimal."""
    return hashlib.sha256(f"{person_id}\n{rows}".encode()).hexdigest()


def link_content(told: Told) -> str:
    """The canonical JSON that is hashed and signed."""
    return canonical_json(
        {
            "number": told.number,
            "previous": told.previous,
            "signing_key": told.key_id,
            "document": told.key.kind.value,
            "period": str(told.key.period),
            "version": told.key.version,
            "position": told.key.position,
            "state": told.state.value if told.state else None,
            "facts": dict(told.facts),
            "leaves": told.leaves,
            "rows_hash": told.rows_hash,
            "signed_at": told.signed_at.isoformat(),
            "adopted": told.adopted,
        }
    )


def told_by(content: str) -> Told:
    """What a signed text says; `ValueError`, `KeyError`, `TypeError` or `InvalidPeriodError` if it is none of ours."""
    found = json.loads(content)
    key = DocumentKey(
        DocumentKind(found["document"]), Period.parse(found["period"]), found["version"], found["position"]
    )
    return Told(
        number=found["number"],
        previous=found["previous"],
        key_id=found["signing_key"],
        key=key,
        state=None if found["state"] is None else PeriodState(found["state"]),
        facts=dict(found["facts"]),
        leaves=found["leaves"],
        rows_hash=found["rows_hash"],
        signed_at=datetime.fromisoformat(found["signed_at"]),
        adopted=found["adopted"],
    )


def changes(signed: Sequence[Row], present: Sequence[Row]) -> Iterator[str]:
    """Each row that is not as it was signed, named, with what became of it."""
    before, after = _by_key(signed), _by_key(present)
    for key in sorted({*before, *after}):
        was, now = before.get(key, []), after.get(key, [])
        if was == now:
            continue
        if not now:
            yield f"{was[0]} was deleted; {_told(was)} was signed"
        elif not was:
            yield f"{now[0]} was inserted; it says {_told(now)}"
        else:
            yield f"{now[0]} was changed; {_told(was)} was signed, it says {_told(now)}"


def _by_key(rows: Sequence[Row]) -> dict[tuple[str, ...], list[Row]]:
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in sorted(rows, key=lambda row: row.told):
        found.setdefault((row.kind.value, *row.key), []).append(row)
    return found


def _told(rows: Sequence[Row]) -> str:
    return " and ".join(row.told for row in rows)
