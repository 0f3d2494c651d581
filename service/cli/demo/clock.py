"""The clock of the demo: it stands where the history is, and in the end it runs on from there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class DemoClock:
    """A clock that is set by hand, so that messages are received on the day they arrive and months close in time."""

    moment: datetime

    def __call__(self) -> datetime:
        """The present moment of the demo."""
        return self.moment

    def set_forward(self, moment: datetime) -> None:
        """Go on to a moment; the clock never goes back."""
        self.moment = max(self.moment, moment)


def running_from(moment: datetime, clock: Callable[[], datetime]) -> Callable[[], datetime]:
    """A clock that shows this moment now and runs on like the other one."""
    ahead = moment - clock()
    return lambda: clock() + ahead
