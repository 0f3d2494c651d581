"""Connections: one that the server ended is noticed before anything is asked over it."""

from __future__ import annotations

import psycopg
from sqlalchemy import text

from service.cli.serve import THREADS
from service.config import read_settings
from service.runtime import open_runtime
from service.store.session import KEPT_OPEN


def test_a_connection_that_was_in_use_a_moment_ago_and_ended_is_replaced_unnoticed(postgres_url: str) -> None:
    runtime = open_runtime(read_settings({"DATABASE_URL": postgres_url}), print)
    for _ in range(3):
        with runtime.transaction() as session:
            (pid,) = session.execute(text("SELECT pg_backend_pid()")).one()
        with psycopg.connect(postgres_url) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        with runtime.transaction() as session:
            assert session.execute(text("SELECT pg_backend_pid()")).scalar_one() != pid
    runtime.engine.dispose()


def test_every_thread_of_a_web_process_has_a_connection_to_keep() -> None:
    assert THREADS <= KEPT_OPEN
