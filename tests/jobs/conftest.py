"""A season of a company for tests of jobs: lived once on each database, and copied."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from service.config import read_settings
from service.jobs.bundling import export_closing
from service.runtime import Runtime, install, open_runtime
from tests import rooms
from tests.application import NOON
from tests.books import SIGNING_KEY
from tests.deals import OCTOBER
from tests.seasons import Season, a_season

_NUMBERS = itertools.count()


@contextmanager
def opened(url: str) -> Iterator[Runtime]:
    """A runtime on a database, installed."""
    settings = read_settings({"DATABASE_URL": url, "STIMUL_SIGNING_KEY": SIGNING_KEY})
    found = replace(open_runtime(settings, lambda _job: None), clock=lambda: NOON, answer_s=60)
    install(found)
    yield found
    found.engine.dispose()


@pytest.fixture(scope="session")
def season_file(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with September closed once and October twice; tests take copies."""
    path = tmp_path_factory.mktemp("season") / "stimul.db"
    shutil.copy(migrated_file, path)
    with opened(f"sqlite:///{path}") as runtime:
        a_season(runtime)
    return path


@pytest.fixture(scope="session")
def season_postgres(postgres_server: str, migrated_postgres: str) -> Iterator[str]:
    """The name of a PostgreSQL database with the same; tests take copies."""
    name = _own_name("season")
    with rooms.database(postgres_server, name, template=migrated_postgres) as url:
        with opened(url) as runtime:
            a_season(runtime)
        yield name


@pytest.fixture
def season_on_sqlite(season_file: Path, tmp_path: Path) -> str:
    """A copy of this test alone."""
    shutil.copy(season_file, tmp_path / "season.db")
    return f"sqlite:///{tmp_path / 'season.db'}"


@pytest.fixture
def season_on_postgres(postgres_server: str, season_postgres: str) -> Iterator[str]:
    """A copy of this test alone."""
    with rooms.database(postgres_server, _own_name(str(next(_NUMBERS))), template=season_postgres) as url:
        yield url


@pytest.fixture(params=["season_on_sqlite", "season_on_postgres"], ids=["sqlite", "postgresql"])
def season(request: pytest.FixtureRequest) -> Iterator[Season]:
    """September closed once, October twice."""
    with opened(request.getfixturevalue(request.param)) as runtime:
        yield Season(runtime, now=NOON)


@pytest.fixture(scope="session")
def written(season_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """October of the season, issued a second time, in a bundle."""
    folder = tmp_path_factory.mktemp("bundle")
    shutil.copy(season_file, folder / "stimul.db")
    with opened(f"sqlite:///{folder / 'stimul.db'}") as runtime:
        export_closing(runtime, OCTOBER, None, folder / "october.zip", "a test")
    return folder / "october.zip"


def _own_name(part: str) -> str:
    """A name no other test process uses, since it carries the process id."""
    return f"stimul_test_{os.getpid()}_season_{part}"
