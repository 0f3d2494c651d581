"""An earning line: what one rule gave one person for one month, and what is still owed when a closed month changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from service.domain.event import JsonValue
from service.domain.money import format_minor
from service.domain.period import Period

ADJUSTMENT = "adjustment"
"""The kind of a line that corrects a closed month; no rule of a plan has it."""

POOL = "pool"
"""The kind of a line that is a member's part of a leader's pool; it is worked out once, by the close."""

MONTHS_BG = (
    "януари", "февруари", "март", "април", "май", "юни",
    "юли", "август", "септември", "октомври", "ноември", "декември",
)  # fmt: skip
MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class Disposition(StrEnum):
    """What happens with the amount of a line."""

    PAYABLE = "payable"
    INFORMATION = "information"
    """Shown only: payroll pays the fixed salary."""
    PROPOSED = "proposed"
    """A net reduction of a closed month: never set off by itself, waits for finance to give a basis."""


@dataclass(frozen=True, slots=True)
class EarningLine:
    """One line of one person: drafted while `period` is open, frozen by its close.

    `period` posts the line; `month_worked` is when the work was done: the same month, or an earlier closed one for an
    adjustment.
    """

    person_id: str
    period: Period
    month_worked: Period
    position: int
    rule: str
    kind: str
    label: str
    label_bg: str
    amount_minor: int
    disposition: Disposition
    plan_hash: str
    explanation: Mapping[str, JsonValue] = field(default_factory=dict)


RECEIPTS_NAMED = 50
"""Late events that a correction names one by one; of more it gives the number, so that a line stays readable."""


@dataclass(frozen=True, slots=True)
class ChangedInput:
    """An input of the plan that is not what it was at the close; exact numbers as text, empty if it was not there."""

    name: str
    at_close: str
    now: str


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a closed month is worth something else now: the events that came late and the inputs that changed."""

    late_receipts: tuple[str, ...]
    changed: tuple[ChangedInput, ...]

    def as_json(self) -> dict[str, JsonValue]:
        """For the explanation of the line."""
        return {
            "late_events": list(self.late_receipts[:RECEIPTS_NAMED]),
            "late_events_count": len(self.late_receipts),
            "changed": [{"input": item.name, "at_close": item.at_close, "now": item.now} for item in self.changed],
        }


def changed_inputs(at_close: Sequence[Mapping[str, str]], now: Sequence[Mapping[str, str]]) -> tuple[ChangedInput, ...]:
    """The inputs that differ, stretch by stretch of the month, by name."""
    changed = []
    for index in range(max(len(at_close), len(now))):
        before = at_close[index] if index < len(at_close) else {}
        after = now[index] if index < len(now) else {}
        changed += [
            ChangedInput(name, before.get(name, ""), after.get(name, ""))
            for name in sorted({*before, *after})
            if before.get(name) != after.get(name)
        ]
    return tuple(changed)


def pool_rule(pool_id: str) -> str:
    """Under which name a part of a pool is posted; no rule of a plan has a colon in its name."""
    return f"{POOL}:{pool_id}"


def without_pools(posted_minor: Mapping[str, int]) -> dict[str, int]:
    """What was posted by the rules of plans: a pool is never shared again, so a correction leaves it alone."""
    return {rule: amount for rule, amount in posted_minor.items() if not rule.startswith(pool_rule(""))}


def payable_by_rule(lines: Iterable[EarningLine]) -> dict[str, int]:
    """Minor units by rule over the lines that are money we owe (not information)."""
    totals: dict[str, int] = {}
    for line in lines:
        if line.disposition is not Disposition.INFORMATION:
            totals[line.rule] = totals.get(line.rule, 0) + line.amount_minor
    return totals


@dataclass(frozen=True, slots=True)
class ClosedMonth:
    """A closed month of one person: what it is worth on all facts known now, and what was posted for it, by rule."""

    person_id: str
    month: Period
    plan_hash: str
    entitled: Sequence[EarningLine]
    posted_minor: Mapping[str, int]


def adjustments(closed: ClosedMonth, period: Period, cause: Cause) -> list[EarningLine]:
    """What a closed month is still owed: entitlement minus posted, by rule, as draft lines of the open `period`.

    The sign is judged on the net of all rules: only a net reduction waits as proposed. A rule that gives nothing any
    more is corrected
    to zero.
    """
    now = payable_by_rule(closed.entitled)
    labels = {line.rule: (line.label, line.label_bg) for line in closed.entitled}
    plans = {line.rule: line.plan_hash for line in closed.entitled}
    changed = [
        rule for rule in sorted({*now, *closed.posted_minor}) if now.get(rule, 0) != closed.posted_minor.get(rule, 0)
    ]
    net = sum(now.values()) - sum(closed.posted_minor.values())
    lines = []
    for position, rule in enumerate(changed):
        before, after = closed.posted_minor.get(rule, 0), now.get(rule, 0)
        label, label_bg = labels.get(rule, (rule, rule))
        lines.append(
            EarningLine(
                person_id=closed.person_id,
                period=period,
                month_worked=closed.month,
                position=position,
                rule=rule,
                kind=ADJUSTMENT,
                label=f"Correction for {month_name(closed.month, 'en')}: {label}",
                label_bg=f"Корекция за {month_name(closed.month, 'bg')}: {label_bg}",
                amount_minor=after - before,
                disposition=Disposition.PROPOSED if net < 0 else Disposition.PAYABLE,
                plan_hash=plans.get(rule, closed.plan_hash),
                explanation={"posted": format_minor(before), "entitled": format_minor(after), "cause": cause.as_json()},
            )
        )
    return lines


def month_name(period: Period, language: str) -> str:
    """The month in words: "October 2026", „октомври 2026“."""
    names = MONTHS_BG if language == "bg" else MONTHS_EN
    return f"{names[period.month - 1]} {period.year}"
