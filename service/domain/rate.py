"""Rates: how much a sender may ask of us in a second, with room for a burst, and how long it should wait."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from service.domain.errors import StimulError

BURST_S = 4
"""Seconds of a rate that may come at once, after as long a pause: a CRM sends in bursts."""

SENDERS_KEPT = 10_000
"""Senders whose use is remembered in a process; with more, those that are idle are forgotten."""

LONG_AGO = datetime.min.replace(tzinfo=UTC)


class TooManyRequestsError(StimulError):
    """Over the rate of the source (429)."""

    code = "too_many_requests"
    title = "Too much at once"

    def __init__(self, wait_s: float) -> None:
        super().__init__(
            "This source sends more than its rate allows; GET /v1/limits tells it. Wait as long as Retry-After says, "
            "and send events in batches."
        )
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of a rate: by whom, how much, and how much a second is allowed."""

    name: str
    amount: int
    per_s: int

    @property
    def takes(self) -> timedelta:
        """How long the rate takes for it."""
        return timedelta(seconds=1) * self.amount / self.per_s


BURST = timedelta(seconds=BURST_S)


def granted(ask: Ask, until: datetime, now: datetime) -> tuple[datetime, timedelta]:
    """Until when the rate is used up after this ask, and how long to wait if it is refused (zero: granted).

    The generic cell rate algorithm (ITU-T I.371): `until` is when all that was granted before will have been worth its
    time. An ask larger than a burst is granted when nothing else is owed.
    """
    begins = max(until, now)
    most = now + BURST - min(ask.takes, BURST)
    if begins > most:
        return until, begins - most
    return begins + ask.takes, timedelta(0)


class LocalRates:
    """Rates kept in this process alone."""

    def __init__(self) -> None:
        self._until: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def __call__(self, ask: Ask, now: datetime) -> timedelta:
        """How long to wait; zero where it is granted."""
        with self._lock:
            until, wait = granted(ask, self._until.get(ask.name, LONG_AGO), now)
            if len(self._until) >= SENDERS_KEPT:
                self._until = {name: time for name, time in self._until.items() if time > now}
            self._until[ask.name] = until
        return wait
