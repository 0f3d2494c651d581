"""Findings: what is wrong with a plan file, each with its place and a suggestion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from service.domain.errors import InvalidError, NotFoundError, Problem
from service.domain.money import format_minor

LIKENESS = 0.6
"""How alike two words must be to ask "did you mean"; lower than this the offers were unrelated words."""

MAX_FINDINGS = 200
"""Findings kept of one file: a clerk reads a screen of them, and a hostile file could make millions."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: file, line and column, both counted from 1."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def moved(self, columns: int) -> Place:
        """The place some columns to the right on the same line."""
        return Place(self.file, self.line, self.column + columns)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong (E-) or questionable (W-) in a plan file; `subject` is what an `accept: at:` names."""

    code: str
    message: str
    place: Place
    suggestion: str = ""
    subject: str = ""
    amount_minor: int | None = None

    @property
    def is_error(self) -> bool:
        """Whether the plan cannot be used at all; a warning only blocks publishing."""
        return self.code.startswith("E-")

    def as_json(self) -> dict[str, object]:
        """What commands and answers show of it."""
        return {
            "code": self.code,
            "message": self.message,
            "file": self.place.file,
            "line": self.place.line,
            "column": self.place.column,
            "suggestion": self.suggestion,
            "amount": None if self.amount_minor is None else format_minor(self.amount_minor),
        }

    def __str__(self) -> str:
        ending = f" {self.suggestion}" if self.suggestion else ""
        return f"{self.place}: {self.code} {self.message}{ending}"


@dataclass(slots=True)
class Findings:
    """The growing list of what is wrong; reading goes on so that all errors are shown at once.

    Of several errors at one place only the first is kept: the others follow from it.
    """

    items: list[Finding] = field(default_factory=list)
    places: set[Place] = field(default_factory=set)

    def add(self, code: str, place: Place, message: str, suggestion: str = "") -> None:
        """Note one finding."""
        finding = Finding(code, message, place, suggestion)
        if len(self.items) >= MAX_FINDINGS or (place.line and place in self.places):
            return
        if finding.is_error:
            self.places.add(place)
        self.items.append(finding)

    @property
    def has_errors(self) -> bool:
        """Whether anything noted so far makes the plan unusable."""
        return any(item.is_error for item in self.items)


class PlanRefusedError(InvalidError):
    """A plan file with errors was to be used."""

    code = "plan_refused"
    title = "The plan has errors"

    def __init__(self, plan_id: str, findings: Sequence[Finding], what: str = "plan") -> None:
        listed = "\n".join(str(item) for item in findings)
        problems = tuple(Problem(item.code, item.message, str(item.place)) for item in findings)
        super().__init__(f'The {what} "{plan_id}" cannot be used before this is corrected:\n{listed}', problems)
        self.findings = tuple(findings)


class UnknownPlanError(NotFoundError):
    """A plan that no file declares."""

    code = "unknown_plan"
    title = "No such plan"

    def __init__(self, plan_id: str, known: Iterable[str]) -> None:
        names = sorted(known)
        hint = f"{did_you_mean(plan_id, names)} ".lstrip()
        super().__init__(f'There is no plan "{plan_id}". {hint}Known: {", ".join(names)}.')


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A question with the nearest known word, or nothing if none is near."""
    near = get_close_matches(word, sorted(set(known)), n=1, cutoff=LIKENESS)
    return f'Did you mean "{near[0]}"?' if near else ""


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings as a reader wants them: by file and line, each once."""
    return sorted(dict.fromkeys(findings), key=lambda item: (item.place, item.code, item.message))
