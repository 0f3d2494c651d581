"""Gunicorn's threaded worker, whose threads wait neither for a request to come in nor for a client to hang up."""

from __future__ import annotations

import errno
import selectors
import socket
import struct
import time
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import Any
from weakref import WeakKeyDictionary

from gunicorn.http import get_parser
from gunicorn.workers.gthread import TConn, ThreadWorker

from service.cli.reception import HungUpError, Reception, RefusedError

LINGER_S = 2.0
"""How long a client may take to read the last of an answer and to hang up."""

READ_BYTES = 65_536
"""What is read at once of a request that nobody wants any more."""

HELD_BYTES = 64 * 1024 * 1024
"""Of requests that are not all there yet, of all clients together: a dozen of the largest batches at once."""

LOOK_S = 0.25
"""How often it is looked who is too slow."""

SEND_S = 10
"""How long a client may read nothing of an answer that is being sent to it."""

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

RETRY_AFTER_S = 2
"""When a client should come again for which there is no room."""


class WebWorker(ThreadWorker):
    """Receives requests beside all others, a thread having only those that are all there; and lets go of them likewise.

    The library reads a request in the thread that answers it, as slowly as it comes: as many slow clients as there are
    threads would keep everybody else out, and no setting of it ends that. And it waits for a client to hang up in the
    one thread that takes new connections: one that stays on the line would keep everybody out for two seconds.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lingering: deque[TConn] = deque()
        self._receptions: WeakKeyDictionary[TConn, Reception] = WeakKeyDictionary()
        self._receiving: dict[TConn, Reception] = {}
        self._looked_at = 0.0

    def enqueue_req(self, conn: TConn) -> None:
        """Receive the next request of a connection, the first one included, and then let a thread have it."""
        reception = self._receptions.get(conn)
        if reception is None:
            reception = self._receptions[conn] = Reception(conn.sock)
            conn.parser = get_parser(self.cfg, reception, conn.client)
            conn.data_ready = True
            with suppress(OSError):
                # The kernel's own: a timeout of Python would be one for reading, too, and is lifted by the library.
                conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_S, 0))
        reception.expect_next(conn.parser.unreader.take_buffered())
        conn.sock.settimeout(0)
        self._receive(conn, reception)

    def _receive(self, conn: TConn, reception: Reception) -> None:
        try:
            if reception.is_whole():
                self._forget(conn)
                super().enqueue_req(conn)
                return
            if conn not in self._receiving:
                self.poller.register(conn.sock, selectors.EVENT_READ, lambda _client: self._receive(conn, reception))
                self._receiving[conn] = reception
            if reception.awaits_word and not reception.has_word:
                reception.has_word = True
                conn.sock.send(CONTINUE)
        except RefusedError as refused:
            self._refuse(conn, refused.status)
        except (HungUpError, OSError, ValueError):
            self._forget(conn)
            self._end(conn)

    def _forget(self, conn: TConn) -> None:
        if self._receiving.pop(conn, None):
            self.poller.unregister(conn.sock)

    def _refuse(self, conn: TConn, status: HTTPStatus) -> None:
        """Answer a request that no thread will see, and let go of the client."""
        self._forget(conn)
        try:
            conn.sock.send(_refusal(status))
        except OSError:
            self._end(conn)
            return
        self._linger(conn)

    def handle_request(self, req: Any, conn: TConn) -> bool:
        """Answer one request, in a thread; what is left of it then keeps nobody waiting."""
        if self._receptions[conn].has_word:
            req._expected_100_continue = False  # noqa: SLF001 - or the library would say it again
        try:
            return super().handle_request(req, conn)
        except BlockingIOError:
            raise ConnectionResetError(errno.ECONNRESET, "the client does not read its answer") from None
        finally:
            self._receptions[conn].answered()

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        """Take back a connection from the thread that answered on it."""
        if fs.cancelled() or fs.exception() is not None:
            super().finish_request(conn, fs)
        elif not fs.result():
            self._linger(conn)
        elif self._receptions[conn].has_more:
            self.enqueue_req(conn)
        else:
            # A connection at rest holds nothing of its last request.
            self._receptions[conn].expect_next(b"")
            super().finish_request(conn, fs)

    def murder_pending(self) -> None:
        """Close what has lingered too long, and refuse what takes too long to come, too."""
        super().murder_pending()
        now = time.monotonic()
        while self._lingering and (self._lingering[0].timeout or now) <= now:
            self._leave(self._lingering[0])
        if now - self._looked_at >= LOOK_S:
            self._looked_at = now
            self._lose_patience()

    def _lose_patience(self) -> None:
        """Let go of who is too slow; then, where they hold too much together, of who holds most."""
        for conn, reception in list(self._receiving.items()):
            if not reception.held:
                if reception.is_late() or not self.alive:
                    self._forget(conn)
                    self._end(conn)
            elif reception.is_late():
                self._refuse(conn, HTTPStatus.REQUEST_TIMEOUT)
        held = sum(reception.held for reception in self._receiving.values())
        while held > HELD_BYTES:
            conn, most = max(self._receiving.items(), key=lambda item: item[1].held)
            held -= most.held
            self._refuse(conn, HTTPStatus.SERVICE_UNAVAILABLE)

    def _linger(self, conn: TConn) -> None:
        """Tell a client that this was all, and let it hang up first."""
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.settimeout(0)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._drain, conn))
        except (OSError, ValueError):
            self._end(conn)
            return
        conn.timeout = time.monotonic() + LINGER_S
        self._lingering.append(conn)

    def _drain(self, conn: TConn, client: socket.socket) -> None:
        """Read what the client still sends: closing before would take the answer from it."""
        try:
            if client.recv(READ_BYTES):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self._leave(conn)

    def _leave(self, conn: TConn) -> None:
        self._lingering.remove(conn)
        self.poller.unregister(conn.sock)
        self._end(conn)

    def _end(self, conn: TConn) -> None:
        self.nr_conns -= 1
        conn.close()


def _refusal(status: HTTPStatus) -> bytes:
    """The whole answer, as every mistake of a request is told, but for what only the application knows."""
    again = [f"Retry-After: {RETRY_AFTER_S}"] if status is HTTPStatus.SERVICE_UNAVAILABLE else []
    body = f'{{"type": "about:blank", "title": "{status.phrase}", "status": {status.value}}}'
    length = f"Content-Length: {len(body)}"
    head = [f"HTTP/1.1 {status.value} {status.phrase}", "Content-Type: application/problem+json", length, *again]
    return "\r\n".join([*head, "Connection: close", "", body]).encode()
