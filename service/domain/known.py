"""What was known at a close: the documents it keeps, so that the month can be worked out again from the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import accumulate, pairwise


class UnreadableRowError(ValueError):
    """A kept row that is not one of its table: somebody wrote it by hand."""


class Knows(StrEnum):
    """What such a document tells of."""

    COMPANY = "company"
    """The calendar, which plan was in force when, and the closings that held."""
    VOCABULARY = "vocabulary"
    PERSON = "person"
    """A person with assignments and absences."""
    ALIAS = "alias"
    """The user ids of a person."""
    LINES = "lines"
    """The lines that a closing posted for a person."""
    MONTH = "month"
    """A person's month: its events, what was decided about them, targets, steps of ramps and streaks carried in."""
    DEAL = "deal"
    """The events of a deal in which somebody has money."""


@dataclass(frozen=True, slots=True)
class Known:
    """One document: `period` and `version` are the closing that kept it, `name` is whom or what it tells of."""

    period: str
    version: int
    kind: Knows
    name: str
    month: str
    document: str


def steps(numbers: Collection[int]) -> list[int]:
    """Numbers in order, each as its distance from the one before: mostly a digit or two instead of eight."""
    ordered = sorted(numbers)
    return ordered[:1] + [after - before for before, after in pairwise(ordered)]


def from_steps(distances: Sequence[int]) -> list[int]:
    """The numbers again."""
    return list(accumulate(distances))


def tied(names: Iterable[str], pairs: Iterable[tuple[str, str]]) -> set[str]:
    """Everything that pairs tie to these names, directly or over others, without the names themselves."""
    beside: dict[str, set[str]] = {}
    for one, other in pairs:
        beside.setdefault(one, set()).add(other)
        beside.setdefault(other, set()).add(one)
    own = set(names)
    seen, asked = set(own), own & beside.keys()
    while asked:
        asked = set().union(*(beside[name] for name in asked)) - seen
        seen |= asked
    return seen - own


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """An event as it is kept: its number stands for it in the documents.

    `conversion` says how its money was converted to the company's; empty where there was nothing to convert.
    """

    number: int
    source_id: str
    external_id: str
    received_at: datetime
    document: str
    conversion: str = ""


@dataclass(frozen=True, slots=True)
class KnownPlan:
    """A version of a plan: its content hash, the plan, what its authors call it, and the document."""

    plan_hash: str
    plan_id: str
    version: str
    document: str


@dataclass(frozen=True, slots=True)
class KnownStatement:
    """A statement that a closing issued: canonical JSON, and its hash as it was kept."""

    person_id: str
    period: str
    version: int
    document: str
    document_hash: str


@dataclass(frozen=True, slots=True)
class Records:
    """Some of what a close knew, in the order in which it can be laid down: documents may name what stands before."""

    plans: Sequence[KnownPlan] = ()
    events: Sequence[KnownEvent] = ()
    statements: Sequence[KnownStatement] = ()
    known: Sequence[Known] = ()
