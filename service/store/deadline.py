"""Deadlines: how long the database may take while somebody waits, and what ends a wait that the server will not end."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any, TypeVar

LOOK_S = 0.05
"""How often running statements are looked at: a twentieth of a second late is soon enough."""

LEAST_S = 0.05
"""What is left to a step when the time is over, so that it can fail in its own words."""

_Result = TypeVar("_Result")


class Budget:
    """Seconds of database time that one request may use, in one or several spans: `with budget: ...`."""

    def __init__(self, seconds: float) -> None:
        self.left_s = seconds
        self.ends_at = 0.0

    def __enter__(self) -> None:
        self.ends_at = time.monotonic() + max(self.left_s, LEAST_S)
        _BUDGET.set(self)

    def __exit__(self, *_: object) -> None:
        _BUDGET.set(None)
        self.left_s = self.ends_at - time.monotonic()


_BUDGET: ContextVar[Budget | None] = ContextVar("budget", default=None)


def left(otherwise: float) -> float:
    """The seconds that the present step may take; `otherwise` where nobody set a deadline."""
    budget = _BUDGET.get()
    return otherwise if budget is None else max(budget.ends_at - time.monotonic(), LEAST_S)


def is_set() -> bool:
    """Whether somebody waits."""
    return _BUDGET.get() is not None


@contextmanager
def lifted() -> Iterator[None]:
    """A span without a deadline, which takes nothing of the time of whoever waits: it is no part of the answer."""
    budget, began = _BUDGET.get(), time.monotonic()
    _BUDGET.set(None)
    try:
        yield
    finally:
        _BUDGET.set(budget)
        if budget is not None:
            budget.ends_at += time.monotonic() - began


class _Watch:
    """One thread that ends the connections whose time is over.

    A server that was stopped, or whose network went away, answers nothing and ends nothing: only closing the socket on
    our side lets the driver return. One thread for all costs a connection two entries in a dictionary.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends_at: dict[int, tuple[float, int]] = {}
        self._process = 0

    def add(self, connection: Any, seconds: float) -> None:
        """End this connection after so long, unless it is taken out before."""
        with self._lock:
            self._ends_at[id(connection)] = (time.monotonic() + seconds, connection.pgconn.socket)
            if self._process != os.getpid():
                # A fork inherits the object and not the thread.
                self._process = os.getpid()
                threading.Thread(target=self._look, name="deadlines", daemon=True).start()

    def remove(self, connection: Any) -> None:
        """Let this connection be."""
        with self._lock:
            self._ends_at.pop(id(connection), None)

    def _look(self) -> None:
        while True:
            time.sleep(LOOK_S)
            now = time.monotonic()
            # Under the lock, so that nobody closes the connection and its number becomes another socket's meanwhile.
            with self._lock:
                for key in [key for key, (ends_at, _) in self._ends_at.items() if ends_at <= now]:
                    _shut(self._ends_at.pop(key)[1])


WATCH = _Watch()


def in_time(do: Callable[[], _Result], seconds: float, undo: Callable[[_Result], None]) -> _Result | None:
    """What `do` returns, or None if it takes longer; what it returns too late is undone."""
    results: list[_Result] = []
    errors: list[Exception] = []
    over = threading.Event()
    lock = threading.Lock()
    is_late = False

    def work() -> None:
        try:
            result = do()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is raised again where somebody waits
            errors.append(error)
        else:
            with lock:
                results.append(result)
                if is_late:
                    undo(result)
        over.set()

    threading.Thread(target=work, name="connecting", daemon=True).start()
    over.wait(seconds)
    with lock:
        is_late = not results
    if errors:
        raise errors[0]
    return results[0] if results else None


def _shut(number: int) -> None:
    with suppress(OSError):
        copy = socket.socket(fileno=os.dup(number))
        try:
            copy.shutdown(socket.SHUT_RDWR)
        finally:
            copy.close()
