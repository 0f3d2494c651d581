"""An installation of the service on this machine: a web process, and a worker where there is a queue."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from service.cli import main
from tests.books import SIGNING_KEY
from tests.servers import free_port

STIMUL = Path(sys.executable).parent / "stimul"

START_TIMEOUT_S = 120
"""A web process starts in two seconds; a loaded machine may need many."""

ANSWER_TIMEOUT_S = 60

STOP_TIMEOUT_S = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service answered."""

    status: int
    text: str

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.text)


@dataclass(frozen=True, slots=True)
class Installation:
    """Where it is and what it is told by its environment."""

    port: int
    directory: Path
    environment: Mapping[str, str] = field(default_factory=dict)


def new_installation(directory: Path, database_url: str, redis_url: str = "") -> Installation:
    """An installation with its tables made and nothing else; it does not serve yet."""
    mine = {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "STIMUL_LOG_LEVEL": "WARNING",
        "STIMUL_SIGNING_KEY": SIGNING_KEY,
    }
    environment = {key: value for key, value in os.environ.items() if not key.startswith("STIMUL_")} | mine
    installation = Installation(free_port(), directory, environment)
    stimul(installation, "init")
    return installation


def stimul(installation: Installation, *words: str, given: str = "") -> str:
    """Run a command as an operator does; its output."""
    done = subprocess.run(  # noqa: S603 - our own command with the words of a test
        [STIMUL, *words],
        env=dict(installation.environment),
        cwd=installation.directory,
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=ANSWER_TIMEOUT_S,
    )
    assert done.returncode == 0, f"stimul {' '.join(words)}: {done.stdout}{done.stderr}"
    return done.stdout


def stimul_here(installation: Installation, *words: str) -> str:
    """Run a command in this process, without the seconds that a process needs to start; its output."""
    with chdir(installation.directory):
        done = CliRunner(env=dict(installation.environment)).invoke(main, words)
    assert done.exit_code == 0, f"stimul {' '.join(words)}: {done.output}"
    return done.stdout


def ask(installation: Installation, method: str, path: str, body: bytes | str | None = None, **headers: str) -> Answer:
    """One request over the network, with JSON unless another content type is named."""
    connection = HTTPConnection("127.0.0.1", installation.port, timeout=ANSWER_TIMEOUT_S)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"} | named)
        response = connection.getresponse()
        return Answer(response.status, response.read().decode())
    finally:
        connection.close()


def taken(send: Callable[[], Answer]) -> Answer:
    """The answer to a request that is sent again while the database is too busy for it, as the refusal asks.

    Senders are refused after a second and a half; a loaded machine may well need longer.
    """
    deadline = time.monotonic() + ANSWER_TIMEOUT_S
    while (answer := send()).status == HTTPStatus.SERVICE_UNAVAILABLE and time.monotonic() < deadline:
        time.sleep(0.2)
    return answer


@contextmanager
def serving(installation: Installation) -> Iterator[subprocess.Popen[bytes]]:
    """The web process, answering."""
    with _running(installation, "serve", "--port", str(installation.port)) as process:
        until(lambda: _answers(installation), "the web process answers", process)
        yield process


@contextmanager
def working(installation: Installation) -> Iterator[subprocess.Popen[bytes]]:
    """The worker process."""
    with _running(installation, "worker") as process:
        yield process


def until(
    condition: Callable[[], bool],
    promise: str,
    process: subprocess.Popen[bytes] | None = None,
    timeout_s: float = START_TIMEOUT_S,
) -> None:
    """Wait for something to become true; fail with its name if it does not, or if the process has ended before."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert process is None or process.poll() is None, f"{promise}: its process ended with {process.poll()}"
        assert time.monotonic() < deadline, f"not within {timeout_s} s: {promise}"
        time.sleep(0.1)


def kill_with_children(process: subprocess.Popen[bytes]) -> None:
    """End a process and all it has started, without a warning to any of them."""
    for pid in [process.pid, *_children(process.pid)]:
        os.kill(pid, signal.SIGKILL)
    process.wait()


def _children(pid: int) -> list[int]:
    words = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [one for child in map(int, words) for one in (child, *_children(child))]


@contextmanager
def _running(installation: Installation, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    log = (installation.directory / f"{words[0]}.log").open("ab")
    with log:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [STIMUL, *words], env=dict(installation.environment), cwd=installation.directory, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _answers(installation: Installation) -> bool:
    try:
        return ask(installation, "GET", "/readyz").status == 200
    except OSError:
        return False
