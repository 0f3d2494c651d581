"""Small deliveries that come at the same time, gathered into one transaction: one commit makes all of them durable."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from service.api.batch import in_time
from service.api.known_senders import demand_unchanged
from service.domain.change import Notice
from service.domain.delivery import Sent
from service.domain.errors import BusyError
from service.domain.event import ItemResult
from service.domain.source import SourceState
from service.domain.vendor_object import ObjectKey
from service.flows.ingest import ingest
from service.flows.project import project
from service.runtime import EXTENSION as RUNTIME
from service.runtime import DatabaseBusyError, Runtime, current
from service.sources.adapter import Vendor

EXTENSION = "stimul-gathering"
"""Where a Flask application keeps what its threads gather."""

MOST_ITEMS = 20
"""Items of a delivery that is worth gathering; a larger one fills a transaction by itself."""

MOST_DELIVERIES = 64
"""Deliveries of one transaction: more than a process has threads."""

LINGER_S = 0.01
"""How long whoever works for all waits for as many as came together before: while they are read, nothing is lost."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A delivery as it came in, and the state of its source that proved it, where that must still be compared.

    A vendor's delivery has a notice of objects and as yet no items: what they come to is found where it is stored.
    """

    sent: Sent
    proved_by: SourceState | None = None
    notice: Notice | None = None
    vendor: Vendor | None = None

    @property
    def size(self) -> int:
        """How many items it has, or changes that may become items."""
        return len(self.sent.items) + (len(self.notice.changes) if self.notice else 0)

    @property
    def objects(self) -> set[ObjectKey]:
        """The vendor's objects that it tells of."""
        return self.notice.objects if self.notice else set()


class _Call:
    """What one thread waits for and another gives, once; the library's event takes several times as long."""

    def __init__(self) -> None:
        self.is_given = False
        self._lock = threading.Lock()
        self._lock.acquire()

    def give(self) -> None:
        """Let whoever waits go on."""
        if not self.is_given:
            self.is_given = True
            self._lock.release()

    def wait(self, seconds: float = -1) -> bool:
        """Wait until it is given, or so long; whether it was. One thread waits, until it was given."""
        return self._lock.acquire(timeout=seconds)


@dataclass(slots=True, eq=False)
class _Place:
    """A delivery in the line: what came of it, or whose turn it is to work for all."""

    arrival: Arrival
    taken: bool = False
    called: _Call = field(default_factory=_Call)
    results: Sequence[ItemResult] | None = None
    mistake: BaseException | None = None


class Gathering:
    """Lines of deliveries, one for each source; the first in a line works for all who wait in it.

    Where several came together before, the first waits a moment until as many are there again: a transaction costs the
    same for one of them as for all. Whoever comes alone waits for nobody.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._lock = threading.Lock()
        self._lines: dict[str, list[_Place]] = {}
        self._expected: dict[str, int] = {}
        self._complete: dict[str, _Call] = {}

    def take(self, arrival: Arrival) -> Sequence[ItemResult]:
        """Store a delivery, alone or with those that come at the same time."""
        place, source_id = _Place(arrival), arrival.sent.delivery.source_id
        with self._lock:
            line = self._lines.setdefault(source_id, [])
            line.append(place)
            if len(line) == 1:
                place.called.give()
            elif source_id in self._complete and len(line) >= self._expected[source_id]:
                self._complete[source_id].give()
        if not place.called.wait(self._runtime.answer_s):
            self._leave(place)
        if place.results is None and place.mistake is None:
            self._linger(source_id)
            self._work(source_id)
        if place.mistake is not None:
            raise place.mistake
        assert place.results is not None, "whoever was called has an answer"
        return place.results

    def _linger(self, source_id: str) -> None:
        """Wait until as many are in line as came together before."""
        complete = _Call()
        with self._lock:
            if len(self._lines[source_id]) >= self._expected.get(source_id, 1):
                return
            self._complete[source_id] = complete
        complete.wait(LINGER_S)
        with self._lock:
            del self._complete[source_id]

    def _leave(self, place: _Place) -> None:
        """Go away unanswered, unless somebody is at work for this place already: then the answer is about to come."""
        with self._lock:
            if not (place.taken or place.called.is_given):
                self._lines[place.arrival.sent.delivery.source_id].remove(place)
                raise DatabaseBusyError
        place.called.wait()

    def _work(self, source_id: str) -> None:
        """Store what waits in the line, then call everybody of it and whoever is first of those that came since."""
        with self._lock:
            group = _front(self._lines[source_id])
            for place in group:
                place.taken = True
        try:
            _settle(self._runtime, group)
        finally:
            with self._lock:
                line = self._lines[source_id]
                self._expected[source_id] = len(line)
                del line[: len(group)]
                following = line[:1]
                if not line:
                    del self._lines[source_id]
            for place in [*group, *following]:
                place.called.give()


def register_gathering(app_extensions: dict[str, object]) -> None:
    """Give an application its lines."""
    runtime = app_extensions[RUNTIME]
    assert isinstance(runtime, Runtime)
    app_extensions[EXTENSION] = Gathering(runtime)


def take(arrival: Arrival) -> Sequence[ItemResult]:
    """Keep a delivery; what became of each of its items, once that is durable."""
    if arrival.size > MOST_ITEMS:
        with in_time(), current().transaction() as session:
            return _stored(session, [arrival], arrival.sent.delivery.received_at)[0]
    gathering = current_app.extensions[EXTENSION]
    assert isinstance(gathering, Gathering)
    return gathering.take(arrival)


def _front(line: Sequence[_Place]) -> list[_Place]:
    """The deliveries at the front of a line that can be stored together.

    Those that tell of the same object, or are read under another mapping, follow each other in transactions.
    """
    group = list(line[:1])
    seen = set(line[0].arrival.objects)
    for place in line[1:MOST_DELIVERIES]:
        arrival = place.arrival
        if arrival.objects & seen or arrival.vendor != line[0].arrival.vendor:
            break
        seen |= arrival.objects
        group.append(place)
    return group


def _settle(runtime: Runtime, group: Sequence[_Place]) -> None:
    """Store a group in one transaction; if that fails, each of it alone, so that nobody pays for another's mistake."""
    mistake = _together(runtime, group)
    if mistake is None:
        return
    # A database that is away is away for each of them, and a source that changed changed for each.
    alone = len(group) == 1 or isinstance(mistake, BusyError)
    for place in group:
        place.mistake = mistake if alone else _together(runtime, [place])


def _together(runtime: Runtime, group: Sequence[_Place]) -> Exception | None:
    now = max(place.arrival.sent.delivery.received_at for place in group)
    try:
        with runtime.answer_budget(), runtime.transaction() as session:
            found = _stored(session, [place.arrival for place in group], now)
    except Exception as mistake:  # noqa: BLE001 - it is raised again in the request it belongs to
        return mistake
    for place, results in zip(group, found, strict=True):
        place.results = results
    return None


def _stored(session: Session, arrivals: Sequence[Arrival], now: datetime) -> Sequence[Sequence[ItemResult]]:
    sent = [arrival.sent for arrival in arrivals]
    source = demand_unchanged(session, sent[0].delivery.source_id, [arrival.proved_by for arrival in arrivals])
    notices = [arrival.notice for arrival in arrivals if arrival.notice is not None]
    vendor = arrivals[0].vendor
    if vendor is not None:
        found = project(session, notices, vendor, now=now)
        sent = [Sent(replace(one.delivery, items=len(items)), items) for one, items in zip(sent, found, strict=True)]
    return ingest(session, sent, now=now, source=source)
