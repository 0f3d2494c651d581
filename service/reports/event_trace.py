"""What became of one event: its state, what it says, and whom it counted for."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from service.domain.counting import PersonDay
from service.domain.errors import NotFoundError
from service.domain.event import ItemState
from service.domain.period import Period
from service.plans.words import words_of
from service.reports.records import record_url
from service.reports.share_claims import find_share_claim
from service.store.currency_tables import event_conversion
from service.store.days import count_recorded, list_left_out
from service.store.derived_tables import event_correction, event_credit
from service.store.events import list_events, list_events_of_days
from service.store.intake_tables import event_release
from service.store.statements import find_statement
from service.store.tables import delivery, event, event_conflict, quarantine
from service.store.trust_tables import event_hold
from service.store.vocabulary import list_vocabularies

DISCARDED = "discarded"
"""The state of an event that somebody decided shall never count."""


class UnknownEventError(NotFoundError):
    """An event that never arrived, or that belongs to a source of somebody else."""

    code = "unknown_event"

    def __init__(self) -> None:
        super().__init__(
            "No such event has arrived from a source that this API key may read. Check the id and the source."
        )


def trace_by_receipt(session: Session, receipt_id: str, source_id: str | None) -> dict[str, object]:
    """The trace of the event with this receipt; `source_id` confines the search to one source."""
    return _trace(session, event.c.receipt_id == receipt_id, source_id)


def trace_by_id(session: Session, sender: str, external_id: str, source_id: str | None) -> dict[str, object]:
    """The trace of a sender's event by the sender's own id."""
    return _trace(session, (event.c.source_id == sender) & (event.c.external_id == external_id), source_id)


def _trace(session: Session, wanted: ColumnElement[bool], source_id: str | None) -> dict[str, object]:
    allowed = wanted if source_id is None else wanted & (event.c.source_id == source_id)
    found = session.execute(select(event).where(allowed)).one_or_none()
    if found is None:
        raise UnknownEventError
    told = json.loads(found.document)
    waiting = session.execute(select(quarantine).where(quarantine.c.event_id == found.event_id)).one_or_none()
    return {
        "receipt_id": found.receipt_id,
        "source": found.source_id,
        "id": found.external_id,
        "status": _status(waiting),
        **(_waiting(waiting) if waiting else {}),
        "released": _releases(session, found),
        "trust": _trust(session, found),
        "late": found.late,
        "received_at": found.received_at.isoformat(),
        "delivery_id": found.delivery_id,
        "day": found.day.isoformat(),
        "period": found.period,
        "person": found.person_id,
        "event": told,
        "conversion": _conversion(session, found),
        "record_url": record_url(session, found.source_id, found.type, told["data"]),
        "hold": _hold(session, found),
        "share_claim": find_share_claim(session, found.event_id),
        "counted_for": _credits(session, found),
        "not_counted": _left_out(session, found),
        "corrected_by": _corrections(session, found),
        "conflicts": _conflicts(session, found),
    }


def _status(waiting: Row[Any] | None) -> str:
    if waiting is None:
        return ItemState.ACCEPTED.value
    return DISCARDED if waiting.discarded_at else ItemState.QUARANTINED.value


def _waiting(row: Row[Any]) -> dict[str, object]:
    found = {"reason": row.reason, "detail": row.detail, "since": row.since.isoformat()}
    if row.discarded_at is None:
        return found
    decision = {"at": row.discarded_at.isoformat(), "by": row.discarded_by, "why": row.discarded_why}
    return found | {"discarded": decision}


def _releases(session: Session, found: Row[Any]) -> list[dict[str, object]]:
    columns = event_release.c
    rows = session.execute(
        select(event_release).where(columns.event_id == found.event_id).order_by(columns.released_at)
    )
    return [
        {"at": row.released_at.isoformat(), "reason": row.reason, "waited_since": row.waited_since.isoformat()}
        for row in rows
    ]


def _trust(session: Session, found: Row[Any]) -> int | None:
    """The trust of the delivery that brought it."""
    return session.scalar(select(delivery.c.trust).where(delivery.c.delivery_id == found.delivery_id))


def _credits(session: Session, found: Row[Any]) -> list[dict[str, object]]:
    """Whose day it concerns, what it adds to which fact there, and the statement that told of it."""
    columns = event_credit.c
    query = select(columns.person_id, columns.day).where(columns.event_id == found.event_id)
    rows = session.execute(query.order_by(columns.day, columns.person_id))
    facts = _facts(session, found)
    released = session.scalar(
        select(func.max(event_release.c.released_at)).where(event_release.c.event_id == found.event_id)
    )
    # An event that waited came, for a statement, when it was let in.
    came_at = max(found.received_at, released) if released else found.received_at
    return [
        {
            "person": row.person_id,
            "day": row.day.isoformat(),
            "facts": facts.get((row.person_id, row.day), []),
            "statement": _statement(session, row.person_id, Period.of(row.day), came_at),
        }
        for row in rows
    ]


def _conversion(session: Session, found: Row[Any]) -> dict[str, object] | None:
    """Its money in the company's currency, with the rates; the event itself is shown as it was sent."""
    columns = event_conversion.c
    row = session.execute(select(event_conversion).where(columns.event_id == found.event_id)).one_or_none()
    return None if row is None else json.loads(row.document) | {"converted_at": row.converted_at.isoformat()}


