"""The quarantine: events that are kept and do not count yet, with the reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, and_, bindparam, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from service.domain.counting import RecordedEvent
from service.domain.event import Quarantine, QuarantineReason
from service.domain.hold import RELEASED_HOLD, HeldEvent
from service.domain.waiting import REPLAYABLE, VOUCHABLE, Decision, Waiting, WaitingQuery
from service.store.currency_tables import exchange_rate
from service.store.dialect import bulk_insert, listed
from service.store.intake_tables import event_release
from service.store.tables import alias, event, event_identity, quarantine
from service.store.trust_tables import event_vouch

CURRENCY_LENGTH = 16
"""Characters kept of a currency that is waited for: of more than three no rate will ever come."""


def add_new_waiting(session: Session, waiting: Iterable[tuple[RecordedEvent, Quarantine]], now: datetime) -> None:
    """Let events wait, each for its reason; `subject` of a row is the user id that is waited for."""
    rows = [
        {
            "event_id": recorded.event_id,
            "source_id": recorded.event.source_id,
            **_obstacle(recorded, reason),
            "since": now,
        }
        for recorded, reason in waiting
    ]
    bulk_insert(session, quarantine, rows)


def lock_waiting(session: Session, event_ids: Collection[int]) -> list[Waiting]:
    """These events as far as they wait and nobody discarded them, held until the end of the transaction."""
    open_ones = quarantine.c.event_id.in_(sorted(event_ids)) & quarantine.c.discarded_at.is_(None)
    query = select(quarantine).where(open_ones).order_by(quarantine.c.event_id).with_for_update()
    return [_waiting(row) for row in session.execute(query)]


def replace_waiting(session: Session, waiting: Sequence[tuple[RecordedEvent, Quarantine]]) -> None:
    """Let held events wait for other reasons than before, as long as they have waited."""
    if waiting:
        # A row that is changed is still there for a discard that waits for it; one made anew it would not see.
        statement = update(quarantine).where(quarantine.c.event_id == bindparam("number"))
        values: dict[str, BindParameter[str]] = {name: bindparam(name) for name in _obstacle(*waiting[0])}
        rows = [{"number": item.event_id, **_obstacle(item, reason)} for item, reason in waiting]
        session.connection().execute(statement.values(values), rows)


def list_mendable(session: Session, after: int, types: Collection[str], due: datetime, limit: int) -> list[int]:
    """The next events after a number whose obstacle may be gone: an alias, a type or a rate is there, or the time came.

    Of money that waits from before there were rates nobody wrote the currency down: it is looked at once.
    """
    columns = quarantine.c
    named = exists().where(alias.c.source_id == columns.source_id, alias.c.subject == columns.subject)
    rate = exchange_rate.c
    holds = event.c.day.between(rate.day, rate.holds_until)
    rated = exists().where(rate.currency == columns.currency, holds)
    gone = or_(
        and_(columns.reason == QuarantineReason.UNRESOLVED_SUBJECT, named),
        and_(columns.reason == QuarantineReason.UNMAPPED_TYPE, event.c.type.in_(sorted(types))),
        and_(columns.reason == QuarantineReason.UNKNOWN_CURRENCY, or_(columns.currency.is_(None), rated)),
        and_(columns.reason == QuarantineReason.FUTURE_TIME, event.c.occurred_at <= due),
    )
    query = select(columns.event_id).join(event, event.c.event_id == columns.event_id)
    open_ones = query.where(columns.event_id > after, columns.discarded_at.is_(None), gone)
    return list(session.execute(open_ones.order_by(columns.event_id).limit(limit)).scalars())


def list_replayable(session: Session, after: int, wanted: WaitingQuery, limit: int) -> list[int]:
    """The next of the wanted events after a number that a replay may let count."""
    columns = quarantine.c
    vouched = exists().where(event_vouch.c.event_id == columns.event_id)
    may = or_(columns.reason.in_(sorted(REPLAYABLE)), and_(columns.reason.in_(sorted(VOUCHABLE)), vouched))
    query = select(columns.event_id).where(may, *chosen(wanted))
    return list(
        session.execute(query.where(columns.event_id > after).order_by(columns.event_id).limit(limit)).scalars()
    )


def claim_waiting(session: Session, event_ids: Collection[int]) -> list[Waiting]:
    """Take these events out of the quarantine; only those that nobody took or discarded before."""
    open_ones = quarantine.c.event_id.in_(sorted(event_ids)) & quarantine.c.discarded_at.is_(None)
    gone = delete(quarantine).where(open_ones).returning(*quarantine.c)
    return sorted((_waiting(row) for row in session.execute(gone)), key=lambda item: item.event_id)


def release_waiting(session: Session, released: Sequence[Waiting], now: datetime) -> None:
    """Take held events out of the quarantine, and note that they count now."""
    session.execute(delete(quarantine).where(quarantine.c.event_id.in_([item.event_id for item in released])))
    rows = [
        {
            "event_id": item.event_id,
            "released_at": now,
            "reason": item.quarantine.reason.value,
            "waited_since": item.since,
        }
        for item in released
    ]
    bulk_insert(session, event_release, rows)


def mark_hold_released(session: Session, held: HeldEvent, now: datetime) -> None:
    """Note that an event counts now that was held before."""
    row = {"event_id": held.event_id, "released_at": now, "reason": RELEASED_HOLD, "waited_since": held.held_at}
    bulk_insert(session, event_release, [row])


def is_waiting(session: Session, event_id: int) -> bool:
    """Whether an event waits in quarantine, or was discarded there."""
    return session.execute(select(exists().where(quarantine.c.event_id == event_id))).scalar_one()


def find_discarded(session: Session, source_id: str, external_ids: Collection[str]) -> set[str]:
    """Those of the ids of a source's events that a person discarded."""
    if not external_ids:
        return set()
    columns = event_identity.c
    asked = listed(session, [columns.external_id], [(name,) for name in sorted(external_ids)])
    query = (
        select(columns.external_id)
        .join_from(asked, event_identity, columns.external_id == asked.c.external_id)
        .join(quarantine, quarantine.c.event_id == columns.event_id)
        .where(columns.source_id == source_id, quarantine.c.discarded_at.is_not(None))
    )
    return set(session.scalars(query))


