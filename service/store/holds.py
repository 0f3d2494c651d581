"""Rows of holds, and of people who answer for events."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.domain.counting import RecordedEvent
from service.domain.hold import HeldEvent, Hold, HoldState
from service.domain.waiting import Decision, WaitingQuery
from service.store.dialect import insert_new, listed
from service.store.quarantine import chosen
from service.store.tables import quarantine
from service.store.trust_tables import event_hold, event_vouch

OUT = (HoldState.HELD.value, HoldState.REJECTED.value)
"""The states in which an event does not count."""


def add_hold(session: Session, recorded: RecordedEvent, hold: Hold, decision: Decision) -> bool:
    """Hold an event, for the first time or again after a release; False where it is held or rejected already."""
    values = {
        "state": HoldState.HELD.value,
        "why": hold.why,
        "reviewer": hold.reviewer,
        "due_on": hold.due_on,
        "held_at": decision.at,
        "held_by": decision.who,
        "decided_at": None,
        "decided_by": "",
        "decided_why": "",
    }
    known = {
        "event_id": recorded.event_id,
        "source_id": recorded.event.source_id,
        "external_id": recorded.event.external_id,
    }
    if insert_new(session, event_hold, [known | values], ("event_id",), ("event_id",)):
        return True
    columns = event_hold.c
    again = (columns.event_id == recorded.event_id) & (columns.state == HoldState.RELEASED.value)
    return bool(session.execute(update(event_hold).where(again).values(values).returning(columns.event_id)).all())


def end_hold(session: Session, event_id: int, state: HoldState, decision: Decision) -> HeldEvent | None:
    """Decide about a held event; None where it is not held."""
    columns = event_hold.c
    values = {
        "state": state.value,
        "decided_at": decision.at,
        "decided_by": decision.who,
        "decided_why": decision.why,
    }
    held = (columns.event_id == event_id) & (columns.state == HoldState.HELD.value)
    row = session.execute(update(event_hold).where(held).values(values).returning(*columns)).one_or_none()
    return None if row is None else HeldEvent(row.event_id, state, row.held_at)


def find_hold_state(session: Session, event_id: int) -> str:
    """The state of an event's hold; "counted" where it never had one."""
    return session.scalar(select(event_hold.c.state).where(event_hold.c.event_id == event_id)) or "counted"


def find_holds(session: Session, source_id: str, external_ids: Collection[str]) -> dict[str, Hold]:
    """Of the external ids of a source those whose events are held or rejected, each with its hold."""
    columns = event_hold.c
    names = listed(session, [columns.external_id], [(name,) for name in sorted(external_ids)])
    rows = session.execute(
        select(columns.external_id, columns.why, columns.reviewer, columns.due_on, columns.state)
        .join_from(names, event_hold, columns.external_id == names.c.external_id)
        .where(columns.source_id == source_id, columns.state.in_(OUT))
    )
    return {row.external_id: Hold(row.why, row.reviewer, row.due_on, HoldState(row.state)) for row in rows}


def list_held(session: Session, event_ids: Collection[int]) -> set[int]:
    """Those of the events that are held or rejected."""
    columns = event_hold.c
    wanted = columns.event_id.in_(sorted(event_ids)) & columns.state.in_(OUT)
    return set(session.scalars(select(columns.event_id).where(wanted)))


def add_vouching(session: Session, wanted: WaitingQuery, decision: Decision) -> int:
    """Let a person answer for the wanted waiting events; how many nobody had answered for."""
    numbers = session.scalars(select(quarantine.c.event_id).where(*chosen(wanted))).all()
    rows = [
        {"event_id": number, "vouched_at": decision.at, "vouched_by": decision.who, "why": decision.why}
        for number in sorted(numbers)
    ]
    return len(insert_new(session, event_vouch, rows, ("event_id",), ("event_id",)))


def list_vouched(session: Session, event_ids: Collection[int]) -> frozenset[int]:
    """Those of the events that a person answers for."""
    wanted = event_vouch.c.event_id.in_(sorted(event_ids))
    return frozenset(session.scalars(select(event_vouch.c.event_id).where(wanted)))
