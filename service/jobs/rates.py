"""Rates shared by all processes through Redis; while it is away, each process keeps its own."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from redis import Redis
from redis.exceptions import RedisError

from service.domain.rate import BURST, SENDERS_KEPT, Ask, LocalRates
from service.jobs.queue import SEND_TIMEOUT_S, connect

LOG = logging.getLogger(__name__)

PAUSE = timedelta(seconds=5)
"""How long a Redis that did not answer is not asked again: senders must not wait for it with every request."""

RESERVE_S = 0.1
"""How much of a rate, in seconds of it, a process reserves at a time for the next requests of a sender.

Asking Redis takes as long as reading and proving a small message, so that most messages are granted without it.
"""

RESERVED_FOR = timedelta(seconds=1)
"""How long a reserve is good; what is left of it then is lost to the sender, who did not need it."""

WORTH_IT = 4
"""A reserve is made for requests that take at most this part of it: it should serve for several."""

# As in service/domain/rate.py, in microseconds: KEYS[1] until when; ARGV now, what it takes, the burst, the reserve.
# A reserve is made while more than half of the burst is left, so that nobody near the limit is refused for it.
_SCRIPT = """
local now, takes, burst, reserve = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local begins = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local most = now + burst - math.min(takes, burst)
if begins > most then return begins - most end
local found = 0
if reserve > 0 and begins + takes + reserve <= now + burst / 2 then
    takes = takes + reserve
    found = -1
end
redis.call('SET', KEYS[1], string.format('%.0f', begins + takes), 'PX', math.ceil((begins + takes - now) / 1000) + 1000)
return found
"""


@dataclass(slots=True)
class _Reserve:
    """What is left of a part of a rate that was granted beforehand."""

    left: int
    until: datetime


class SharedRates:
    """Rates that all processes of the installation keep together."""

    def __init__(self, redis_url: str) -> None:
        self._redis: Redis = connect(redis_url, SEND_TIMEOUT_S)
        self._script = self._redis.register_script(_SCRIPT)
        self._local = LocalRates()
        self._lock = threading.Lock()
        self._asks_again: datetime | None = None
        self._reserves: dict[str, _Reserve] = {}

    def __call__(self, ask: Ask, now: datetime) -> timedelta:
        """How long to wait; zero where it is granted."""
        if self._is_reserved(ask, now):
            return timedelta(0)
        if self._asks_again is not None and now < self._asks_again:
            return self._local(ask, now)
        spare = Ask(ask.name, int(ask.per_s * RESERVE_S), ask.per_s)
        reserve = spare.takes if ask.amount * WORTH_IT <= spare.amount else timedelta(0)
        try:
            arguments = [_microseconds(now), *map(_size, (ask.takes, BURST, reserve))]
            found = int(self._script(keys=[f"stimul-rate:{ask.name}"], args=arguments))
        except RedisError as error:
            LOG.warning("Redis does not answer; each process counts the rates of senders for itself: %s", error)
            with self._lock:
                self._asks_again = now + PAUSE
            return self._local(ask, now)
        if found < 0:
            self._keep(spare, now)
        return timedelta(microseconds=max(found, 0))

    def _is_reserved(self, ask: Ask, now: datetime) -> bool:
        with self._lock:
            reserve = self._reserves.get(ask.name)
            if reserve is None or now >= reserve.until or ask.amount > reserve.left:
                return False
            reserve.left -= ask.amount
            return True

    def _keep(self, spare: Ask, now: datetime) -> None:
        with self._lock:
            if len(self._reserves) >= SENDERS_KEPT:
                self._reserves = {name: kept for name, kept in self._reserves.items() if kept.until > now}
            self._reserves[spare.name] = _Reserve(spare.amount, now + RESERVED_FOR)


def _microseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond


def _size(span: timedelta) -> int:
    return span // timedelta(microseconds=1)
