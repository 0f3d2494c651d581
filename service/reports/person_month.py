"""A person's month for the pages: the standards of the scorecard, the workdays behind and ahead, what was done."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from service.domain.calendar import days_present
from service.domain.pace import DayPhase, MonthDays, Pace, pace, part_of_day, phase_of
from service.domain.period import Period
from service.domain.person import Assignment, Person, assignment_on
from service.plans import plan_from_document
from service.reports.company import company_timezone
from service.store.calendar import get_work_calendar
from service.store.facts import sum_facts
from service.store.people import get_person, list_absences, list_assignments_of
from service.store.plans import get_document
from service.store.scorecards import ScorecardRow, list_scorecards


@dataclass(frozen=True, slots=True)
class StandardNow:
    """One standard of a person now: the month's numbers, and today's where a day has a meaning for it."""

    standard_id: str
    title: str
    title_bg: str
    metric: str
    value_type: str
    weight: Fraction
    target: Fraction | None
    actual: Fraction
    attainment: Fraction
    done_today: Fraction
    pace: Pace | None

    @property
    def is_daily(self) -> bool:
        """Whether a number for today makes sense: things one does, not money that arrives when it arrives."""
        return self.pace is not None and self.value_type == "num"


@dataclass(frozen=True, slots=True)
class PersonMonth:
    """A person at a moment of a month."""

    person: Person
    period: Period
    today: date
    local_now: datetime
    role: str
    team: str
    score_tenths: int | None
    days: MonthDays
    phase: DayPhase
    part: Fraction
    standards: tuple[StandardNow, ...]

    @property
    def part_of_month(self) -> Fraction:
        """How much of the person's working month has passed, from 0 to 1."""
        if not self.days.workdays:
            return Fraction(0)
        running = self.part if self.phase is not DayPhase.OFF else Fraction(0)
        return min((self.days.done + running) / self.days.workdays, Fraction(1))


def get_person_month(session: Session, person_id: str, period: Period, *, now: datetime) -> PersonMonth:
    """Read a person's month as it stands; one without a scorecard has no standards."""
    person = get_person(session, person_id)
    local_now = now.astimezone(ZoneInfo(company_timezone(session, now)))
    today = local_now.date()
    card = next(iter(list_scorecards(session, [(person_id, period)])), None)
    present = _present_days(session, person, period, card.role if card else "")
    days = MonthDays(len(present), sum(day < today for day in present), sum(day >= today for day in present))
    phase = phase_of(local_now.time(), is_workday=today in present)
    part = part_of_day(local_now.time())
    return PersonMonth(
        person=person,
        period=period,
        today=today,
        local_now=local_now,
        role=card.role if card else "",
        team=card.team if card else "",
        score_tenths=card.score_tenths if card else None,
        days=days,
        phase=phase,
        part=part,
        standards=_standards(session, card, days, today, part) if card else (),
    )


def _present_days(session: Session, person: Person, period: Period, role: str) -> list[date]:
    """The workdays of the month on which the person has this role and is not away."""
    calendar = get_work_calendar(session, period.first_day, period.last_day)
    assignments = list_assignments_of(session, [person.person_id])
    absences = list_absences(session, [person.person_id], period.first_day, period.last_day)
    return [day for day in days_present(calendar, person, absences, period.days) if _has_role(assignments, day, role)]


def _has_role(assignments: list[Assignment], day: date, role: str) -> bool:
    held = assignment_on(assignments, day)
    return held is not None and (not role or held.role == role)


def _standards(
    session: Session, card: ScorecardRow, days: MonthDays, today: date, part: Fraction
) -> tuple[StandardNow, ...]:
    items = json.loads(card.document).get("standards", [])
    if not items:
        return ()
    plan = plan_from_document(get_document(session, card.plan_hash))
    done = _done_today(session, card, today)
    found = []
    for item in items:
        metric = plan.metrics.get(item["metric"])
        done_today = metric.to_value(done.get(metric.id, 0)) if metric else Fraction(0)
        found.append(_standard(item, done_today, days, part if days.left else Fraction(0)))
    return tuple(found)


def _done_today(session: Session, card: ScorecardRow, today: date) -> dict[str, int]:
    """What today alone added, by metric as kept; nothing if today is another month's."""
    if Period.of(today) != card.period:
        return {}
    sums = sum_facts(session, [card.person_id], ((today, today),)).get(card.person_id, {})
    return {metric: total.value for metric, total in sums.items()}


def _standard(item: Mapping[str, str | None], done_today: Fraction, days: MonthDays, part: Fraction) -> StandardNow:
    target = None if item["target"] is None else Fraction(item["target"])
    actual = Fraction(item["actual"] or 0)
    paced = target is not None and item["better"] == "higher"
    return StandardNow(
        standard_id=str(item["id"]),
        title=str(item["title"] or item["id"]),
        title_bg=str(item["title_bg"] or item["title"] or item["id"]),
        metric=str(item["metric"]),
        value_type=str(item["value_type"]),
        weight=Fraction(item["weight"] or 0),
        target=target,
        actual=actual,
        attainment=Fraction(item["attainment"] or 0),
        done_today=done_today,
        pace=pace(target, actual - done_today, done_today, days, part) if paced and target is not None else None,
    )
