# The part of gunicorn's threaded worker that Stimul builds on, with types (the package has none).
import selectors
import socket
from concurrent.futures import Future
from typing import Any

from gunicorn.http import RequestParser

class TConn:
    sock: socket.socket
    client: Any
    parser: RequestParser
    timeout: float | None
    data_ready: bool
    def close(self, graceful: bool = False) -> None: ...

class ThreadWorker:
    cfg: Any
    alive: bool
    poller: selectors.BaseSelector
    nr_conns: int
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def enqueue_req(self, conn: TConn) -> None: ...
    def handle_request(self, req: Any, conn: TConn) -> bool: ...
    def finish_request(self, conn: TConn, fs: Future[Any]) -> None: ...
    def murder_pending(self) -> None: ...
