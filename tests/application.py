"""The service as tests use it: migrated databases, a runtime with a clock that stands still, the application, keys."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.app import create_app
from service.config import read_settings
from service.domain.key import Scope, new_key
from service.domain.source import SourceKind, new_source
from service.flows.add_source import add_source
from service.flows.create_key import create_key
from service.reports.sources import find_source
from service.runtime import Runtime, install, open_runtime
from tests import rooms
from tests.books import SIGNING_KEY

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

_NUMBERS = itertools.count()


@dataclass
class Clock:
    """A clock that shows what a test sets."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        """The time it shows."""
        return self.now


Keys = Callable[..., dict[str, str]]
"""`keys("events:write", source="crm", person="ann")` makes a key, and the source if need be: the header."""


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows; tests take copies."""
    path = tmp_path_factory.mktemp("migrated") / "stimul.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> Iterator[str]:
    """The name of a PostgreSQL database with all tables and no rows; tests take copies."""
    name = _own_name("migrated")
    with rooms.database(postgres_server, name) as url:
        _migrate(url)
        yield name


@pytest.fixture
def sqlite_tables(migrated_file: Path, tmp_path: Path) -> str:
    """A SQLite database of this test alone, with all tables."""
    path = tmp_path / "stimul.db"
    shutil.copy(migrated_file, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_tables(postgres_server: str, migrated_postgres: str) -> Iterator[str]:
    """A PostgreSQL database of this test alone, with all tables."""
    with rooms.database(postgres_server, _own_name(str(next(_NUMBERS))), template=migrated_postgres) as url:
        yield url


@pytest.fixture(params=["sqlite_tables", "postgres_tables"], ids=["sqlite", "postgresql"])
def tables_url(request: pytest.FixtureRequest) -> str:
    """A database with all tables and no rows: the test runs once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue(request.param)
    return url


@pytest.fixture
def clock() -> Clock:
    """What time it is for the service under test."""
    return Clock()


@pytest.fixture
def nudged() -> list[str]:
    """The jobs that were asked for after a commit; none of them runs by itself."""
    return []


@pytest.fixture
def runtime(tables_url: str, clock: Clock, nudged: list[str]) -> Iterator[Runtime]:
    """A runtime on both databases, installed; a test runs the jobs it wants."""
    settings = read_settings({"DATABASE_URL": tables_url, "STIMUL_SIGNING_KEY": SIGNING_KEY})
    # A loaded machine may need longer than senders are promised; tests of the promise set their own time.
    opened = replace(open_runtime(settings, nudged.append), clock=clock, answer_s=60)
    install(opened)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def app(runtime: Runtime) -> Flask:
    """The application, in which a bug of ours is raised instead of answered."""
    application = create_app(runtime=runtime)
    application.testing = True
    return application


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody who sends requests to the application."""
    return app.test_client()


@pytest.fixture
def keys(runtime: Runtime) -> Keys:
    """Makes a key with these scopes."""

    def make(*scopes: str, source: str | None = None, person: str | None = None) -> dict[str, str]:
        name = f"the key of {person}" if person else "a test"
        allowed = [Scope(scope) for scope in scopes]
        key, text = new_key(name, allowed, source, now=runtime.now(), person_id=person)
        with runtime.transaction() as session:
            if source and find_source(session, source) is None:
                add_source(session, new_source(source, SourceKind.NATIVE, "", now=runtime.now()))
            create_key(session, key, "a test")
        return {"Authorization": f"Bearer {text}"}

    return make


def _own_name(part: str) -> str:
    """A name no other test process uses, since it carries the process id."""
    return f"stimul_test_{os.getpid()}_{part}"


def _migrate(url: str) -> None:
    opened = open_runtime(read_settings({"DATABASE_URL": url}), print, pooled=False)
    opened.migrate()
    opened.engine.dispose()
