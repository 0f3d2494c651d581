"""Draft what open months do about reductions of closed ones: set off or written off, as finance decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from service.domain.earning import MADE_GOOD, SET_OFF, WRITE_OFF, Disposition, EarningLine
from service.domain.period import Period
from service.domain.reduction import ReductionDecision, ReductionKey, reductions
from service.domain.set_off import decided_lines
from service.store.earnings import list_lines, list_reducing_lines, replace_lines_of
from service.store.periods import lock_period
from service.store.reductions import list_decisions
from service.store.scorecards import PersonMonth

KINDS = (SET_OFF, WRITE_OFF)

FIRST_POSITION = 20_000
"""Where these lines stand among those that correct the same month: behind what it let go of held money."""


def set_off(session: Session, months: Sequence[PersonMonth]) -> None:
    """Replace the lines by which those of these person-months that are open settle reductions of closed months.

    The caller holds them and has drafted all their other lines: no more is set off than these add up to.
    """
    people = {person_id for person_id, _ in months}
    decisions = {decision.key: decision for decision in list_decisions(session, people)}
    for period in sorted({period for _, period in months if decisions}):
        if lock_period(session, period, shared=True).state.is_closed:
            continue
        own = {person_id for person_id, month in months if month == period}
        person_ids = sorted(own & {person_id for person_id, _, _ in decisions})
        lines = _lines(session, period, person_ids, decisions)
        replace_lines_of(session, KINDS, [(person_id, period) for person_id in person_ids], lines)


def _lines(
    session: Session, period: Period, person_ids: Sequence[str], decisions: Mapping[ReductionKey, ReductionDecision]
) -> list[EarningLine]:
    before = [
        line
        for line in list_reducing_lines(session, person_ids)
        if line.period < period or (line.period == period and line.kind == MADE_GOOD)
    ]
    waiting = [found for found in reductions(before) if found.key in decisions]
    drafts = [line for line in list_lines(session, period, person_ids) if line.disposition is Disposition.PAYABLE]
    lines: list[EarningLine] = []
    for person_id in person_ids:
        own = [found for found in waiting if found.person_id == person_id]
        payable_minor = sum(
            line.amount_minor for line in drafts if line.person_id == person_id and line.kind != SET_OFF
        )
        lines += decided_lines(own, decisions, period, payable_minor, FIRST_POSITION)
    return lines
