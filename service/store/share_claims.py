"""Rows of share claims: whose sent shares wait, hold or were refused."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.domain.share_claim import SHARES_APPROVED, ClaimState
from service.domain.waiting import Decision
from service.store.dialect import bulk_insert, insert_new, listed
from service.store.intake_tables import event_release, share_claim


def add_new_claims(session: Session, event_ids: Sequence[int], now: datetime) -> None:
    """Let the shares of these events wait for a decision; one that is known stays as it is."""
    rows = [
        {"event_id": number, "state": ClaimState.HELD.value, "claimed_at": now} for number in sorted(set(event_ids))
    ]
    insert_new(session, share_claim, rows, ("event_id",), ("event_id",))


def end_claim(session: Session, event_id: int, state: ClaimState, decision: Decision) -> bool:
    """Decide about a claim that waits; False where none does. What is approved counts anew from now on."""
    columns = share_claim.c
    values = {"state": state.value, "decided_at": decision.at, "decided_by": decision.who}
    held = (columns.event_id == event_id) & (columns.state == ClaimState.HELD.value)
    row = session.execute(update(share_claim).where(held).values(values).returning(columns.claimed_at)).one_or_none()
    if row is not None and state is ClaimState.APPROVED:
        release = {"event_id": event_id, "released_at": decision.at, "reason": SHARES_APPROVED}
        bulk_insert(session, event_release, [release | {"waited_since": row.claimed_at}])
    return row is not None


def list_approved(session: Session, event_ids: Collection[int]) -> set[int]:
    """Those of the events whose sent shares hold."""
    columns = share_claim.c
    numbers = listed(session, [columns.event_id], [(number,) for number in sorted(event_ids)])
    query = select(columns.event_id).join_from(numbers, share_claim, columns.event_id == numbers.c.event_id)
    return set(session.scalars(query.where(columns.state == ClaimState.APPROVED.value)))
