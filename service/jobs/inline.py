"""Jobs without a queue: run in the same process right after the commit that asked for them."""

from __future__ import annotations

import threading
from collections.abc import Callable

from service.jobs import pipeline


class Inline:
    """Runs a job at once; asked for again while it runs (by itself or by another thread), it runs once more afterwards.

    So a job that asks for itself does not nest, and a thread whose work the running job will see does not wait for it.
    """

    def __init__(self, find: Callable[[str], Callable[[], None]] | None = None) -> None:
        self._find = find or _named
        self._lock = threading.Lock()
        self._asked: set[str] = set()
        self._running: set[str] = set()

    def __call__(self, job: str) -> None:
        """Run the job, or leave it to the thread that is running it."""
        with self._lock:
            self._asked.add(job)
            if job in self._running:
                return
            self._running.add(job)
        try:
            while self._take(job):
                self._find(job)()
        except BaseException:
            with self._lock:
                self._running.discard(job)
            raise

    def _take(self, job: str) -> bool:
        """Whether there is something left to run; if not, the next one to ask runs it."""
        with self._lock:
            if job in self._asked:
                self._asked.discard(job)
                return True
            self._running.discard(job)
            return False


def _named(job: str) -> Callable[[], None]:
    found: Callable[[], None] = getattr(pipeline, job)
    return found
