"""The served application, as senders meet it: a real process behind a real socket."""

from __future__ import annotations

import http.client
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.application import Keys
from tests.servers import free_port

STIMUL = Path(sys.executable).parent / "stimul"
PATIENCE_S = 60
VOID = json.dumps({"id": "v1", "op": "void", "target": "x", "time": "2026-11-23T11:00:00Z"})


@dataclass
class Served:
    """A served application: where, and the headers of a sender."""

    port: int
    headers: dict[str, str]
    process: subprocess.Popen[bytes]

    def post(self, body: str) -> tuple[int, dict[str, object]]:
        """Send a body, again while the database is too busy for it: a loaded machine is slower than we promise."""
        deadline = time.monotonic() + PATIENCE_S
        while (answer := self.post_once(body))[0] == 503 and time.monotonic() < deadline:
            time.sleep(0.2)
        return answer

    def post_once(self, body: object, **headers: str) -> tuple[int, dict[str, object]]:
        """Send a body; an iterable goes in chunks."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        chunked = "Transfer-Encoding" in headers
        headers = self.headers | headers
        connection.request("POST", "/v1/events", body, headers, encode_chunked=chunked)  # type: ignore[arg-type]  # an iterable is a body
        response = connection.getresponse()
        answer = response.status, json.loads(response.read())
        connection.close()
        return answer


@pytest.fixture
def served(tables_url: str, keys: Keys) -> Iterator[Served]:
    """`stimul serve`, on both databases."""
    headers = keys("events:write", source="crm") | {"Content-Type": "application/json"}
    with serving(tables_url, headers) as found:
        yield found


@contextmanager
def serving(database_url: str, headers: dict[str, str], before: str = "") -> Iterator[Served]:
    """`stimul serve` once it answers, started by a shell after the words `before`."""
    port = free_port()
    command = f"{before} exec {shlex.join([str(STIMUL), 'serve', '--port', str(port)])}"
    process = subprocess.Popen(["/bin/sh", "-c", command], env=os.environ | {"DATABASE_URL": database_url})  # noqa: S603 - our own command
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield Served(port, headers, process)
    process.terminate()
    process.wait()


def test_an_event_is_taken_and_the_process_ends_when_told(served: Served) -> None:
    assert served.post(VOID)[0] == 202
    assert served.post(VOID)[1]["summary"] == {"duplicate": 1}
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(PATIENCE_S) == 0


def test_a_body_over_the_limit_is_refused_and_the_next_one_taken(served: Served) -> None:
    """In chunks nobody announces the length: the reading itself must stop."""
    pieces = (*([b" " * 65_536] * 80), b" ")
    answer = served.post_once(pieces, **{"Transfer-Encoding": "chunked"})
    assert answer[0] == 413, answer
    assert served.post(VOID)[0] == 202


def test_a_body_whose_chunks_are_broken_is_refused(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port), PATIENCE_S) as broken:
        lines = [f"{name}: {text}" for name, text in served.headers.items()]
        head = ["POST /v1/events HTTP/1.1", "Host: x", "Transfer-Encoding: chunked", *lines, "", ""]
        broken.sendall("\r\n".join(head).encode() + b"zz\r\n")
        assert b" 400 " in broken.recv(4096).split(b"\r\n")[0]


def test_a_slow_sender_keeps_nobody_waiting(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port)) as slow:
        slow.sendall(b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        assert served.post(VOID)[0] == 202


def test_senders_that_never_hang_up_keep_nobody_waiting(served: Served) -> None:
    with ExitStack() as held:
        for _ in range(PATIENCE_S):
            stays = held.enter_context(socket.create_connection(("127.0.0.1", served.port), PATIENCE_S))
            stays.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        # Two seconds for each of them would be twice the patience of this sender.
        assert served.post(VOID)[0] == 202


def test_more_connections_than_there_are_files_wait_their_turn(postgres_tables: str) -> None:
    with serving(postgres_tables, {}, "ulimit -n 200 &&") as served, ExitStack() as held:
        waiting = [
            held.enter_context(socket.create_connection(("127.0.0.1", served.port), PATIENCE_S)) for _ in range(400)
        ]
        for one in waiting:
            one.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert {one.recv(15) for one in waiting} == {b"HTTP/1.1 200 OK"}


def test_a_sender_that_is_cut_off_leaves_nothing(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port)) as cut:
        lines = [f"{name}: {text}" for name, text in served.headers.items()]
        cut.sendall(
            "\r\n".join(["POST /v1/events HTTP/1.1", "Host: x", "Content-Length: 500", *lines, "", VOID]).encode()
        )
    assert served.post(VOID)[1]["summary"] == {"accepted": 1}