def mark_discarded(session: Session, wanted: WaitingQuery, decision: Decision) -> list[int]:
    """Let the wanted events never count; the numbers of those that still waited."""
    columns = quarantine.c
    # Held one after the other, as a replay holds them: two that want the same events never wait for each other.
    query = select(columns.event_id).where(*chosen(wanted)).order_by(columns.event_id).with_for_update()
    numbers = list(session.scalars(query))
    values = {"discarded_at": decision.at, "discarded_by": decision.who, "discarded_why": decision.why}
    keys = listed(session, [columns.event_id], [(number,) for number in numbers])
    session.execute(update(quarantine).where(columns.event_id.in_(select(keys.c.event_id))).values(values))
    return numbers


def chosen(wanted: WaitingQuery) -> list[ColumnElement[bool]]:
    """The conditions on the quarantine of the wanted events, discarded ones left out."""
    columns = quarantine.c
    conditions: list[ColumnElement[bool]] = [columns.discarded_at.is_(None)]
    if wanted.reason is not None:
        conditions.append(columns.reason == wanted.reason.value)
    if wanted.source_id:
        conditions.append(columns.source_id == wanted.source_id)
    if wanted.subject:
        conditions.append(columns.subject == wanted.subject)
    if wanted.since is not None:
        conditions.append(columns.since >= wanted.since)
    if wanted.until is not None:
        conditions.append(columns.since < wanted.until)
    if wanted.receipts:
        of_them = select(event.c.event_id).where(event.c.receipt_id.in_(sorted(wanted.receipts)))
        conditions.append(columns.event_id.in_(of_them))
    return conditions


def _obstacle(recorded: RecordedEvent, reason: Quarantine) -> dict[str, str | None]:
    return {
        "subject": reason.subject if reason.subject is not None else recorded.event.subject,
        "reason": reason.reason.value,
        "detail": reason.detail,
        "currency": reason.currency[:CURRENCY_LENGTH] if reason.currency else None,
    }


def _waiting(row: Row[Any]) -> Waiting:
    reason = Quarantine(QuarantineReason(row.reason), row.detail)
    return Waiting(row.event_id, row.source_id, row.subject, reason, row.since)
