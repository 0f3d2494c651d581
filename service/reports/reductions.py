"""Reductions of closed months: what waits for finance, what was decided, and whether the books say the same."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.earning import SET_OFF, WRITE_OFF, EarningLine
from service.domain.ledger import proposed_account
from service.domain.money import format_minor
from service.domain.reduction import (
    Reduction,
    ReductionDecision,
    ReductionKey,
    ReductionState,
    Verdict,
    reductions,
)
from service.store.earnings import list_reducing_lines
from service.store.people import list_people_of
from service.store.periods import list_periods
from service.store.reductions import list_decisions
from service.store.tables import posting

MOST_SHOWN = 1_000
"""Reductions of one list, the oldest first; whoever has more decides these before."""


def reductions_in(session: Session, state: ReductionState, person_id: str | None = None) -> list[dict[str, object]]:
    """The oldest reductions in a state that closings posted, of one person or of everybody, as JSON."""
    people = None if person_id is None else [person_id]
    told = _by_key(list_decisions(session, people))
    lines = list_reducing_lines(session, people, posted=True)
    found = [item for item in reductions(lines) if item.state(_latest(told, item)) is state]
    found.sort(key=lambda item: (item.posted_in, item.person_id, item.month))
    shown = found[:MOST_SHOWN]
    names = {person.person_id: person.name for person in list_people_of(session, {item.person_id for item in shown})}
    states = {row.period: row.state for row in list_periods(session)}
    return [
        {
            "person": item.person_id,
            "name": names[item.person_id],
            "month": str(item.month),
            "posted_in": str(item.posted_in),
            "posted_in_state": states[item.posted_in].value,
            "state": state.value,
            "amount": format_minor(item.amount_minor),
            "set_off": format_minor(item.set_off_minor),
            "written_off": format_minor(item.written_off_minor),
            "made_good": format_minor(item.made_good_minor),
            "remaining": format_minor(item.remaining_minor),
            "decisions": [decision_document(decision) for decision in told.get(item.key, ())],
        }
        for item in shown
    ]


def decision_document(decision: ReductionDecision) -> dict[str, object]:
    """A decision as JSON."""
    return {
        "verdict": decision.verdict.value,
        "reference": decision.reference,
        "why": decision.why,
        "amount": format_minor(decision.amount_minor),
        "decided_at": decision.decided_at.isoformat(),
        "decided_by": decision.decided_by,
    }


def _by_key(decisions: list[ReductionDecision]) -> dict[ReductionKey, list[ReductionDecision]]:
    told: dict[ReductionKey, list[ReductionDecision]] = {}
    for decision in decisions:
        told.setdefault(decision.key, []).append(decision)
    return told


def _latest(told: dict[ReductionKey, list[ReductionDecision]], item: Reduction) -> ReductionDecision | None:
    return told[item.key][-1] if item.key in told else None


def reduction_findings(session: Session) -> Iterator[str]:
    """What is wrong with the reductions in the books: what waits, and what was done without a decision."""
    lines = list_reducing_lines(session, posted=True)
    found = reductions(lines)
    waiting: dict[str, int] = {}
    for item in found:
        waiting[item.person_id] = waiting.get(item.person_id, 0) + item.remaining_minor
        if item.remaining_minor < 0:
            yield (
                f"{item.person_id} {item.month}: of the reduction that {item.posted_in} posted, "
                f"{format_minor(-item.remaining_minor)} more was settled than there was."
            )
    known = _proposed(session)
    for person_id in sorted({*waiting, *known}):
        if waiting.get(person_id, 0) != known.get(person_id, 0):
            yield (
                f"{person_id}: in the ledger {format_minor(known.get(person_id, 0))} waits for finance, "
                f"the posted lines say {format_minor(waiting.get(person_id, 0))}."
            )
    decided = {decision.decision_id: decision for decision in list_decisions(session)}
    for line in lines:
        if line.kind in {SET_OFF, WRITE_OFF} and not _is_decided(line, decided.get(_number(line))):
            yield (
                f"{line.person_id} {line.period}: {format_minor(abs(line.amount_minor))} of {line.month_worked} was "
                f"{'set off' if line.kind == SET_OFF else 'written off'}, and nobody decided that."
            )


def _number(line: EarningLine) -> int:
    number = line.explanation.get("decision")
    return number if isinstance(number, int) else 0


def _is_decided(line: EarningLine, decision: ReductionDecision | None) -> bool:
    if decision is None:
        return False
    said = str(decision.posted_in), decision.verdict.value, decision.reference
    if said != tuple(line.explanation[name] for name in ("posted_in", "verdict", "reference")):
        return False
    meant = decision.verdict.is_basis if line.kind == SET_OFF else decision.verdict is Verdict.WRITTEN_OFF
    return meant and (decision.person_id, decision.month_worked) == (line.person_id, line.month_worked)


def _proposed(session: Session) -> dict[str, int]:
    """What stands on the accounts of what waits for finance, by person, debit positive."""
    family = proposed_account("")
    rows = session.execute(
        select(posting.c.account, func.sum(posting.c.amount_minor))
        .where(posting.c.account.startswith(family))
        .group_by(posting.c.account)
    )
    return {account.removeprefix(family): int(amount) for account, amount in rows}
