"""A bundle: everything that one closing rests on, as one file that anybody can check without the database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.domain.chain import Leaf
from service.domain.errors import InvalidError
from service.domain.event import JsonValue, canonical_json
from service.domain.known import Known, KnownEvent, KnownPlan, KnownStatement, Knows
from service.domain.period import Period

FORMAT = "stimul-bundle/1"
"""Changes when an older Stimul could not read a new bundle, or would read it otherwise."""

MANIFEST = "manifest.json"
"""The last file: what the others are called, how long they are and what they hash to."""

CLOSING = "closing.json"
"""The closing document with its hash, and its place in the chain of the books with the signature."""

EVENTS, PLANS, STATEMENTS, EARLIER, LEAVES = (
    "events.ndjson",
    "plans.ndjson",
    "statements.ndjson",
    "earlier.ndjson",
    "leaves.ndjson",
)
"""A record on each line: the events in the order of their numbers; plans; the statements of the closing; those of
earlier closings that it corrects; the rows that it posted for each person, as they were signed."""

KNOWN_FILES: Mapping[str, Knows] = {
    "vocabulary.ndjson": Knows.VOCABULARY,
    "company.ndjson": Knows.COMPANY,
    "people.ndjson": Knows.PERSON,
    "aliases.ndjson": Knows.ALIAS,
    "lines.ndjson": Knows.LINES,
    "months.ndjson": Knows.MONTH,
    "deals.ndjson": Knows.DEAL,
}
"""What the closing knew, a document on each line."""

FILES = (
    CLOSING,
    PLANS,
    "vocabulary.ndjson",
    "company.ndjson",
    "people.ndjson",
    "aliases.ndjson",
    "lines.ndjson",
    EARLIER,
    EVENTS,
    "months.ndjson",
    "deals.ndjson",
    STATEMENTS,
    LEAVES,
    MANIFEST,
)
"""Every file of a bundle, in its order; there are no others."""


class InvalidBundleError(InvalidError):
    """A file that is no bundle of ours, or one that somebody made to do harm."""

    code = "invalid_bundle"

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"This is no bundle that can be checked: {where} {what}.")


class BundleExistsError(InvalidError):
    """A bundle was to be written over a file."""

    code = "bundle_exists"

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is there already, and a bundle is never written over anything. Choose another name.")


@dataclass(frozen=True, slots=True)
class SignedLink:
    """The closing's place in the chain of the books: the signed text, the signature, and the public key it is by."""

    content: str
    signature: str
    public_key: str


@dataclass(frozen=True, slots=True)
class BundledClosing:
    """The closing that a bundle is about; without a link where the books were not signed."""

    period: Period
    version: int
    document: str
    document_hash: str
    link: SignedLink | None
    corrected: tuple[tuple[str, Period], ...] = ()
    """The earlier months of people that were worked out again before it, by month."""


def closing_record(closing: BundledClosing) -> dict[str, JsonValue]:
    """As the one record of `closing.json`."""
    link = closing.link
    told: JsonValue = (
        {"content": link.content, "signature": link.signature, "public_key": link.public_key} if link else None
    )
    return {
        "period": str(closing.period),
        "version": closing.version,
        "document": closing.document,
        "document_hash": closing.document_hash,
        "link": told,
        "corrected": [[person_id, str(month)] for person_id, month in closing.corrected],
    }


def closing_of(record: Mapping[str, Any]) -> BundledClosing:
    """The closing of such a record."""
    link = record["link"]
    return BundledClosing(
        Period.parse(_text(record, "period")),
        _number(record, "version"),
        _text(record, "document"),
        _text(record, "document_hash"),
        SignedLink(_text(link, "content"), _text(link, "signature"), _text(link, "public_key")) if link else None,
        tuple((str(person_id), Period.parse(month)) for person_id, month in record["corrected"]),
    )


def known_record(one: Known) -> dict[str, JsonValue]:
    """A document that a close kept."""
    return {
        "period": one.period,
        "version": one.version,
        "name": one.name,
        "month": one.month,
        "document": json.loads(one.document),
    }


def known_of(kind: Knows, record: Mapping[str, Any]) -> Known:
    """The document of such a record."""
    document = canonical_json(_mapping(record, "document"))
    return Known(
        _text(record, "period"),
        _number(record, "version"),
        kind,
        _text(record, "name"),
        _text(record, "month"),
        document,
    )


def event_record(item: KnownEvent) -> dict[str, JsonValue]:
    """An event; its number is the number of its line."""
    return {
        "source": item.source_id,
        "id": item.external_id,
        "received_at": item.received_at.isoformat(),
        "document": item.document,
        "conversion": item.conversion,
    }


def event_of(number: int, record: Mapping[str, Any]) -> KnownEvent:
    """The event on a line."""
    received_at = datetime.fromisoformat(_text(record, "received_at"))
    if received_at.tzinfo is None:
        raise ValueError("received_at has no offset")
    return KnownEvent(
        number,
        _text(record, "source"),
        _text(record, "id"),
        received_at,
        _text(record, "document"),
        _text(record, "conversion"),
    )


def plan_record(plan: KnownPlan) -> dict[str, JsonValue]:
    """A version of a plan."""
    return {"hash": plan.plan_hash, "plan": plan.plan_id, "version": plan.version, "document": plan.document}


def plan_of(record: Mapping[str, Any]) -> KnownPlan:
    """The plan of such a record."""
    return KnownPlan(*(_text(record, name) for name in ("hash", "plan", "version", "document")))


def statement_record(one: KnownStatement) -> dict[str, JsonValue]:
    """A statement."""
    return {
        "person": one.person_id,
        "period": one.period,
        "version": one.version,
        "document": one.document,
        "document_hash": one.document_hash,
    }


def statement_of(record: Mapping[str, Any]) -> KnownStatement:
    """The statement of such a record."""
    return KnownStatement(
        _text(record, "person"),
        _text(record, "period"),
        _number(record, "version"),
        _text(record, "document"),
        _text(record, "document_hash"),
    )


def leaf_record(leaf: Leaf) -> dict[str, JsonValue]:
    """The rows that the closing posted for a person, as they were signed."""
    return {"person": leaf.person_id, "rows": leaf.rows, "hash": leaf.hash}


def leaf_of(record: Mapping[str, Any]) -> Leaf:
    """The leaf of such a record."""
    return Leaf(*(_text(record, name) for name in ("person", "rows", "hash")))


def _mapping(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = record[name]
    if not isinstance(value, dict):
        raise TypeError(f"{name} is no object")
    return value


def _text(record: Mapping[str, Any], name: str) -> str:
    value = record[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} is no text")
    return value


def _number(record: Mapping[str, Any], name: str) -> int:
    value = record[name]
    if type(value) is not int:
        raise TypeError(f"{name} is no whole number")
    return value
