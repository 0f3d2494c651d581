"""COPY of the rows that an ingest wrote: how fast the database takes them when nothing has to be worked out."""

from __future__ import annotations

import os
import time
from typing import LiteralString

import psycopg

from service.config import read_settings
from service.runtime import open_runtime
from tests import rooms

TABLES: tuple[LiteralString, ...] = ("delivery", "event_identity", "event", "event_credit", "fact_day", "fact", "stale")
"""What an ingest writes, in an order that foreign keys allow."""

REFERRED: tuple[LiteralString, ...] = ("source",)
"""What those tables refer to."""

DAYS_BACK = 62
"""Days between two copies of the same two months."""

_COPIES: tuple[LiteralString, ...] = (
    """INSERT INTO event_identity (event_id, source_id, external_id, content_hash, received_at)
       SELECT event_id + %(step)s, source_id, external_id || %(mark)s, content_hash, received_at
       FROM event_identity WHERE event_id <= %(last)s""",
    """INSERT INTO event SELECT (jsonb_populate_record(event, jsonb_build_object(
       'event_id', event_id + %(step)s, 'external_id', external_id || %(mark)s, 'receipt_id', left(md5(receipt_id ||
       %(mark)s), 26), 'day', day - %(days)s::int, 'period', to_char(day - %(days)s::int, 'YYYY-MM')))).*
       FROM event WHERE event_id <= %(last)s""",
    """INSERT INTO event_credit (person_id, day, event_id)
       SELECT person_id, day - %(days)s::int, event_id + %(step)s FROM event_credit WHERE event_id <= %(last)s""",
    """INSERT INTO fact_day (person_id, day) SELECT DISTINCT person_id, day FROM event_credit
       WHERE event_id > %(step)s ON CONFLICT DO NOTHING""",
    """INSERT INTO fact SELECT (jsonb_populate_record(fact, jsonb_build_object('day', day - %(days)s::int))).*
       FROM fact WHERE day > %(newest)s::date - %(days)s::int AND day <= %(newest)s ON CONFLICT DO NOTHING""",
)
"""The rows of the events up to a number once more, under other ids and on earlier days."""


def rate(server: str, url: str, events: int) -> float:
    """Events per second of a round when all its rows are there already and only have to be written.

    The rows of every round so far are copied over one connection, one table after another, into the same tables with
    the same indexes.
    """
    with rooms.database(server, f"stimul_bench_{os.getpid()}_copy") as other:
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
            seconds = time.perf_counter() - started
            assert rows["event"].count(b"\n") >= events
            return rows["event"].count(b"\n") / seconds


def multiply(url: str, wanted: int) -> None:
    """Store that many events more: those that are there once more and once more, each time two months earlier."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute("SELECT count(*), max(event_id), max(day) FROM event").fetchone()
        assert row is not None
        there, last, newest = row
        for number in range(1, -(-wanted // there) + 1):
            values = {"step": last * number, "last": last, "mark": f"-{number}", "days": DAYS_BACK * number}
            for statement in _COPIES:
                connection.execute(statement, values | {"newest": newest})
        connection.execute(
            f"SELECT setval(pg_get_serial_sequence('event_identity', 'event_id'), {last * (number + 1)})"
        )
        connection.execute("VACUUM ANALYZE")


def _read(source: psycopg.Connection[tuple[object, ...]], table: LiteralString) -> bytes:
    with source.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as copy:
        return b"".join(bytes(block) for block in copy)


def _write(target: psycopg.Connection[tuple[object, ...]], table: LiteralString, rows: bytes) -> None:
    with target.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        copy.write(rows)
