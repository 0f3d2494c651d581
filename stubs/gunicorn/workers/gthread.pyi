# The part of gunicorn's threaded worker that Stimul builds on, with types (the package has none).
import selectors
import socket
from concurrent.futures import Future
from typing import Any

class TConn:
    sock: socket.socket
    timeout: float | None
    def close(self, graceful: bool = False) -> None: ...

class ThreadWorker:
    poller: selectors.BaseSelector
    nr_conns: int
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def finish_request(self, conn: TConn, fs: Future[Any]) -> None: ...
    def murder_pending(self) -> None: ...
