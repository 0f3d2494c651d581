"""Events by HTTP, counted and durable, beside COPY of the same rows; over stored history, over time, and on SQLite."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from cryptography.fernet import Fernet

from bench import copy, phases
from bench.company import Office, bodies, opened_office
from bench.figure import Figure
from bench.hooks import measure_hooks
from bench.load import WORKERS, Sent, free_port, post, resident_bytes, send, serving
from service.cli.demo.company import SOURCE
from service.config import read_settings
from service.domain.source_settings import MOST_EVENTS_PER_S, MOST_REQUESTS_PER_S, SourceSettings
from service.flows.set_source import set_source
from tests import rooms, services

CLIENTS = 2 * WORKERS
"""Connections that send: enough that no web process waits for work, however the connections fall."""

ROUNDS = 3
"""Rounds of which the median counts: machines are not alone."""

WARM_BATCHES = 2 * CLIENTS
"""Batches before the first measured one: every web process has compiled its statements then."""

STORED = 2_000_000
"""Events that are stored already when the last round begins."""

EMBEDDED_BATCHES = 20
"""What SQLite is measured with: one process, which also scores."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a measurement runs: the company on its database, and the port and first process of its web server."""

    office: Office
    url: str
    port: int
    process: int


def measure(stored: int = STORED) -> Iterator[Figure]:
    """Send two months of the demo company again and again, under new ids; copy the rows; then the single messages."""
    server = services.given(services.POSTGRES) or services.running_postgres() or ""
    with _placed(server) as place:
        yield from _batches(server, place)
        yield from _stored(place, stored)
        yield from measure_hooks(place.office, place.port)
    yield from phases.measure(server)
    yield from _embedded()


def _batches(server: str, place: Place) -> Iterator[Figure]:
    _round(place, "warm", WARM_BATCHES)
    yield Figure("batches in a round, 1,000 events each", f"{len(bodies(place.office.messages))}", "")
    before, rounds, copied = resident_bytes(place.process), [], []
    for number in range(ROUNDS):
        rounds.append(_round(place, f"r{number}"))
        copied.append(copy.rate(server, place.url, len(place.office.messages)))
    sent = median(_events(place, item) for item in rounds)
    yield Figure(f"events by HTTP, {WORKERS} web processes, {CLIENTS} clients", f"{sent:,.0f}", "events/s")
    yield Figure("the same rows by COPY, one connection", f"{median(copied):,.0f}", "events/s")
    ratios = [_events(place, item) / rate for item, rate in zip(rounds, copied, strict=True)]
    yield Figure("HTTP beside COPY", f"{median(ratios):.2f}", f"of it ({min(ratios):.2f} to {max(ratios):.2f})")
    yield Figure("answer to a batch, p50", f"{median(item.wait(50) for item in rounds):,.0f}", "ms")
    yield Figure("answer to a batch, p99", f"{median(item.wait(99) for item in rounds):,.0f}", "ms")
    after = resident_bytes(place.process)
    yield Figure("memory of a web process before these rounds", f"{max(before) / 2**20:,.0f}", "MiB")
    yield Figure("memory of a web process after them", f"{max(after) / 2**20:,.0f}", "MiB")


def _stored(place: Place, stored: int) -> Iterator[Figure]:
    """The rate over stored history beside the rate over nothing, in turns with nothing else between them."""
    empty = _events(place, _round(place, "e"))
    copy.multiply(place.url, stored)
    full = median(_events(place, _round(place, f"f{number}")) for number in range(ROUNDS))
    yield Figure(f"events by HTTP with {stored:,} more stored", f"{full:,.0f}", "events/s")
    yield Figure("beside the rate before", f"{full / empty:.2f}", "of it")


def _round(place: Place, prefix: str, batches: int | None = None) -> Sent:
    headers = {"Authorization": f"Bearer {place.office.key}", "Content-Type": "application/json"}
    requests = [post("/v1/events", body, headers) for body in _renamed(place.office, prefix)]
    return send(place.port, requests[:batches], CLIENTS)


def _renamed(office: Office, prefix: str) -> list[bytes]:
    """The same messages as other events."""
    return [body.replace(b'{"id": "', b'{"id": "' + prefix.encode() + b"-") for body in bodies(office.messages)]


def _events(place: Place, sent: Sent) -> float:
    return len(place.office.messages) / sent.seconds


def _embedded() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as directory:
        environment = {"DATABASE_URL": f"sqlite:///{Path(directory) / 'stimul.db'}", "STIMUL_LOG_LEVEL": "WARNING"}
        with _serving(environment, 1) as place:
            _round(place, "warm", 2)
            sent = _round(place, "r", EMBEDDED_BATCHES)
            rate = EMBEDDED_BATCHES * 1_000 / sent.seconds
            yield Figure("events by HTTP on SQLite, one web process that also scores", f"{rate:,.0f}", "events/s")


@contextmanager
def _placed(server: str) -> Iterator[Place]:
    room = rooms.claim_redis(services.given(services.REDIS) or services.running_redis() or "")
    try:
        with rooms.database(server, f"stimul_bench_{os.getpid()}") as url:
            environment = {"DATABASE_URL": url, "REDIS_URL": room.url, "STIMUL_LOG_LEVEL": "WARNING"}
            with _serving(environment, WORKERS) as place:
                yield place
    finally:
        rooms.leave_redis(room)


@contextmanager
def _serving(environment: Mapping[str, str], workers: int) -> Iterator[Place]:
    environment = {**environment, "STIMUL_SECRETS_KEY": Fernet.generate_key().decode()}
    port = free_port()
    with opened_office(read_settings(environment)) as office:
        widest = SourceSettings(MOST_REQUESTS_PER_S, MOST_EVENTS_PER_S)
        with office.runtime.transaction() as session:
            set_source(session, SOURCE, widest, "the bench", now=office.runtime.now())
        with serving(_command(port, workers), port, environment) as process:
            yield Place(office, environment["DATABASE_URL"], port, process)


def _command(port: int, workers: int) -> Sequence[str]:
    stimul = str(Path(sys.executable).parent / "stimul")
    return [stimul, "serve", "--port", str(port), "--workers", str(workers)]
