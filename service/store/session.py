"""Sessions on both databases: how a connection is prepared, who may write, and what is to be done after the commit."""

from __future__ import annotations

import select
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Dialect, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from service.domain.signing import Keyring
from service.store.deadline import WATCH, in_time, is_set, left

SQLITE_WAIT_S = 30
"""Seconds a SQLite writer waits for the one before it: longer than any transaction of ours, shorter than patience."""

CONNECT_S = 10
"""Seconds that connecting may take where nobody waits for an answer."""

PING_S = 0.5
"""Seconds after which a server that does not answer a ping is taken for gone, where somebody waits."""

FRESH_S = 1.0
"""Seconds within which a connection that was just in use need not be pinged: a look at its socket shows its end."""

_RETURNED = "returned"

AWAY = (OperationalError, psycopg.OperationalError)
"""What a database that is away, too slow or at odds with itself raises; the second where we ask the driver itself."""

KEPT_OPEN = 18
"""Connections that a process keeps: one for each thread of a web process, which would otherwise make one for a request
and throw it away, and a few for what runs beside them."""

FOLLOW_UPS, KEYRING = "follow_ups", "keyring"


def open_engine(database_url: str, *, pooled: bool = True) -> Engine:
    """An engine with its connections prepared; a worker that forks takes `pooled=False`: forks must not share them."""
    url = make_url(database_url)
    options: dict[str, Any] = {"pool_size": KEPT_OPEN} if pooled else {"poolclass": NullPool}
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": SQLITE_WAIT_S}, **options)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(url, **options)
    event.listen(engine, "do_connect", _connect_in_time)
    event.listen(engine, "connect", _notice_leavers)
    event.listen(engine, "checkout", partial(_check_out, engine))
    event.listen(engine, "checkin", _check_in)
    event.listen(engine, "close", lambda connection, _record: WATCH.remove(connection))
    return engine


def open_scratch_engine(folder: Path) -> Engine:
    """An engine on a file of its own, to be thrown away: written fast, since nothing must outlive a crash."""
    engine = open_engine(f"sqlite:///{folder / 'scratch.db'}")
    event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous = OFF"))
    return engine


def writing_sessions(engine: Engine, keys: Keyring) -> sessionmaker[Session]:
    """Sessions that may write, and sign; on SQLite each takes the write lock when it begins: no deadlock by upgrade."""
    return sessionmaker(engine.execution_options(writes=True), expire_on_commit=False, info={KEYRING: keys})


def reading_sessions(engine: Engine, keys: Keyring) -> sessionmaker[Session]:
    """Sessions that see one moment and cannot write; both databases enforce it."""
    info = {KEYRING: keys}
    if engine.dialect.name == "sqlite":
        return sessionmaker(engine.execution_options(writes=False), info=info)
    options: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return sessionmaker(engine.execution_options(**options), info=info)


def keyring(session: Session) -> Keyring:
    """The keys with which documents of the books are signed and checked in this session."""
    found = session.info[KEYRING]
    assert isinstance(found, Keyring)
    return found


def follow_up(session: Session, job: str) -> None:
    """Ask for a job after the commit; the work itself is in the database, so a lost request harms nothing."""
    session.info.setdefault(FOLLOW_UPS, set()).add(job)


def take_follow_ups(session: Session) -> list[str]:
    """The jobs asked for in this session, each once, in a stable order."""
    return sorted(session.info.pop(FOLLOW_UPS, set()))


def _connect_in_time(
    dialect: Dialect, record: ConnectionPoolEntry, arguments: list[Any], parameters: dict[str, Any]
) -> DBAPIConnection | None:
    """A connection within the deadline of whoever waits; None leaves connecting to the library.

    The driver itself waits for at least two seconds.
    """
    del record
    if not is_set():
        return None
    found = in_time(
        lambda: dialect.connect(*arguments, **parameters), left(CONNECT_S), lambda connection: connection.close()
    )
    if found is None:
        raise psycopg.OperationalError("the database did not let us in in time")
    return found


def _notice_leavers(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    """Let a statement that waits for a lock end when whoever asked is gone; a server that cannot is left as it is."""
    del record
    driver: Any = connection
    before, driver.autocommit = driver.autocommit, True
    with suppress(psycopg.Error), driver.cursor() as cursor:
        cursor.execute("SET client_connection_check_interval = '1s'")
    driver.autocommit = before


def _check_out(engine: Engine, connection: DBAPIConnection, record: ConnectionPoolEntry, proxy: object) -> None:
    """Make sure that the server still answers, and end the connection when the time of whoever waits is over."""
    del proxy
    if time.monotonic() - record.info.get(_RETURNED, -FRESH_S) > FRESH_S or _has_news(connection):
        _ping(engine, connection)
    if is_set():
        WATCH.add(connection, left(CONNECT_S))


def _ping(engine: Engine, connection: DBAPIConnection) -> None:
    if is_set():
        WATCH.add(connection, min(left(PING_S), PING_S))
    try:
        engine.dialect.do_ping(connection)
    except psycopg.Error:
        raise DisconnectionError from None


def _has_news(connection: Any) -> bool:
    """Whether the server said something unasked or hung up: a connection at rest has nothing to read."""
    looked = select.poll()
    looked.register(connection.pgconn.socket, select.POLLIN)
    return bool(looked.poll(0))


def _check_in(connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    if connection is not None:
        record.info[_RETURNED] = time.monotonic()
        WATCH.remove(connection)


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
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(left(SQLITE_WAIT_S) * 1000)}")
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
