"""Events per second through HTTP, counted and durable, beside COPY of the same rows into the same tables."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from queue import SimpleQueue
from typing import LiteralString

import psycopg

from bench.company import bodies, opened_office
from bench.figure import Figure
from service.config import read_settings
from service.runtime import open_runtime
from tests import rooms, servers, services

WORKERS = os.cpu_count() or 1
"""One web process per core."""

CLIENTS = 2 * WORKERS
"""Connections that send: enough that no web process waits for work."""

START_TIMEOUT_S = 60

TABLES: tuple[LiteralString, ...] = ("delivery", "event_identity", "event", "event_credit", "fact_day", "fact", "stale")
"""What an ingest writes, in an order that foreign keys allow."""

REFERRED: tuple[LiteralString, ...] = ("source",)
"""What those tables refer to."""


class IngestFailedError(Exception):
    """An answer that is no measurement."""


def measure() -> Iterator[Figure]:
    """Send two months of the demo company from several connections, then copy the rows that came of it."""
    server = services.given(services.POSTGRES) or services.running_postgres() or ""
    room = rooms.claim_redis(services.given(services.REDIS) or services.running_redis() or "")
    try:
        with rooms.database(server, f"stimul_bench_{os.getpid()}") as url:
            sent = _through_http({"DATABASE_URL": url, "REDIS_URL": room.url, "STIMUL_LOG_LEVEL": "WARNING"})
            yield Figure(f"events by HTTP, {WORKERS} web processes, {CLIENTS} clients", f"{sent:,.0f}", "events/s")
            with rooms.database(server, f"stimul_bench_{os.getpid()}_copy") as other:
                copied = _by_copy(url, other)
            yield Figure("the same rows by COPY, one connection", f"{copied:,.0f}", "events/s")
            yield Figure("HTTP beside COPY", f"{sent / copied:.2f}", "of it")
    finally:
        rooms.leave_redis(room)


def _through_http(environment: dict[str, str]) -> float:
    """Events per second, each answered only when it is counted and durable."""
    with opened_office(read_settings(environment)) as office:
        requests = bodies(office.messages)
        with _serving(environment) as port:
            return len(office.messages) / _send(port, office.key, requests)


@contextmanager
def _serving(environment: dict[str, str]) -> Iterator[int]:
    port = servers.free_port()
    command = [str(Path(sys.executable).parent / "stimul"), "serve", "--port", str(port), "--workers", str(WORKERS)]
    process = subprocess.Popen(command, env=os.environ | environment)  # noqa: S603 - our own command
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.1)
    raise IngestFailedError("the web processes did not start")


def _send(port: int, key: str, requests: Sequence[bytes]) -> float:
    waiting: SimpleQueue[bytes] = SimpleQueue()
    for request in requests:
        waiting.put(request)
    started = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda _: _client(port, key, waiting), range(CLIENTS)))
    return time.perf_counter() - started


def _client(port: int, key: str, waiting: SimpleQueue[bytes]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    while not waiting.empty():
        connection.request("POST", "/v1/events", waiting.get(), headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status not in {HTTPStatus.ACCEPTED, HTTPStatus.MULTI_STATUS}:
            raise IngestFailedError(f"{answer.status}: {text[:300]!r}")


def _by_copy(url: str, other: str) -> float:
    """Events per second when all their rows are there already and only have to be written."""
    target = open_runtime(read_settings({"DATABASE_URL": other}), print, pooled=False)
    target.migrate()
    target.engine.dispose()
    with psycopg.connect(url) as source, psycopg.connect(other) as copy:
        rows = {table: _read(source, table) for table in (*REFERRED, *TABLES)}
        for table in REFERRED:
            _write(copy, table, rows[table])
        copy.commit()
        started = time.perf_counter()
        for table in TABLES:
            _write(copy, table, rows[table])
        copy.commit()
        return rows["event"].count(b"\n") / (time.perf_counter() - started)


def _read(source: psycopg.Connection[tuple[object, ...]], table: LiteralString) -> bytes:
    with source.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as copy:
        return b"".join(bytes(block) for block in copy)


def _write(target: psycopg.Connection[tuple[object, ...]], table: LiteralString, rows: bytes) -> None:
    with target.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        copy.write(rows)
