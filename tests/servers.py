"""Private PostgreSQL and Redis servers on loopback that live no longer than the tests that started them."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tests import services

START_TIMEOUT_S = 60
"""A server starts in a second; a loaded machine may need many."""

STOP_TIMEOUT_S = 15
"""How long a server may take to end by itself before it is killed."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server process of ours: where it answers, and what to clear away after it."""

    url: str
    command: tuple[str, ...]
    directory: Path
    process: subprocess.Popen[bytes]


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def start_postgres(programs: Path) -> Server:
    """Make a new cluster in a directory of its own and serve it; fast rather than safe against a power cut."""
    directory = _own_directory()
    port = free_port()
    subprocess.run(  # noqa: S603 - fixed words and a program of this machine
        [
            str(programs / "initdb"),
            *("-D", str(directory / "db"), "-U", "postgres", "-A", "trust"),
            *("--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"),
        ],
        check=True,
        capture_output=True,
        cwd=directory,
        user=_server_user(),
    )
    settings = {
        "port": port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": directory,
        "max_connections": 200,
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
    }
    options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
    command = (str(programs / "postgres"), "-D", str(directory / "db"), *options)
    url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
    return _started(Server(url, command, directory, _spawn(command, directory)), services.postgres_answers)


def start_redis(program: Path, port: int | None = None) -> Server:
    """Serve an empty Redis that writes nothing to disk; a fixed port lets a test stop it and start it again."""
    directory = _own_directory()
    port = port or free_port()
    command = (
        str(program),
        *("--bind", "127.0.0.1", "--port", str(port), "--dir", str(directory)),
        *("--save", "", "--appendonly", "no"),
    )
    server = Server(f"redis://127.0.0.1:{port}", command, directory, _spawn(command, directory))
    return _started(server, services.redis_answers)


def stop(server: Server) -> None:
    """End the server, first politely, and clear its directory away."""
    halt(server)
    shutil.rmtree(server.directory, ignore_errors=True)


def halt(server: Server) -> None:
    """End the server, first politely, and leave what it has stored; PostgreSQL throws out whoever is connected."""
    if server.process.poll() is None:
        server.process.send_signal(signal.SIGINT)
        try:
            server.process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            server.process.kill()
            server.process.wait()


def resume(server: Server) -> Server:
    """Start a halted server again, at its address and on what it has stored."""
    answers = services.redis_answers if server.url.startswith("redis") else services.postgres_answers
    return _started(replace(server, process=_spawn(server.command, server.directory)), answers)


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root: then as its own user, or as nobody."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _own_directory() -> Path:
    directory = Path(tempfile.mkdtemp(prefix="stimul-test-"))
    user = _server_user()
    if user:
        shutil.chown(directory, user)
    return directory


def _spawn(command: tuple[str, ...], directory: Path) -> subprocess.Popen[bytes]:
    """Start it in a session of its own, so that Ctrl-C stops the tests before their server."""
    with (directory / "log").open("wb") as log:
        return subprocess.Popen(  # noqa: S603 - fixed words and a program of this machine
            command,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=directory,
            user=_server_user(),
            start_new_session=True,
        )


def _started(server: Server, answers: Callable[[str], bool]) -> Server:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline and server.process.poll() is None:
        if answers(server.url):
            return server
        time.sleep(0.05)
    log = (server.directory / "log").read_text(errors="replace")[-1500:]
    stop(server)
    raise services.ServiceMissingError(f"{server.command[0]} did not start:\n{log}")
