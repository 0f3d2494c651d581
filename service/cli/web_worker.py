"""Gunicorn's threaded worker, which waits for nobody to hang up."""

from __future__ import annotations

import selectors
import socket
import time
from collections import deque
from concurrent.futures import Future
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

LINGER_S = 2.0
"""How long a client may take to read the last of an answer and to hang up."""

READ_BYTES = 65_536
"""What is read at once of a request that nobody wants any more."""


class WebWorker(ThreadWorker):
    """Lets a connection that is done linger beside all others until its client hangs up.

    The library waits for that in the one thread that takes new connections: a client that stays on the line would keep
    everybody else out for two seconds.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lingering: deque[TConn] = deque()

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        """Take back a connection from the thread that answered on it."""
        if fs.cancelled() or fs.exception() is not None or fs.result():
            super().finish_request(conn, fs)
            return
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.settimeout(0)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._drain, conn))
        except (OSError, ValueError):
            self._end(conn)
            return
        conn.timeout = time.monotonic() + LINGER_S
        self._lingering.append(conn)

    def murder_pending(self) -> None:
        """Close what has lingered too long, too."""
        super().murder_pending()
        now = time.monotonic()
        while self._lingering and (self._lingering[0].timeout or now) <= now:
            self._leave(self._lingering[0])

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
