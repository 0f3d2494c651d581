"""A replay: what a month gives when it is worked out again from what its close knew, and where it differs."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Any

from service.domain.errors import BusinessConflictError, NotFoundError
from service.domain.event import JsonValue
from service.domain.period import Period

ID_BYTES = 12
"""96 random bits: an id that nobody meets twice and nobody guesses."""

DIFFERENCES_TOLD = 1_000
"""Differences told one by one; of more a replay gives the number, so that its answer stays readable."""

WORTH_TELLING = 200
"""Characters of a value that a difference shows."""


class UnknownReplayError(NotFoundError):
    """A replay id that was never given out."""

    code = "unknown_replay"

    def __init__(self, replay_id: str, period: Period) -> None:
        super().__init__(
            f'There is no replay "{replay_id[:40]}" of {period}. POST /v1/periods/{period}/replays starts one.'
        )


class UnknownClosingError(NotFoundError):
    """A closing that never was."""

    code = "unknown_closing"

    def __init__(self, period: Period, version: int | None) -> None:
        which = f"Period {period} was never closed" if version is None else f"There is no version {version} of {period}"
        super().__init__(f"{which}, so there is nothing to work out again. `stimul period list` shows what is closed.")


class NotKeptError(BusinessConflictError):
    """A closing of which it is not kept, or not any more, what it knew."""

    code = "not_kept"

    def __init__(self, period: Period, version: int) -> None:
        super().__init__(
            f"Version {version} of {period} cannot be worked out again: it was closed before closings kept what they "
            "knew, or the term for which events and statements are kept is over."
        )


class UnreadableKnowledgeError(BusinessConflictError):
    """What a close knew is not in the form in which it was kept: somebody wrote in it."""

    code = "unreadable_knowledge"

    def __init__(self, period: Period, version: int, reason: str) -> None:
        super().__init__(
            f"What version {version} of {period} knew cannot be read, so it cannot be worked out again: {reason}. "
            "It was changed since it was kept."
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not the same: `stored` at the close, `again` now; both empty where a thing is only there once.

    `what` is line, input, event, plan, statement, entry or closing; `name` the rule, input, receipt, plan or field.
    `because` are the inputs of the same person that differ.
    """

    person_id: str
    what: str
    name: str
    month: str
    stored: str
    again: str
    because: tuple[str, ...] = ()

    def as_json(self) -> dict[str, JsonValue]:
        """For an answer."""
        return {
            "person": self.person_id,
            "what": self.what,
            "name": self.name,
            "month": self.month,
            "stored": self.stored,
            "recomputed": self.again,
            "inputs": list(self.because),
        }


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay found: how much was worked out, each difference up to a number, and how many there are."""

    period: Period
    version: int
    people: int
    lines: int
    events: int
    document_hash: str
    again_hash: str
    differences: tuple[Difference, ...] = ()
    count: int = 0

    @property
    def is_equal(self) -> bool:
        """Whether every statement and the closing document came out the same, to the byte."""
        return not self.count and self.document_hash == self.again_hash

    def as_json(self) -> dict[str, JsonValue]:
        """For an answer."""
        return {
            "period": str(self.period),
            "version": self.version,
            "equal": self.is_equal,
            "people": self.people,
            "lines": self.lines,
            "events": self.events,
            "document_hash": self.document_hash,
            "recomputed_hash": self.again_hash,
            "differences_count": self.count,
            "differences": [item.as_json() for item in self.differences],
        }


@dataclass(frozen=True, slots=True)
class Replay:
    """A replay as it was asked for, and what became of it: waiting while there is neither document nor failure."""

    replay_id: str
    period: Period
    version: int
    asked_at: datetime
    asked_by: str
    document: str = "{}"
    failure: str = ""
    ended_at: datetime | None = None

    @property
    def state(self) -> str:
        """Waiting, done or failed."""
        if self.ended_at is None:
            return "waiting"
        return "failed" if self.failure else "done"


@dataclass(slots=True)
class Differences:
    """Collects differences: the first ones word for word, of the others the number."""

    told: list[Difference] = field(default_factory=list)
    count: int = 0

    def add(self, found: Iterator[Difference] | Sequence[Difference]) -> None:
        """Take these."""
        for item in found:
            self.count += 1
            if len(self.told) < DIFFERENCES_TOLD:
                self.told.append(item)


def new_replay_id() -> str:
    """An id for a new replay."""
    return f"rpl_{secrets.token_hex(ID_BYTES)}"


def statement_differences(person_id: str, stored: Mapping[str, Any], again: Mapping[str, Any]) -> Iterator[Difference]:
    """Where two statements of one person differ: inputs, then lines with the inputs behind them, then the rest."""
    inputs = list(_inputs(person_id, stored.get("plans", []), again.get("plans", [])))
    yield from inputs
    because = tuple(dict.fromkeys(item.name for item in inputs))
    yield from _lines(person_id, (stored.get("lines", []), again.get("lines", [])), because)
    month = str(stored.get("period") or again.get("period"))
    for name in sorted({*stored, *again} - {"plans", "lines"}):
        for path, before, now in _unlike(name, stored.get(name), again.get(name)):
            yield Difference(person_id, "statement", path, month, _text(before), _text(now), because)


def document_differences(
    what: str, month: str, stored: Mapping[str, Any], again: Mapping[str, Any]
) -> Iterator[Difference]:
    """Where two documents about everybody differ."""
    for path, before, now in _unlike("", stored, again):
        yield Difference("", what, path, month, _text(before), _text(now))


def _inputs(person_id: str, stored: Sequence[Any], again: Sequence[Any]) -> Iterator[Difference]:
    nothing: Mapping[str, Any] = {}
    for before, now in zip_longest(stored, again, fillvalue=nothing):
        month = ""
        for name in ("plan", "version", "hash"):
            if before.get(name) != now.get(name):
                yield Difference(person_id, "input", name, month, _text(before.get(name)), _text(now.get(name)))
        for family in ("numbers", "texts"):
            one, other = (item.get("inputs", {}).get(family, {}) for item in (before, now))
            for name in sorted(key for key in {*one, *other} if one.get(key) != other.get(key)):
                yield Difference(person_id, "input", name, month, _text(one.get(name)), _text(other.get(name)))


def _lines(
    person_id: str, lines: tuple[Sequence[Any], Sequence[Any]], because: tuple[str, ...]
) -> Iterator[Difference]:
    grouped: tuple[dict[tuple[str, ...], list[Any]], ...] = ({}, {})
    for found, own in zip(grouped, lines, strict=True):
        for line in own:
            found.setdefault((line["month"], line["rule"], line["kind"]), []).append(line)
    for key in sorted({*grouped[0], *grouped[1]}):
        for before, now in zip_longest(*(found.get(key, []) for found in grouped), fillvalue={}):
            if before == now:
                continue
            amounts = before.get("amount", ""), now.get("amount", "")
            if amounts[0] != amounts[1]:
                yield Difference(person_id, "line", key[1], key[0], *amounts, because)
                continue
            for path, one, other in _unlike("", before, now):
                yield Difference(person_id, "line", f"{key[1]} {path}", key[0], _text(one), _text(other), because)


def _unlike(path: str, stored: Any, again: Any) -> Iterator[tuple[str, Any, Any]]:
    """The paths at which two JSON values differ."""
    if stored == again:
        return
    if isinstance(stored, dict) and isinstance(again, dict):
        for key in sorted({*stored, *again}):
            yield from _unlike(f"{path}.{key}" if path else key, stored.get(key), again.get(key))
        return
    if isinstance(stored, list) and isinstance(again, list):
        for place, (one, other) in enumerate(zip_longest(stored, again)):
            yield from _unlike(f"{path}.{place}", one, other)
        return
    yield path, stored, again


def _text(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= WORTH_TELLING else f"{text[:WORTH_TELLING]}…"
