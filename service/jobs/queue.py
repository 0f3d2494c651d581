"""The queue: how a hint is sent through Redis, and how a worker takes it up."""

from __future__ import annotations

import logging
from threading import Event
from types import FrameType
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry as Reconnect
from rq import Queue, Retry, Worker
from rq.exceptions import StopRequested
from rq.worker import DequeueStrategy

from service.jobs.turns import take_turn
from service.runtime import QueueAwayError

LOG = logging.getLogger(__name__)

SEND_TIMEOUT_S = 0.1
"""How long one step of sending a hint may take: a dead Redis must not keep a sender's answer waiting."""

WORK_TIMEOUT_S = 5
"""A worker has nobody waiting for it and may be more patient with Redis."""

JOB_TIMEOUT_S = 600
"""A job that runs longer is stuck; its work stays marked in the database and is taken up again."""

KEEP_FAILED_S = 86_400
"""A failed hint is kept a day for the operator to look at."""

WORKER_TTL_S = 60
"""A worker that was killed is noticed after this long; the library's default lets its job lie for 405 seconds."""

MAINTENANCE_S = 30
"""How often a worker looks for jobs that a killed worker left behind."""

SWEEP_S = 15
"""An idle worker looks for marked work this often, so that a lost hint costs seconds and never the work."""

RETRIES = 3
"""A hint is tried again this often; after that the sweep takes the work up."""

RECONNECT_S = 2.0
"""How long a worker waits before it tries a Redis that is away again."""


JOBS = (
    "recount",
    "replay",
    "refresh",
    "enrich",
    "backtest",
    "archive",
    "replay_closings",
    "forget",
    "flags",
    "remind",
    "backfill",
)
"""Every job there is, in the order of a sweep; a worker goes round, so that no lane waits for another to be empty."""


class Nudge:
    """Sends the hint that there is work; one waiting hint per job is enough: a job claims all the work it sees."""

    def __init__(self, redis_url: str) -> None:
        redis = connect(redis_url, SEND_TIMEOUT_S)
        self._queues = {job: _queue(job, redis) for job in JOBS}

    def __call__(self, job: str) -> None:
        """Put the job into its queue, unless one already waits there that has not begun."""
        queue = self._queues[job]
        try:
            if not queue.count:
                queue.enqueue(
                    take_turn,
                    job,
                    retry=Retry(max=RETRIES),
                    result_ttl=0,
                    failure_ttl=KEEP_FAILED_S,
                    job_timeout=JOB_TIMEOUT_S,
                )
        except RedisError as error:
            raise QueueAwayError(f"Redis does not answer: {error}") from error


def answers(redis_url: str) -> bool:
    """Whether Redis can be reached."""
    try:
        return bool(connect(redis_url, SEND_TIMEOUT_S).ping())
    except RedisError:
        return False


def work(redis_url: str) -> None:
    """Run hinted jobs until told to stop, and sweep for work whose hint was lost.

    The sweep runs here, in the worker, and does the work itself instead of sending another hint: then a Redis that is
    down or was emptied delays work and never loses it, and there is no second process to forget. Claims in the
    database keep two workers from doing the same work.
    """
    # The library's signal handlers belong to one worker object; the order to stop must outlive it, because between two
    # of them (in a sweep, or while Redis is away) it would be forgotten.
    stop = Event()
    while not stop.is_set():
        try:
            _sweep()
            redis = connect(redis_url, WORK_TIMEOUT_S)
            worker = _SweepingWorker([_queue(job, redis) for job in JOBS], redis, stop)
            worker.work(max_idle_time=SWEEP_S, logging_level="WARNING", dequeue_strategy=DequeueStrategy.ROUND_ROBIN)
        except StopRequested:
            return
        except RedisError as error:
            LOG.warning("Redis does not answer; the worker sweeps without it and tries again: %s", error)
            stop.wait(RECONNECT_S)


class _SweepingWorker(Worker):
    """A worker that passes on that it was told to stop, and sweeps while Redis is away."""

    max_connection_wait_time = RECONNECT_S

    def __init__(self, queues: list[Queue], redis: Redis, stop: Event) -> None:
        super().__init__(
            queues,
            connection=redis,
            serializer="json",
            worker_ttl=WORKER_TTL_S,
            maintenance_interval=MAINTENANCE_S,
        )
        self.stop_asked = stop

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Finish the running job and end."""
        self.stop_asked.set()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call] # a library method without types

    def heartbeat(self, *args: Any, **options: Any) -> None:
        """Tell Redis that we live; where it is away, do the work that needs no hint."""
        try:
            super().heartbeat(*args, **options)
        except RedisError:
            _sweep()
            raise


def _sweep() -> None:
    for job in JOBS:
        try:
            take_turn(job)
        except StopRequested:
            raise
        except Exception:
            LOG.exception("the sweep could not finish %s; it is tried again", job)


def connect(redis_url: str, timeout_s: float) -> Redis:
    """A connection that gives up after this long."""
    # The library's default tries again with growing pauses: seconds, while a sender waits for an answer.
    return Redis.from_url(
        redis_url,
        socket_connect_timeout=timeout_s,
        socket_timeout=timeout_s,
        retry=Reconnect(NoBackoff(), 0),
    )


def _queue(job: str, redis: Redis) -> Queue:
    return Queue(f"stimul-{job}", connection=redis, serializer="json")