def _hold(session: Session, found: Row[Any]) -> dict[str, object] | None:
    """The hold of an event, decided or not."""
    row = session.execute(select(event_hold).where(event_hold.c.event_id == found.event_id)).one_or_none()
    if row is None:
        return None
    told = {"state": row.state, "why": row.why, "reviewer": row.reviewer, "due_on": row.due_on.isoformat()}
    told |= {"held_at": row.held_at.isoformat(), "held_by": row.held_by}
    if row.decided_at is None:
        return told
    return told | {"decided": {"at": row.decided_at.isoformat(), "by": row.decided_by, "why": row.decided_why}}


def _left_out(session: Session, found: Row[Any]) -> list[dict[str, object]]:
    """What the guards of metrics leave out of it."""
    words = words_of((version.starts_on, version.document) for version in list_vocabularies(session))
    events = list_events_of_days(session, _days(session, found))
    return [
        {"person": one.person_id, "day": one.day.isoformat(), "metric": one.metric_id, "guard": one.guard.value}
        for one in list_left_out(session, events, words.measures)
        if one.event_id == found.event_id
    ]


def _days(session: Session, found: Row[Any]) -> list[PersonDay]:
    columns = event_credit.c
    rows = session.execute(select(columns.person_id, columns.day).where(columns.event_id == found.event_id))
    return [(row.person_id, row.day) for row in rows]


def _facts(session: Session, found_event: Row[Any]) -> dict[tuple[str, date], list[dict[str, str]]]:
    words = words_of((version.starts_on, version.document) for version in list_vocabularies(session))
    found: dict[tuple[str, date], list[dict[str, str]]] = {}
    is_guarded = any(metrics.guarded for _, metrics in words.measures.versions)
    # A guard looks at all that happened on the day.
    days = _days(session, found_event) if is_guarded else []
    events = list_events_of_days(session, days) if days else list_events(session, [found_event.event_id])
    own = [item for item in count_recorded(session, events, words.measures) if item[0].event_id == found_event.event_id]
    for _recorded, counted in own:
        for part in counted.contributions:
            metrics = words.measures.in_force(part.day)
            assert metrics is not None, "something was counted on a day without metrics"
            value = str(metrics.metrics[part.metric_id].to_value(part.value))
            found.setdefault((part.person_id, part.day), []).append({"metric": part.metric_id, "value": value})
    return found


def _statement(session: Session, person_id: str, period: Period, came_at: datetime) -> dict[str, object] | None:
    """The statement of a closed month; one that was issued before the event came does not tell of it."""
    row = find_statement(session, person_id, period)
    if row is None or row.issued_at < came_at:
        return None
    return {
        "period": str(period),
        "version": row.version,
        "hash": row.document_hash,
        "issued_at": row.issued_at.isoformat(),
    }


def _corrections(session: Session, found: Row[Any]) -> list[dict[str, object]]:
    columns = event_correction.c
    of_it = (columns.source_id == found.source_id) & (columns.target == found.external_id)
    rows = session.execute(select(event_correction).where(of_it).order_by(columns.occurred_at, columns.external_id))
    return [{"id": row.external_id, "op": row.op, "time": row.occurred_at.isoformat()} for row in rows]


def _conflicts(session: Session, found: Row[Any]) -> list[dict[str, object]]:
    columns = event_conflict.c
    of_it = (columns.source_id == found.source_id) & (columns.external_id == found.external_id)
    rows = session.execute(select(event_conflict).where(of_it).order_by(columns.received_at, columns.content_hash))
    return [
        {
            "received_at": row.received_at.isoformat(),
            "delivery_id": row.delivery_id,
            "event": json.loads(row.document),
        }
        for row in rows
    ]
