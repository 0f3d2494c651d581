"""Decide about a reduction of a closed month: the basis on which it is set off against later pay, or that it is not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.approval import Signer
from service.domain.audit import REDUCTION_DECIDED, AuditEntry
from service.domain.chain import DocumentKey, DocumentKind
from service.domain.event import JsonValue
from service.domain.money import format_minor
from service.domain.period import PeriodState
from service.domain.reduction import (
    NotAnAdvanceError,
    OwnReductionError,
    Reduction,
    ReductionDecision,
    ReductionKey,
    ReductionNotFinalError,
    ReductionSettledError,
    UnknownReductionError,
    Verdict,
    demand_reference,
    reductions,
)
from service.domain.waiting import demand_reason
from service.plans import plan_from_document
from service.store.audit import add_new_audit
from service.store.chain import sign
from service.store.earnings import list_reducing_lines
from service.store.periods import lock_earliest_open, lock_period
from service.store.plans import get_document
from service.store.reductions import add_new_decision
from service.store.session import follow_up
from service.store.stale import mark_stale

ADVANCING = frozenset({"draw", "clawback"})
"""Kinds of rules by which a plan says of money that it is an advance."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What somebody wants to decide about a reduction, and why."""

    key: ReductionKey
    verdict: Verdict
    reference: str
    why: str


def decide_reduction(session: Session, asked: Decided, signer: Signer, *, now: datetime) -> ReductionDecision:
    """Keep a decision about a reduction that an approved closing posted; the earliest open month acts on it.

    The latest decision holds for what still waits. Raises `NoReasonError`, `NoReferenceError`, `OwnReductionError`,
    `UnknownReductionError`, `ReductionNotFinalError`, `ReductionSettledError`, `NotAnAdvanceError`,
    or what signing raises.
    """
    demand_reason(asked.why)
    demand_reference(asked.verdict, asked.reference)
    person_id, month, posted_in = asked.key
    if signer.person_id == person_id:
        raise OwnReductionError
    # Alone, so that two who decide at once decide one after the other; then the month that acts on it stays open.
    state = lock_period(session, posted_in).state
    open_period = lock_earliest_open(session, posted_in)
    reduction = _reduction(session, asked.key)
    if state not in {PeriodState.APPROVED, PeriodState.PAID}:
        raise ReductionNotFinalError(posted_in)
    if not reduction.remaining_minor:
        raise ReductionSettledError(reduction)
    if asked.verdict is Verdict.ADVANCE_AGREED:
        _demand_advance(session, reduction, asked.reference.strip())
    decision = ReductionDecision(
        person_id,
        month,
        posted_in,
        asked.verdict,
        asked.reference.strip(),
        asked.why.strip(),
        reduction.remaining_minor,
        now,
        signer.name,
        signer.person_id,
    )
    number = add_new_decision(session, decision)
    mark_stale(session, [(person_id, open_period)], now)
    follow_up(session, "refresh")
    _note(session, decision, signer)
    sign(session, DocumentKey(DocumentKind.DECISION, posted_in, 0, number), None, now)
    return replace(decision, decision_id=number)


def _reduction(session: Session, key: ReductionKey) -> Reduction:
    lines = list_reducing_lines(session, [key[0]], posted=True)
    found = next((reduction for reduction in reductions(lines) if reduction.key == key), None)
    if found is None:
        raise UnknownReductionError(key)
    return found


def _demand_advance(session: Session, reduction: Reduction, reference: str) -> None:
    plan = plan_from_document(get_document(session, reduction.plan_hash))
    rules = sorted(rule.id for rule in plan.rules if rule.kind in ADVANCING)
    if reference not in rules:
        raise NotAnAdvanceError(reference, rules)


def _note(session: Session, decision: ReductionDecision, signer: Signer) -> None:
    detail: dict[str, JsonValue] = {
        "month": str(decision.month_worked),
        "posted_in": str(decision.posted_in),
        "verdict": decision.verdict.value,
        "reference": decision.reference,
        "why": decision.why,
        "amount": format_minor(decision.amount_minor),
        "hand": signer.hand,
    }
    entry = AuditEntry(decision.decided_at, signer.name, REDUCTION_DECIDED, decision.person_id, detail)
    add_new_audit(session, entry)
