"""A process that waits for the word and then closes a month: one of several that do so at once."""

from __future__ import annotations

import os
import sys
from datetime import datetime

from service.config import read_settings
from service.domain.closing import AlreadyClosedError
from service.domain.period import Period
from service.flows.close import close
from service.runtime import open_runtime


def main(period: str, at: str) -> None:
    """Say "ready" on the output, wait for a line, close, and say what came of it."""
    runtime = open_runtime(read_settings(os.environ), lambda _job: None)
    now = datetime.fromisoformat(at)
    with runtime.reading():
        # The first transaction waits for nothing but the others.
        sys.stdout.write("ready\n")
        sys.stdout.flush()
    sys.stdin.readline()
    try:
        with runtime.transaction() as session:
            close(session, Period.parse(period), f"process {os.getpid()}", today=now.date(), now=now)
        sys.stdout.write("closed\n")
    except AlreadyClosedError:
        sys.stdout.write("already_closed\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
