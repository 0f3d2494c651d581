"""What every test may ask for: a database, a Redis number, a browser; and what none may do: leave this machine."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Page, sync_playwright

from tests import network, rooms, servers, services

pytest_plugins = ["tests.application", "tests.sending"]

CHROMIUM_ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]
"""A browser that asks nobody on the network for anything."""

settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, print_blob=True)
settings.register_profile("long", deadline=None, print_blob=True, max_examples=5_000)
settings.load_profile("ci" if os.environ.get("CI") else "default")


def pytest_configure(config: pytest.Config) -> None:
    """Find or start the servers once, before the workers start, and tell them through the environment."""
    for variable in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(variable, None)
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        for wanted, value in _found(config):
            os.environ[wanted.variable] = value
    for wanted in (services.POSTGRES, services.REDIS):
        _allow_host(urlsplit(os.environ.get(wanted.variable, "")).hostname)
    network.stay_inside()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything must be tested, anything left out is a failure."""
    if os.environ.get("CI") and _left_out() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end what the run could not test."""
    for wanted in _left_out():
        count = sum(
            wanted.name in str(report.longrepr)
            for report in terminalreporter.stats.get("skipped", [])
            if isinstance(report, pytest.TestReport)
        )
        terminalreporter.write_line(
            f"LEFT OUT: {wanted.name} was not found, so {count} tests did not run. "
            f"Install it ({wanted.package}) or set {wanted.variable}.",
            yellow=True,
            bold=True,
        )


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The address of a PostgreSQL server on which we may create databases."""
    return _needed(services.POSTGRES)


@pytest.fixture(scope="session")
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A database of this test process, empty at its start; tests that share it must tidy up."""
    with rooms.database(postgres_server, _database_name("shared")) as url:
        yield url


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """A database of this test alone, empty."""
    with rooms.database(postgres_server, _database_name("own")) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file of this test alone, not yet there."""
    return f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'stimul.db'}"


@pytest.fixture(params=["sqlite_url", "empty_postgres_url"], ids=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database: the test runs once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue(request.param)
    return url


@pytest.fixture(scope="session")
def redis_room() -> Iterator[rooms.RedisRoom]:
    """A Redis number of this test process."""
    room = rooms.claim_redis(_needed(services.REDIS))
    yield room
    rooms.leave_redis(room)


@pytest.fixture
def redis_url(redis_room: rooms.RedisRoom) -> str:
    """A Redis number without keys but our claim on it."""
    rooms.empty_redis(redis_room)
    return redis_room.url


@pytest.fixture
def private_redis() -> Iterator[servers.Server]:
    """A Redis of this test alone, which it may stop; `servers.start_redis` with its port brings it back."""
    program = services.redis_program()
    if program is None:
        pytest.skip("Redis was not found")
    server = servers.start_redis(program)
    yield server
    servers.stop(server)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium without a window."""
    path = _needed(services.CHROMIUM)
    arguments = [*CHROMIUM_ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page without cookies or history, the size of a phone."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="bg-BG", timezone_id="Europe/Sofia")
    yield context.new_page()
    context.close()


def _found(config: pytest.Config) -> Iterator[tuple[services.Wanted, str]]:
    """Each program that was given, runs here, or could be started (and is stopped when the run ends)."""
    stack = ExitStack()
    config.add_cleanup(stack.close)
    for wanted in services.ALL:
        value = services.given(wanted) or wanted.running() or _started(wanted, stack)
        if value:
            yield wanted, value


def _started(wanted: services.Wanted, stack: ExitStack) -> str | None:
    program = wanted.programs()
    if program is None or wanted is services.CHROMIUM:
        return None
    start = servers.start_postgres if wanted is services.POSTGRES else servers.start_redis
    server = start(program)
    stack.callback(servers.stop, server)
    return server.url


def _allow_host(host: str | None) -> None:
    """Let the tests talk to a server the caller named, wherever it is."""
    if host and not network.is_inside(host):
        network.ALLOWED_HOSTS.add(host)
        network.ALLOWED_HOSTS.update(str(entry[4][0]) for entry in socket.getaddrinfo(host, None))


def _needed(wanted: services.Wanted) -> str:
    value = os.environ.get(wanted.variable)
    if not value:
        pytest.skip(f"{wanted.name} was not found")
    return value


def _left_out() -> list[services.Wanted]:
    return [wanted for wanted in services.ALL if not os.environ.get(wanted.variable)]


def _database_name(part: str) -> str:
    """A name no other test process uses, since it carries the process id."""
    return f"stimul_test_{os.getpid()}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{part}"
