"""Turns: how long a job goes on before the jobs of the other lanes have theirs."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from service.jobs import pipeline
from service.runtime import current

LIVE_S = 10.0
"""Turn of the scores that people look at: far below the time after which a job counts as stuck."""

HISTORY_S = 2.0
"""Turn of what nobody watches while it runs: a fifth of what the scores get, and never nothing."""

_STEPS: Mapping[str, tuple[Callable[[], object], float]] = {
    "refresh": (pipeline.refresh_some, LIVE_S),
    "backtest": (pipeline.backtest_some, HISTORY_S),
    "backfill": (pipeline.backfill_some, HISTORY_S),
}
"""The jobs that new work could keep busy for ever: a step of each, one transaction, and its turn in seconds."""


def take_turn(job: str, turn_s: float | None = None) -> None:
    """Run a job until no work is left; one that is still at it when its turn is over asks for another.

    `turn_s` makes the turn shorter than usual; one step is done however short it is.
    """
    if job not in _STEPS:
        getattr(pipeline, job)()
        return
    if job == "refresh":
        pipeline.take_due()
    step, usual_s = _STEPS[job]
    ends_at = time.monotonic() + (usual_s if turn_s is None else turn_s)
    while step():
        if time.monotonic() >= ends_at:
            current().send(job)
            return
