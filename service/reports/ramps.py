"""The ramps of a month: every step with its days, what it began at and why it waited, and the shares of schedules."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy.orm import Session

from service.domain.period import Period
from service.domain.ramp import RampWeek
from service.plans.expression import Type
from service.plans.render import decimal_text, shown
from service.store.ramps import list_baselines, list_ramp_weeks
from service.store.scorecards import list_scorecards, list_scored_people


@dataclass(frozen=True, slots=True)
class RampStep:
    """One step with what its ramp began at; the baseline is None until the day of the start has come."""

    week: RampWeek
    baseline: Fraction | None

    @property
    def reason(self) -> str:
        """Why the step asks what it asks."""
        week = self.week
        if week.first_day == week.starts_on:
            found = None if self.baseline is None else decimal_text(self.baseline)
            return f"begins at {found or 'the median of the weeks before'}"
        if not week.decided:
            return "forecast: the week before is not over"
        if week.median is None or week.hold_below is None:
            return "rises"
        attained, least = (shown(ratio, Type.RATIO) for ratio in (week.median, week.hold_below))
        if week.held:
            return f"held: the group attained {attained} in the week before, less than {least}"
        return f"rises: the group attained {attained} in the week before"


@dataclass(frozen=True, slots=True)
class ScheduledShare:
    """What a schedule asks of a newcomer in a month."""

    person_id: str
    standard: str
    share: Fraction


def steps_of(session: Session, period: Period) -> list[RampStep]:
    """The steps that are asked on some day of a month, by person, standard and day."""
    people = list_scored_people(session, period)
    weeks = list_ramp_weeks(session, people, period.first_day, period.last_day)
    known = {role: list_baselines(session, role, people) for role in {week.role for week in weeks}}
    return [RampStep(week, known[week.role].get((*week.key, week.starts_on))) for week in weeks]


def scheduled_shares(session: Session, period: Period) -> list[ScheduledShare]:
    """Who is asked a share of a target by the months since the hire."""
    people = sorted(list_scored_people(session, period))
    return [
        ScheduledShare(card.person_id, item["id"], Fraction(step["share"]))
        for card in list_scorecards(session, [(person_id, period) for person_id in people])
        for item in json.loads(card.document).get("standards", [])
        for step in item.get("ramp", ())
        if "share" in step
    ]


def ramp_rows(session: Session, period: Period) -> Iterator[dict[str, object]]:
    """All ramps of a month for JSON and lists; amounts per unit of the standard, as decimal text."""
    for step in steps_of(session, period):
        week = step.week
        yield {
            "person_id": week.person_id,
            "standard": week.standard,
            "from": week.first_day,
            "to": week.last_day,
            "asked": decimal_text(week.amount),
            "target": decimal_text(week.goal),
            "held": week.held,
            "decided": week.decided,
            "reason": step.reason,
        }
    for item in scheduled_shares(session, period):
        yield {
            "person_id": item.person_id,
            "standard": item.standard,
            "from": period.first_day,
            "to": period.last_day,
            "asked": shown(item.share, Type.RATIO),
            "target": "100%",
            "held": False,
            "decided": True,
            "reason": "the schedule of newcomers",
        }
