"""Rates shared by all processes through Redis; while it is away, each process keeps its own."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta

from redis import Redis
from redis.exceptions import RedisError

from service.domain.rate import BURST, Ask, LocalRates
from service.jobs.queue import SEND_TIMEOUT_S, connect

LOG = logging.getLogger(__name__)

PAUSE = timedelta(seconds=5)
"""How long a Redis that did not answer is not asked again: senders must not wait for it with every request."""

# As in service/domain/rate.py, in microseconds: KEYS[1] until when; ARGV now, what it takes, the burst.
_SCRIPT = """
local now, takes, burst = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local begins = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local most = now + burst - math.min(takes, burst)
if begins > most then return begins - most end
redis.call('SET', KEYS[1], string.format('%.0f', begins + takes), 'PX', math.ceil((begins + takes - now) / 1000) + 1000)
return 0
"""


class SharedRates:
    """Rates that all processes of the installation keep together."""

    def __init__(self, redis_url: str) -> None:
        self._redis: Redis = connect(redis_url, SEND_TIMEOUT_S)
        self._script = self._redis.register_script(_SCRIPT)
        self._local = LocalRates()
        self._lock = threading.Lock()
        self._asks_again: datetime | None = None

    def __call__(self, ask: Ask, now: datetime) -> timedelta:
        """How long to wait; zero where it is granted."""
        if self._asks_again is not None and now < self._asks_again:
            return self._local(ask, now)
        try:
            found = self._script(
                keys=[f"stimul-rate:{ask.name}"], args=[_microseconds(now), _size(ask.takes), _size(BURST)]
            )
        except RedisError as error:
            LOG.warning("Redis does not answer; each process counts the rates of senders for itself: %s", error)
            with self._lock:
                self._asks_again = now + PAUSE
            return self._local(ask, now)
        return timedelta(microseconds=int(found))


def _microseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond


def _size(span: timedelta) -> int:
    return span // timedelta(microseconds=1)
