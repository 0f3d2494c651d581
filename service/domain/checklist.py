"""The checklist before a month is closed: what keeps it from being closed, and what would better be settled first."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from service.domain.closing import NAMED_AT_MOST
from service.domain.event import JsonValue
from service.domain.period import Period


class Weight(StrEnum):
    """Whether a month can be closed all the same."""

    BLOCKING = "blocking"
    WARNING = "warning"


class Matter(StrEnum):
    """What the checklist looks at, what keeps a month open first."""

    NOT_OVER = "not_over"
    EARLIER_OPEN = "earlier_open"
    NOTHING_TO_CLOSE = "nothing_to_close"
    STALE_WORK = "stale_work"
    MISSING_INPUTS = "missing_inputs"
    QUARANTINED = "quarantined"
    HELD_EVENTS = "held_events"
    SHARE_CLAIMS = "share_claims"
    PROPOSALS = "proposals"
    WITHOUT_PLAN = "without_plan"
    WITHOUT_TARGET = "without_target"
    QUESTIONS = "questions"
    REDUCTIONS = "reductions"
    NEGATIVE_PAYABLES = "negative_payables"

    @property
    def weight(self) -> Weight:
        """Whether it keeps the month from being closed."""
        return Weight.BLOCKING if self in _BLOCKING else Weight.WARNING


_BLOCKING = frozenset(
    {Matter.NOT_OVER, Matter.EARLIER_OPEN, Matter.NOTHING_TO_CLOSE, Matter.STALE_WORK, Matter.MISSING_INPUTS}
)

_TEXTS: Mapping[Matter, tuple[str, str]] = {
    Matter.NOT_OVER: ("The month is not over.", "Close it from {following} on."),
    Matter.EARLIER_OPEN: ("An earlier month has money and is open.", "Close it first."),
    Matter.NOTHING_TO_CLOSE: ("Nobody was employed in the month.", "Look at the month you typed."),
    Matter.STALE_WORK: (
        "Person-months that are not calculated.",
        "Wait a few seconds; if the number stays, see that a worker runs, or run `stimul refresh`.",
    ),
    Matter.MISSING_INPUTS: (
        "People whose plan lacks an input: they would not be paid.",
        "Assign the targets (POST /v1/targets), or correct the grade.",
    ),
    Matter.QUARANTINED: (
        "Events of the month that wait and do not count, by reason.",
        "Read them (GET /v1/quarantine): map the people and types, let them in or discard them.",
    ),
    Matter.HELD_EVENTS: ("Events of the month that somebody holds.", "Release or reject them: `stimul holds list`."),
    Matter.SHARE_CLAIMS: (
        "Shares that senders named for the month's deals.",
        "Approve or reject them: `stimul shares list`.",
    ),
    Matter.PROPOSALS: (
        "Corrections and facts of the month that a second person has not confirmed.",
        "Confirm or refuse them: GET /v1/proposals.",
    ),
    Matter.WITHOUT_PLAN: ("People for whose role no plan was in force.", "Publish one, or correct the role."),
    Matter.WITHOUT_TARGET: ("People who have a standard without a target.", "Assign the targets: POST /v1/targets."),
    Matter.QUESTIONS: ("Questions about lines of the month that nobody answered.", "Answer them: GET /v1/questions."),
    Matter.REDUCTIONS: (
        "Reductions of closed months that nobody decided about.",
        "Give a basis or write them off: `stimul reductions list`.",
    ),
    Matter.NEGATIVE_PAYABLES: (
        "People whose lines add up to less than nothing.",
        "Look why at their estimates: nobody pays the company back.",
    ),
}


@dataclass(frozen=True, slots=True)
class CheckItem:
    """One thing that was looked at: how often it was found, and the first names of what was found."""

    matter: Matter
    count: int
    names: tuple[str, ...] = ()

    def as_json(self, period: Period) -> dict[str, JsonValue]:
        """What was found, and what to do about it."""
        what, todo = _TEXTS[self.matter]
        return {
            "matter": self.matter.value,
            "weight": self.matter.weight.value,
            "count": self.count,
            "names": list(self.names),
            "what": what,
            "do": todo.format(following=period.following.first_day) if self.count else "",
        }


def named(matter: Matter, names: Sequence[str]) -> CheckItem:
    """An item that counts things with names, of which it gives the first ones."""
    return CheckItem(matter, len(names), tuple(names[:NAMED_AT_MOST]))


def lacks_target(scorecard: str) -> bool:
    """Whether somebody who was there has a standard without a target; a scorecard as it is kept."""
    card = json.loads(scorecard)
    there = card.get("present_days", 0) > 0
    return there and any(item["target"] is None for item in card.get("standards", ()))


def is_blocked(items: Sequence[CheckItem]) -> bool:
    """Whether something keeps the month from being closed."""
    return any(item.count and item.matter.weight is Weight.BLOCKING for item in items)


def warnings_of(items: Sequence[CheckItem]) -> dict[str, JsonValue]:
    """What was found of the matters that do not keep a month open, by matter."""
    return {item.matter.value: item.count for item in items if item.count and item.matter.weight is Weight.WARNING}
