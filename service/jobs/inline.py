"""Jobs without a queue: run in the same process right after the commit that asked for them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from service.jobs.turns import take_turn
from service.runtime import carried, in_request, sender_waits, without_deadline

LOG = logging.getLogger(__name__)

TRIED_AGAIN_S = 15.0
"""After how long a job of a web process that failed is tried again: as often as a worker sweeps."""


class Inline:
    """Runs a job at once; asked for again while it runs (by itself or by another thread), it runs once more afterwards.

    So a job that asks for itself does not nest, and a thread whose work the running job will see does not wait for it.
    A command stays until all is done. A request takes one turn, or a single step where a sender waits for the answer;
    what was asked for meanwhile is done behind it.
    """

    def __init__(self, turn: Callable[[str, float | None], None] = take_turn, again_s: float = TRIED_AGAIN_S) -> None:
        self._turn = turn
        self._again_s = again_s
        self._lock = threading.Lock()
        self._asked: set[str] = set()
        self._running: set[str] = set()
        self._failed: set[str] = set()

    def __call__(self, job: str) -> None:
        """Run the job, or leave it to the thread that is running it."""
        with self._lock:
            if job in self._running:
                self._asked.add(job)
                return
            self._running.add(job)
        if not in_request():
            self._run(job)
            return
        turn_s = 0.0 if sender_waits() else None
        with without_deadline(), self._tried_again(job), self._released(job):
            self._turn(job, turn_s)
            if self._is_asked(job):
                threading.Thread(target=carried(self._go_on), args=(job,), daemon=True).start()

    def _run(self, job: str) -> None:
        with self._released(job):
            self._turn(job, None)
            while self._is_asked(job):
                self._turn(job, None)

    def _is_asked(self, job: str) -> bool:
        """Whether there is something left to run; if not, the next one to ask runs it."""
        with self._lock:
            is_asked = job in self._asked
            (self._asked if is_asked else self._running).discard(job)
            return is_asked

    def _go_on(self, job: str) -> None:
        with self._tried_again(job):
            self._run(job)

    def _again(self, job: str) -> None:
        with self._lock:
            self._failed.discard(job)
        with self._tried_again(job):
            self(job)

    @contextmanager
    def _released(self, job: str) -> Iterator[None]:
        """After a failure the next one to ask runs the job."""
        try:
            yield
        except BaseException:
            with self._lock:
                self._running.discard(job)
            raise

    @contextmanager
    def _tried_again(self, job: str) -> Iterator[None]:
        """After a failure the job is tried again even if nobody ever asks: in a web process there is no sweep."""
        try:
            yield
        except Exception:
            LOG.exception("job %s could not be finished; it is tried again in %s s", job, self._again_s)
            with self._lock:
                is_due = job in self._failed
                self._failed.add(job)
            if not is_due:
                later = threading.Timer(self._again_s, carried(self._again), (job,))
                later.daemon = True
                later.start()
