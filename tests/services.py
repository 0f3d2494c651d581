"""Where the tests find PostgreSQL, Redis and Chromium; run as a script, it installs what is missing where it may."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis

CONNECT_TIMEOUT_S = 2
"""A server on this machine answers in milliseconds; a test run must not wait long for one that is not there."""

INSTALL_TIMEOUT_S = 900
"""Chromium with its libraries is a large download; a stuck mirror should still end the run."""

OLDEST_POSTGRES = 140000
"""PostgreSQL 14, the oldest the service supports."""

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


class ServiceMissingError(Exception):
    """A server the caller named does not answer."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One outside program the tests can use: its name, the variable that names it, and how it is found."""

    name: str
    variable: str
    package: str
    answers: Callable[[str], bool]
    running: Callable[[], str | None]
    programs: Callable[[], Path | None]


def postgres_answers(url: str) -> bool:
    """Whether a PostgreSQL server lets us in there and lets us create databases."""
    try:
        with psycopg.connect(url, connect_timeout=CONNECT_TIMEOUT_S) as connection:
            row = connection.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user"
            ).fetchone()
            return row == (True,) and connection.info.server_version >= OLDEST_POSTGRES
    except psycopg.OperationalError:
        return False


def redis_answers(url: str) -> bool:
    """Whether a Redis server answers there."""
    client = redis.Redis.from_url(url, socket_connect_timeout=CONNECT_TIMEOUT_S)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def running_postgres() -> str | None:
    """The PostgreSQL server that runs on this machine, over loopback or over libpq's own default."""
    urls = ("postgresql://postgres@127.0.0.1:5432/postgres", "postgresql:///postgres")
    return next((url for url in urls if postgres_answers(url)), None)


def running_redis() -> str | None:
    """The Redis server that runs on this machine."""
    url = "redis://127.0.0.1:6379"
    return url if redis_answers(url) else None


def postgres_programs() -> Path | None:
    """The directory with `initdb` and `postgres` of the newest PostgreSQL installed here."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda path: int(path.parent.name) if path.parent.name.isdigit() else 0,
        reverse=True,
    )
    on_path = shutil.which("initdb")
    places = [*versions, *([Path(on_path).parent] if on_path else [])]
    return next((place for place in places if (place / "initdb").exists() and (place / "postgres").exists()), None)


def redis_program() -> Path | None:
    """The `redis-server` installed here."""
    found = shutil.which("redis-server")
    return Path(found) if found else None


def chromium_answers(path: str) -> bool:
    """Whether the browser starts (a snap's stand-in does not, in a container)."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0  # noqa: S603 - the browser that was found or named
    except OSError:
        return False


def chromium_program() -> Path | None:
    """A Chromium or Chrome installed here."""
    found = (shutil.which(name) for name in CHROMIUM_NAMES)
    return next((Path(path) for path in found if path and chromium_answers(path)), None)


def running_chromium() -> str | None:
    """The browser, which needs no server: its program is enough."""
    program = chromium_program()
    return str(program) if program else None


POSTGRES = Wanted(
    "PostgreSQL", "TEST_DATABASE_URL", "postgresql", postgres_answers, running_postgres, postgres_programs
)
REDIS = Wanted("Redis", "TEST_REDIS_URL", "redis-server", redis_answers, running_redis, redis_program)
CHROMIUM = Wanted("Chromium", "TEST_CHROMIUM", "chromium", chromium_answers, running_chromium, chromium_program)
ALL = (POSTGRES, REDIS, CHROMIUM)


def given(wanted: Wanted) -> str | None:
    """What the environment names; a name that leads nowhere is an error, never a silent detour."""
    value = os.environ.get(wanted.variable, "").replace("postgresql+psycopg://", "postgresql://")
    if not value:
        return None
    if not wanted.answers(value):
        where = urlsplit(value).hostname or value
        raise ServiceMissingError(f"{wanted.variable} names {where}, and no usable {wanted.name} answers there.")
    return value


def available(wanted: Wanted) -> str | None:
    """Where the tests will get it from, in a few words; None where they cannot."""
    if given(wanted):
        return f"as {wanted.variable} says"
    if wanted.running():
        return "already here"
    return "started for the tests" if wanted.programs() else None


def may_install() -> bool:
    """Whether this is Debian (or its kin) and we are root."""
    return os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def install(packages: list[str]) -> bool:
    """Install Debian packages without a question; on failure say why and go on without them."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run(  # noqa: S603 - fixed words and our own package names
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=INSTALL_TIMEOUT_S,
        )
        if done.returncode:
            print(f"`{' '.join(command)}` failed:\n{done.stdout[-1500:]}")  # noqa: T201 - a script tells what it does
            return False
    return True


def main() -> None:
    """Say what the tests will run on, after installing what is missing where we may."""
    missing = [wanted for wanted in ALL if available(wanted) is None]
    if missing and may_install():
        print(f"Installing {', '.join(wanted.name for wanted in missing)} for the tests.")  # noqa: T201 - a script tells what it does
        install([wanted.package for wanted in missing])
    for wanted in ALL:
        print(f"{wanted.name}: {available(wanted) or 'not found, its tests are left out'}.")  # noqa: T201 - a script tells what it does


if __name__ == "__main__":
    main()
