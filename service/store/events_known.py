"""The events behind months of people and behind deals as a close keeps them: numbers, corrections, decisions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import case, exists, select
from sqlalchemy.orm import Session

from service.domain.deal import WON
from service.domain.known import steps, tied
from service.domain.period import Period
from service.store.award_tables import streak
from service.store.corrections import list_corrections_around
from service.store.derived_tables import event_credit, ramp_week
from service.store.dialect import listed
from service.store.events import find_identities
from service.store.intake_tables import event_release, share_claim
from service.store.known_rows import JsonRow, by_name, list_rows
from service.store.tables import event, quarantine
from service.store.targets import list_targets
from service.store.trust_tables import event_hold

Named = dict[int, tuple[str, str]]
"""Events by number, each with its source and external id."""


def month_documents(session: Session, month: Period, person_ids: Sequence[str]) -> tuple[dict[str, object], set[str]]:
    """What is known of these people's month, by person; and the deals that are won in it."""
    columns = event_credit.c
    rows = session.execute(
        select(columns.person_id, event.c.event_id, event.c.source_id, event.c.external_id)
        .add_columns(case((event.c.type == WON, event.c.deal_id)).label("won"))
        .join_from(event_credit, event, event.c.event_id == columns.event_id)
        .where(columns.person_id.in_(person_ids), columns.day >= month.first_day, columns.day <= month.last_day)
        .distinct()
    ).all()
    named: dict[str, Named] = {person_id: {} for person_id in person_ids}
    for row in rows:
        named[row.person_id][row.event_id] = (row.source_id, row.external_id)
    found = _documents(session, named)
    for name, own in _carried(session, month, person_ids).items():
        found[name]["tables"] |= own
    return dict(found), {row.won for row in rows if row.won}


def deal_documents(session: Session, deal_ids: Collection[str]) -> dict[str, object]:
    """What is known of these deals, by id: their events, whoever they concern."""
    keys = listed(session, [event.c.deal_id], [(deal,) for deal in sorted(deal_ids)])
    waits = exists().where(quarantine.c.event_id == event.c.event_id)
    rows = session.execute(
        select(event.c.deal_id, event.c.event_id, event.c.source_id, event.c.external_id).where(
            event.c.deal_id.in_(select(keys.c.deal_id)), ~waits
        )
    )
    named: dict[str, Named] = {deal: {} for deal in deal_ids}
    for row in rows:
        named[row.deal_id][row.event_id] = (row.source_id, row.external_id)
    return dict(_documents(session, named))


def _documents(session: Session, named: Mapping[str, Named]) -> dict[str, dict[str, Any]]:
    """For each name its events, those that correct them or stand beside them in a chain, and what people decided."""
    correcting = _correcting(session, named)
    numbers = {number for own in named.values() for number in own} | set().union(*correcting.values())
    decided = _decided(session, numbers)
    documents: dict[str, dict[str, Any]] = {}
    for name, own in named.items():
        tables = {
            table: rows
            for table, by_event in decided.items()
            if (rows := [row for number in sorted({*own, *correcting[name]}) for row in by_event.get(str(number), ())])
        }
        documents[name] = {"events": steps(own), "correcting": steps(correcting[name]), "tables": tables}
    return documents


def _correcting(session: Session, named: Mapping[str, Named]) -> dict[str, set[int]]:
    """The other events that corrections tie to those of each name."""
    by_source: dict[str, set[str]] = {}
    for own in named.values():
        for source_id, external_id in own.values():
            by_source.setdefault(source_id, set()).add(external_id)
    pairs = {
        source_id: [(item.target, item.external_id) for item in list_corrections_around(session, source_id, names)]
        for source_id, names in by_source.items()
    }
    found: dict[str, set[int]] = {name: set() for name in named}
    for source_id, own_pairs in pairs.items():
        if not own_pairs:
            continue
        beside = {
            name: tied({external for source, external in own.values() if source == source_id}, own_pairs)
            for name, own in named.items()
        }
        known = find_identities(session, source_id, set().union(*beside.values()))
        for name, names in beside.items():
            # A correction may have come before what it corrects.
            found[name] |= {known[external].event_id for external in names if external in known}
    return found


def _decided(session: Session, numbers: Collection[int]) -> dict[str, dict[str, list[JsonRow]]]:
    """What people decided about these events, by table and event."""
    found = {}
    for table in (event_hold, event_release, share_claim):
        keys = listed(session, [table.c.event_id], [(number,) for number in sorted(numbers)])
        rows = list_rows(session, table, table.c.event_id.in_(select(keys.c.event_id)))
        found[table.name] = by_name(rows, "event_id")
    return found


def _carried(session: Session, month: Period, person_ids: Sequence[str]) -> dict[str, dict[str, list[JsonRow]]]:
    """Targets and steps of ramps of these people's month, and the streaks with which they came into it."""
    targets: list[JsonRow] = [
        {"person_id": person_id, "period": str(month), "standard": standard, "amount": f"{amount:f}"}
        for (person_id, standard), amount in sorted(list_targets(session, month, person_ids).items())
    ]
    steps_asked = ramp_week.c.person_id.in_(person_ids) & (ramp_week.c.first_day <= month.last_day)
    came_in = streak.c.person_id.in_(person_ids) & (streak.c.period == str(month.preceding))
    tables = {
        "target": by_name(targets, "person_id"),
        "ramp_week": by_name(
            list_rows(session, ramp_week, steps_asked & (ramp_week.c.last_day >= month.first_day)), "person_id"
        ),
        "streak": by_name(list_rows(session, streak, came_in), "person_id"),
    }
    return {name: {table: rows[name] for table, rows in tables.items() if name in rows} for name in person_ids}
