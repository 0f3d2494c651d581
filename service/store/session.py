"""Sessions on both databases: how a connection is prepared, who may write, and what is to be done after the commit."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

SQLITE_WAIT_S = 30
"""Seconds a SQLite writer waits for the one before it: longer than any transaction of ours, shorter than patience."""

FOLLOW_UPS = "follow_ups"


def open_engine(database_url: str, *, pooled: bool = True) -> Engine:
    """An engine with its connections prepared; a worker that forks takes `pooled=False`: forks must not share them."""
    url = make_url(database_url)
    options: dict[str, Any] = {} if pooled else {"poolclass": NullPool}
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": SQLITE_WAIT_S}, **options)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(url, pool_pre_ping=True, **options)


def writing_sessions(engine: Engine) -> sessionmaker[Session]:
    """Sessions that may write; on SQLite each takes the write lock when it begins: no deadlock by upgrade."""
    return sessionmaker(engine.execution_options(writes=True), expire_on_commit=False)


def reading_sessions(engine: Engine) -> sessionmaker[Session]:
    """Sessions that see one moment and cannot write; both databases enforce it."""
    if engine.dialect.name == "sqlite":
        return sessionmaker(engine.execution_options(writes=False))
    return sessionmaker(engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True))


def follow_up(session: Session, job: str) -> None:
    """Ask for a job after the commit; the work itself is in the database, so a lost request harms nothing."""
    session.info.setdefault(FOLLOW_UPS, set()).add(job)


def take_follow_ups(session: Session) -> list[str]:
    """The jobs asked for in this session, each once, in a stable order."""
    return sorted(session.info.pop(FOLLOW_UPS, set()))


def _prepare_sqlite(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    del record
    # The driver must not begin transactions by itself: it would do so without the write lock.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
        f"busy_timeout = {SQLITE_WAIT_S * 1000}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    writes = connection.get_execution_options().get("writes", True)
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
