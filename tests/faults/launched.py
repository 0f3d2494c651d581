"""Starts `stimul` with one crash point in it: `python -m tests.faults.launched POINT FILE WORDS...`.

The process, and every process it forks, kills itself with SIGKILL the n-th time it comes past the point, n being
different in each; every kill leaves a letter in the file, the first of its command. The service itself knows nothing
of this.
"""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from service.cli import main
from service.jobs.queue import Nudge

TRANSACTIONS, STATEMENTS = (3, 12), (40, 400)
"""How often a process comes past its point before it dies, at least and at most: often enough that it does some work.
To take one event needs about 20 statements, to score a few months more than a hundred."""


class CrashPoint:
    """Dies the n-th time it is passed."""

    def __init__(self, record: Path, letter: str, lives: tuple[int, int]) -> None:
        self._record, self._letter = record, letter.encode()
        self._fewest, self._most = lives
        self._lives: dict[int, int] = {}

    def passed(self, *_: object, **__: object) -> None:
        """Come past it."""
        process = os.getpid()
        left = self._lives.setdefault(process, random.SystemRandom().randint(self._fewest, self._most)) - 1
        self._lives[process] = left
        if left == 0:
            with self._record.open("ab") as file:
                file.write(self._letter)
            os.kill(process, signal.SIGKILL)


def before_commit(point: CrashPoint) -> None:
    """Everything is written and nothing is durable."""
    event.listen(Engine, "commit", point.passed)


def after_commit(point: CrashPoint) -> None:
    """Everything is durable and nobody knows."""
    event.listen(Session, "after_commit", point.passed)


def before_queue(point: CrashPoint) -> None:
    """The work is marked and no worker is told."""
    send = Nudge.__call__

    def told(self: Nudge, job: str) -> None:
        point.passed()
        send(self, job)

    Nudge.__call__ = told  # type: ignore[method-assign] # only in this process


def amid_statements(point: CrashPoint) -> None:
    """A statement of many is done."""
    execute = psycopg.Cursor.execute

    def executed(self: psycopg.Cursor[Any], *words: Any, **named: Any) -> psycopg.Cursor[Any]:
        done = execute(self, *words, **named)
        point.passed()
        return done

    psycopg.Cursor.execute = executed  # type: ignore[assignment, method-assign] # only in this process


POINTS: dict[str, tuple[Callable[[CrashPoint], None], tuple[int, int]]] = {
    "before_commit": (before_commit, TRANSACTIONS),
    "after_commit": (after_commit, TRANSACTIONS),
    "before_queue": (before_queue, TRANSACTIONS),
    "amid_statements": (amid_statements, STATEMENTS),
}

if __name__ == "__main__":
    name, record, *words = sys.argv[1:]
    place, lives = POINTS[name]
    place(CrashPoint(Path(record), words[0][0], lives))
    main(words, prog_name="stimul")
