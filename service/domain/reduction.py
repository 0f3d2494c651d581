"""A reduction: what a net correction of a closed month takes away, which waits until finance gives a basis for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from service.domain.earning import MADE_GOOD, REDUCING, SET_OFF, WRITE_OFF, Charge, Disposition, EarningLine
from service.domain.errors import BusinessConflictError, ForbiddenError, InvalidError, NotFoundError
from service.domain.money import format_minor
from service.domain.period import Period

REFERENCE_CHARACTERS = 200
"""Longest reference: the number of a paper, or the name of a rule."""


class Verdict(StrEnum):
    """What finance decided about a reduction."""

    ADVANCE_AGREED = "advance_agreed"
    """The plan says of the money that it is an advance: the reference is its rule of kind draw or clawback."""
    ARITHMETICAL_ERROR = "arithmetical_error"
    WRITTEN_CONSENT = "written_consent"
    WRITTEN_OFF = "written_off"
    """It is never taken: the company bears it."""
    WAITS = "waits"
    """The basis fell away, or was none: what is left waits again."""

    @property
    def is_basis(self) -> bool:
        """Whether what is left is set off against later variable pay."""
        return self not in {Verdict.WRITTEN_OFF, Verdict.WAITS}


class ReductionState(StrEnum):
    """Where a reduction stands."""

    WAITS = "waits"
    DECIDED = "decided"
    SETTLED = "settled"


ReductionKey = tuple[str, Period, Period]
"""A person, the month that was reduced, and the period that posted the reduction."""


@dataclass(frozen=True, slots=True)
class Reduction:
    """A reduction of a person's month as one period posted it, and what became of it; minor units, none below zero.

    `made_good_minor` is what later corrections of the same month gave back.
    """

    person_id: str
    month: Period
    posted_in: Period
    plan_hash: str
    amount_minor: int
    set_off_minor: int = 0
    written_off_minor: int = 0
    made_good_minor: int = 0

    @property
    def key(self) -> ReductionKey:
        """What names it."""
        return self.person_id, self.month, self.posted_in

    @property
    def remaining_minor(self) -> int:
        """What still waits."""
        return self.amount_minor - self.set_off_minor - self.written_off_minor - self.made_good_minor

    def state(self, decision: ReductionDecision | None) -> ReductionState:
        """Where it stands after the latest decision about it."""
        if not self.remaining_minor:
            return ReductionState.SETTLED
        decided = decision is not None and decision.verdict is not Verdict.WAITS
        return ReductionState.DECIDED if decided else ReductionState.WAITS


@dataclass(frozen=True, slots=True)
class ReductionDecision:
    """What a named person decided about a reduction; the latest one holds for what still waits.

    `decision_id` rises with every decision and is 0 until it is kept.
    """

    person_id: str
    month_worked: Period
    posted_in: Period
    verdict: Verdict
    reference: str
    why: str
    amount_minor: int
    decided_at: datetime
    decided_by: str
    decided_by_person: str | None
    decision_id: int = 0

    @property
    def key(self) -> ReductionKey:
        """What names the reduction."""
        return self.person_id, self.month_worked, self.posted_in


class UnknownReductionError(NotFoundError):
    """Nothing was reduced there."""

    code = "unknown_reduction"

    def __init__(self, key: ReductionKey) -> None:
        person_id, month, posted_in = key
        super().__init__(
            f"{posted_in} posted no reduction of {month} for {person_id[:64]}. GET /v1/reductions lists what waits."
        )


class ReductionNotFinalError(BusinessConflictError):
    """The closing that posts the reduction may still be withdrawn."""

    code = "reduction_not_final"

    def __init__(self, posted_in: Period) -> None:
        super().__init__(f"{posted_in} posts this reduction and is not approved yet. Approve it first, then decide.")


class ReductionSettledError(BusinessConflictError):
    """There is nothing left to decide about."""

    code = "reduction_settled"

    def __init__(self, reduction: Reduction) -> None:
        super().__init__(
            f"Nothing of this reduction waits any more: {format_minor(reduction.set_off_minor)} was set off, "
            f"{format_minor(reduction.written_off_minor)} written off and {format_minor(reduction.made_good_minor)} "
            "made good."
        )


class OwnReductionError(ForbiddenError):
    """Somebody was to decide about money that is their own."""

    code = "own_reduction"

    def __init__(self) -> None:
        super().__init__("This reduction is of your own pay. Somebody else decides about it.")


class NoReferenceError(InvalidError):
    """A basis that nobody could look up later."""

    code = "reference_missing"

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(
            f"Say in `reference` where the basis ({verdict}) is written, in 1 to {REFERENCE_CHARACTERS} characters: "
            "the number of the signed consent, of the corrected document, or the rule of the plan."
        )


class NotAnAdvanceError(InvalidError):
    """A plan was to have agreed an advance, and does not say so."""

    code = "not_an_advance"

    def __init__(self, reference: str, rules: Sequence[str]) -> None:
        known = f"only {', '.join(rules)}" if rules else "none does"
        super().__init__(
            f'The plan of that month does not call money an advance in a rule "{reference[:64]}": of kind draw or '
            f"clawback, {known}. Without such a rule, ask for the person's written consent."
        )


def demand_reference(verdict: Verdict, reference: str) -> None:
    """Refuse a basis without a reference."""
    readable = 1 <= len(reference.strip()) <= REFERENCE_CHARACTERS and reference.isprintable()
    if verdict.is_basis and not readable:
        raise NoReferenceError(verdict)


def reductions(lines: Iterable[EarningLine]) -> list[Reduction]:
    """The reductions among lines, with what other lines did about them; by person, month and posting period."""
    found: dict[ReductionKey, Reduction] = {}
    after: dict[ReductionKey, list[EarningLine]] = {}
    for line in lines:
        if line.kind in REDUCING:
            key = line.person_id, line.month_worked, Period.parse(str(line.explanation["posted_in"]))
            after.setdefault(key, []).append(line)
        elif line.disposition is Disposition.PROPOSED:
            key = line.person_id, line.month_worked, line.period
            known = found.get(key) or Reduction(*key, line.plan_hash, 0)
            found[key] = replace(known, amount_minor=known.amount_minor - line.amount_minor)
    return [_settled(found[key], after.get(key, ())) for key in sorted(found)]


def _settled(reduction: Reduction, lines: Iterable[EarningLine]) -> Reduction:
    for line in lines:
        of_written = line.kind == MADE_GOOD and line.charge is Charge.EXPENSE
        if line.kind == SET_OFF:
            reduction = replace(reduction, set_off_minor=reduction.set_off_minor - line.amount_minor)
        if line.kind == WRITE_OFF or of_written:
            reduction = replace(reduction, written_off_minor=reduction.written_off_minor + line.amount_minor)
        if line.kind == MADE_GOOD:
            reduction = replace(reduction, made_good_minor=reduction.made_good_minor - line.amount_minor)
    return reduction
