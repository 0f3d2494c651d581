"""What one closing knew, read from what closings kept: in batches, and in the order in which it can be laid down."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.deal import WON
from service.domain.earning import REDUCING, Charge, Disposition
from service.domain.event import canonical_json
from service.domain.known import Known, KnownEvent, KnownPlan, KnownStatement, Knows, Records, from_steps
from service.domain.part import NO_DEAL
from service.domain.period import Period
from service.domain.replay import NotKeptError
from service.store.currency_tables import event_conversion
from service.store.dialect import listed
from service.store.known import KnownBy, find_last, list_deals_kept, list_months_kept, read_known
from service.store.plan_tables import plan_version
from service.store.retention import EVENTS, STATEMENTS, find_pruned
from service.store.statements import StatementRow, read_issued
from service.store.tables import event

EVENTS_AT_ONCE = 5_000
"""Events read at once: some megabytes of documents."""


class Knowledge:
    """What a closing knew; raises `NotKeptError` where that is not kept."""

    def __init__(self, session: Session, period: Period, version: int) -> None:
        self._session, self.period, self.version = session, period, version
        self._by = KnownBy(period, version)
        last = find_last(session, self._by)
        gone = [through for kind in (EVENTS, STATEMENTS) if (through := find_pruned(session, kind))]
        if last is None or (gone and period <= max(gone)):
            raise NotKeptError(period, version)
        self._last = last
        self._deals: set[str] = set()
        self._plans_given: set[str] = set()
        self._closings: dict[Period, int] = {}

    @property
    def corrected(self) -> list[tuple[str, Period]]:
        """The earlier closed months of people that were worked out again before this closing, by month."""
        kept = list_months_kept(self._session, self._by)
        return [(person_id, month) for person_id, month in kept if month < self.period and month in self._closings]

    def beginning(self) -> Iterator[Records]:
        """The company with its plans, everybody in it, what was posted before, and what corrected months were told."""
        company = list(self._read(Knows.COMPANY))
        self._closings = {
            Period.parse(row["period"]): row["version"]
            for row in json.loads(company[0][0].document)["tables"].get("closing", ())
        }
        in_force = json.loads(company[0][0].document)["tables"].get("plan_in_force", ())
        yield Records(plans=self._plans({row["hash"] for row in in_force}))
        yield from (Records(known=batch) for batch in self._read(Knows.VOCABULARY))
        yield Records(known=company[0])
        yield from (Records(known=self._named(batch)) for batch in self._read(Knows.PERSON))
        yield from (Records(known=batch) for batch in self._read(Knows.ALIAS))
        corrected = self.corrected
        yield from self._lines(min([self.period, *(month for _, month in corrected)]))
        yield from self._statements(corrected)

    def months(self, needed: Mapping[Period, set[str] | None]) -> Iterator[Records]:
        """These months of these people (None: of everybody) with their events, and the deals; after the beginning."""
        for month, names in sorted(needed.items()):
            for batch in self._read(Knows.MONTH, str(month), names):
                yield from self._with_events(batch)
        deals = self._deals | list_deals_kept(self._session, self._by)
        for batch in self._read(Knows.DEAL, names=deals):
            yield from self._with_events(batch)

    def _read(self, kind: Knows, month: str = "", names: set[str] | None = None) -> Iterator[Sequence[Known]]:
        return read_known(self._session, self._last, kind, month, names)

    def _named(self, batch: Sequence[Known]) -> list[Known]:
        """The documents of people, with what their statements call them: it is kept nowhere else."""
        names = {
            row.person_id: json.loads(row.document).get("name", "")
            for rows in read_issued(self._session, self.period, self.version, [one.name for one in batch])
            for row in rows
        }
        return [replace(one, document=_with_name(one.document, names.get(one.name, ""))) for one in batch]

    def _plans(self, hashes: set[str]) -> list[KnownPlan]:
        """Those of these versions that were not given yet."""
        columns = plan_version.c
        wanted = columns.hash.in_(sorted(hashes - self._plans_given))
        self._plans_given |= hashes
        rows = self._session.execute(select(plan_version).where(wanted).order_by(columns.hash))
        return [KnownPlan(row.hash, row.plan_id, row.version, row.document) for row in rows]

    def _lines(self, earliest: Period) -> Iterator[Records]:
        """What was posted since the year began, and of earlier months what a balance may rest on."""
        begin = Period(earliest.year, 1)
        for month in sorted(month for month in self._closings if month < self.period):
            for batch in self._read(Knows.LINES, str(month)):
                wanted = [one for one in batch if month >= begin or _is_carried(one)]
                self._deals |= {deal for one in wanted for deal in _deals_of(one)}
                plans = {str(row["plan_hash"]) for one in wanted for row in _rows(one)}
                yield Records(plans=self._plans(plans), known=wanted)

    def _statements(self, corrected: Sequence[tuple[str, Period]]) -> Iterator[Records]:
        for month in sorted({month for _, month in corrected}):
            people = [person_id for person_id, own in corrected if own == month]
            for rows in read_issued(self._session, month, self._closings[month], people):
                yield Records(statements=[known_statement(row) for row in rows])

    def _with_events(self, batch: Sequence[Known]) -> Iterator[Records]:
        documents = [json.loads(one.document) for one in batch]
        wanted = sorted({n for told in documents for name in ("events", "correcting") for n in from_steps(told[name])})
        for place in range(0, len(wanted), EVENTS_AT_ONCE):
            yield Records(events=self._events(wanted[place : place + EVENTS_AT_ONCE]))
        yield Records(known=batch)

    def _events(self, numbers: Sequence[int]) -> list[KnownEvent]:
        columns = event.c
        keys = listed(self._session, [columns.event_id], [(number,) for number in numbers])
        rows = self._session.execute(
            select(columns.event_id, columns.source_id, columns.external_id, columns.received_at, columns.document)
            .add_columns(func.coalesce(event_conversion.c.document, ""), columns.type, columns.deal_id)
            .outerjoin_from(event, event_conversion, event_conversion.c.event_id == columns.event_id)
            .where(columns.event_id.in_(select(keys.c.event_id)))
            .order_by(columns.event_id)
        ).all()
        self._deals |= {row.deal_id for row in rows if row.type == WON and row.deal_id}
        return [KnownEvent(*row[:6]) for row in rows]


def _with_name(document: str, name: str) -> str:
    told = json.loads(document)
    for row in told["tables"]["person"]:
        row["name"] = name
    return canonical_json(told)


def known_statement(row: StatementRow) -> KnownStatement:
    """A statement as it was issued."""
    return KnownStatement(row.person_id, str(row.period), row.version, row.document, row.document_hash)


def _rows(one: Known) -> list[Mapping[str, object]]:
    rows: list[Mapping[str, object]] = json.loads(one.document)["tables"].get("earning_line", [])
    return rows


def _is_carried(one: Known) -> bool:
    """Whether a balance may rest on what was posted."""
    return any(
        row["charge"] != Charge.EXPENSE.value
        or row["disposition"] in {Disposition.FORFEITED.value, Disposition.PROPOSED.value}
        or row["kind"] in REDUCING
        or row["parts"] != "[]"
        for row in _rows(one)
    )


def _deals_of(one: Known) -> set[str]:
    parts = [part for row in _rows(one) for part in json.loads(str(row["parts"]))]
    return {part[3] for part in parts} - {NO_DEAL}
