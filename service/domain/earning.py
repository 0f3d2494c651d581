"""An earning line: what one rule gave one person for one month, and what is still owed when a closed month changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from service.domain.event import JsonValue
from service.domain.money import format_minor
from service.domain.part import LinePart, changed_parts
from service.domain.period import Period

ADJUSTMENT = "adjustment"
"""The kind of a line that corrects a closed month; no rule of a plan has it."""

POOL = "pool"
"""The kind of a line that is a member's part of a leader's pool; it is worked out once, by the close."""

RELEASE, LOSS = "release", "forfeit"
"""The kinds of lines by which what was held back is paid, or is not paid any more."""

SETTLING = (RELEASE, LOSS)

SET_OFF, WRITE_OFF = "set_off", "write_off"
"""The kinds of lines that do what finance decided about a reduction of a closed month."""

MADE_GOOD = "made_good"
"""The kind of a line by which an increase of a closed month gives back an earlier reduction of it."""

REDUCING = (SET_OFF, WRITE_OFF, MADE_GOOD)

ONCE = frozenset({POOL, *SETTLING, *REDUCING, "draw", "clawback"})
"""Kinds that depend on the way a balance went: once a month is posted they are never worked out again for it."""

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
    FORFEITED = "forfeited"
    """What was held back and will not be paid: it leaves what is held, and was never in what is payable."""


class Charge(StrEnum):
    """Where the amount of a line comes from."""

    EXPENSE = "expense"
    HELD = "held"
    """From what is held back of the person: a holdback puts it there, a release takes it out."""
    DRAW = "draw"
    """From what the person was advanced: a draw puts it there, its recovery takes it out."""
    PROPOSED = "proposed"
    """From what waits for finance: a net reduction puts it there, what is set off or made good takes it out."""


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
    charge: Charge = Charge.EXPENSE
    parts: tuple[LinePart, ...] = ()


@dataclass(frozen=True, slots=True)
class Balances:
    """What stands between a person and the company beside what is payable, in minor units.

    `held_minor` is held back of the person, `draw_minor` was advanced to the person and is not recovered yet, and
    `proposed_minor` is what reductions of closed months come to that were neither set off nor written off yet.
    """

    held_minor: int = 0
    draw_minor: int = 0
    proposed_minor: int = 0

    def as_json(self) -> dict[str, JsonValue]:
        """For a statement."""
        return {
            "held": format_minor(self.held_minor),
            "draw": format_minor(self.draw_minor),
            "proposed": format_minor(self.proposed_minor),
        }


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


LineKey = tuple[str, Charge]
"""A rule, and where its money comes from."""


def owed(lines: Iterable[EarningLine]) -> list[EarningLine]:
    """The lines that are owed as often as the month is worked out: neither payroll's nor those worked out once."""
    return [line for line in lines if line.disposition is not Disposition.INFORMATION and line.kind not in ONCE]


def by_rule(lines: Iterable[EarningLine]) -> dict[LineKey, int]:
    """Minor units by rule."""
    totals: dict[LineKey, int] = {}
    for line in lines:
        totals[line.rule, line.charge] = totals.get((line.rule, line.charge), 0) + line.amount_minor
    return totals


@dataclass(frozen=True, slots=True)
class ClosedMonth:
    """A closed month of one person: what it is worth on all facts known now, and the lines posted for it so far."""

    person_id: str
    month: Period
    entitled: Sequence[EarningLine]
    posted: Sequence[EarningLine]


def adjustments(closed: ClosedMonth, period: Period, cause: Cause) -> list[EarningLine]:
    """What a closed month is still owed: entitlement minus posted, by rule, as draft lines of the open `period`.

    The sign is judged on the net of all rules: only a net reduction waits as proposed. A rule that gives nothing any
    more is corrected to zero. What a correction holds back, or lets go of it, is attributed to the deals that changed.
    """
    entitled, posted = owed(closed.entitled), owed(closed.posted)
    now, before = by_rule(entitled), by_rule(posted)
    # Told like the line it corrects: as it is now, else as it was first posted.
    likes = {(line.rule, line.charge): line for line in (*reversed(posted), *entitled)}
    net = sum(now.values()) - sum(before.values())
    lines: list[EarningLine] = []
    for key in sorted({*now, *before}):
        parts = changed_parts(_parts(entitled, key), _parts(posted, key))
        amount = now.get(key, 0) - before.get(key, 0)
        if not amount and not parts:
            continue
        like = likes[key]
        told = {"posted": format_minor(before.get(key, 0)), "entitled": format_minor(now.get(key, 0))}
        lines.append(
            EarningLine(
                person_id=closed.person_id,
                period=period,
                month_worked=closed.month,
                position=len(lines),
                rule=key[0],
                kind=ADJUSTMENT,
                label=f"Correction for {month_name(closed.month, 'en')}: {like.label}",
                label_bg=f"Корекция за {month_name(closed.month, 'bg')}: {like.label_bg}",
                amount_minor=amount,
                disposition=Disposition.PROPOSED if net < 0 else Disposition.PAYABLE,
                plan_hash=like.plan_hash,
                explanation=told | {"cause": cause.as_json()},
                charge=key[1],
                parts=parts,
            )
        )
    return lines


def _parts(lines: Iterable[EarningLine], key: LineKey) -> list[LinePart]:
    return [part for line in lines if (line.rule, line.charge) == key for part in line.parts]


def month_name(period: Period, language: str) -> str:
    """The month in words: "October 2026", „октомври 2026“."""
    names = MONTHS_BG if language == "bg" else MONTHS_EN
    return f"{names[period.month - 1]} {period.year}"
