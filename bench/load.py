"""A load: requests that are ready as bytes, sent over several connections, and how long each waited for its answer."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from queue import Empty, SimpleQueue

from tests import servers

WORKERS = os.cpu_count() or 1
"""One web process per core."""

START_TIMEOUT_S = 60

BLOCK_BYTES = 65_536


class LoadFailedError(Exception):
    """An answer that is no measurement."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a load measured: requests, seconds in all, and the wait for each answer, the shortest first."""

    requests: int
    seconds: float
    waits: Sequence[float]

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds

    def wait(self, percent: int) -> float:
        """Milliseconds within which this share of the answers came."""
        return self.waits[min(len(self.waits) * percent // 100, len(self.waits) - 1)] * 1_000


def post(path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """A whole request as it goes over the wire."""
    lines = [f"POST {path} HTTP/1.1", "Host: bench", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def send(port: int, requests: Sequence[bytes], clients: int) -> Sent:
    """Send them all, each client its next as soon as its last was answered."""
    waiting: SimpleQueue[bytes] = SimpleQueue()
    for request in requests:
        waiting.put(request)
    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        waits = [wait for found in pool.map(lambda _: _client(port, waiting), range(clients)) for wait in found]
    return Sent(len(requests), time.perf_counter() - started, sorted(waits))


@contextmanager
def serving(command: Sequence[str], port: int, environment: Mapping[str, str]) -> Iterator[int]:
    """Run a web server until it is no longer needed; the number of its first process."""
    process = subprocess.Popen(command, env=os.environ | dict(environment))  # noqa: S603 - our own command
    try:
        _wait_for(port)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def resident_bytes(parent: int) -> list[int]:
    """The memory of each process that this one started."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        fields = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
        if int(fields["PPid"]) == parent:
            found.append(int(fields["VmRSS"].split()[0]) * 1024)
    return found


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.1)
    raise LoadFailedError("the web processes did not start")


def _client(port: int, waiting: SimpleQueue[bytes]) -> list[float]:
    waits: list[float] = []
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while True:
            try:
                request = waiting.get_nowait()
            except Empty:
                return waits
            started = time.perf_counter()
            connection.sendall(request)
            while not _is_taken(connection):
                # Too busy to answer in time, and nothing of it is kept: a sender sends it again.
                connection.sendall(request)
            waits.append(time.perf_counter() - started)


def _is_taken(connection: socket.socket) -> bool:
    """Read one answer to its end; a library for it would cost more than the server it measures."""
    head, _, body = _until_head(connection)
    fields = dict(line.lower().split(": ", 1) for line in head.decode().split("\r\n")[1:])
    status, length = int(head.split(b" ", 2)[1]), int(fields["content-length"])
    while len(body) < length:
        body += connection.recv(BLOCK_BYTES)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return False
    if status not in {HTTPStatus.OK, HTTPStatus.ACCEPTED, HTTPStatus.MULTI_STATUS}:
        raise LoadFailedError(f"{status}: {body[:300]!r}")
    return True


def _until_head(connection: socket.socket) -> tuple[bytes, bytes, bytes]:
    found = b""
    while b"\r\n\r\n" not in found:
        block = connection.recv(BLOCK_BYTES)
        if not block:
            raise LoadFailedError("the server hung up")
        found += block
    return found.partition(b"\r\n\r\n")


def free_port() -> int:
    """A port for a server."""
    return servers.free_port()
