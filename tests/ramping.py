"""A company whose targets rise in steps, for tests: a promotion, four weeks before it, and the days that follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from fractions import Fraction

from service.domain.person import Assignment
from service.domain.ramp import RampWeek
from service.plans import Rules
from service.store.ramps import list_ramp_weeks
from tests.application import Clock
from tests.company import a_payment, an_assignment
from tests.teams import TeamCompany, team_rules

STEPS = "{max_step: 10%, hold_below: 85%}"
PLAN = """
schema: incentive/1
plan: closer
title: Closer
version: "1"
effective: {from: 2026-01-01}
extends: [_org]
standards:
  collected: {metric: collected, per: week, target: {junior: 120, middle: 250}, cap: 200%, ramp: RAMP}
rules:
  reached: {kind: rate, label: Reached, base: metric.collected, rate: 1%}
  enough:  {kind: gate, require: [attainment.collected >= 100%], otherwise: 0%, applies_to: [reached]}
examples:
  - {name: At standard, given: {target: {collected: 100}, metric: {collected: 100}}, expect: {reached: 1.00}}
  - {name: Below, given: {target: {collected: 100}, metric: {collected: 99}}, expect: {reached: 0.00, enough: 0%}}
"""

MONDAY = date(2026, 10, 5)
"""Ann becomes middle: 250 a week are asked of her from then on instead of 120."""

WORKDAYS = {7: 4, 14: 5, 21: 4, 28: 5}
"""Working days of the weeks before, by their Monday in September: the 7th and the 22nd are holidays."""


def at(day: date) -> datetime:
    """Noon of a day."""
    return datetime(day.year, day.month, day.day, 10, tzinfo=UTC)


def ramped(ramp: str) -> Rules:
    """The company's plans with this ramp to the closer's target."""
    return team_rules(closer=PLAN.replace("RAMP", ramp))


def promoted(person_id: str) -> list[Assignment]:
    """Junior until the 5th of October, then middle."""
    return [
        an_assignment(person_id, grade="junior", ends_on=date(2026, 10, 4)),
        an_assignment(person_id, grade="middle", starts_on=MONDAY),
    ]


def go_to(company: TeamCompany, clock: Clock, day: date) -> None:
    """Let it be that day."""
    company.now = clock.now = at(day)


def work(company: TeamCompany, paid: Sequence[tuple[str, date, str]]) -> None:
    """Payments of people on days."""
    company.send(*(a_payment(who, f"{who}{day}", amount, at(day)) for who, day, amount in paid))
    company.refresh()


def four_weeks(who: str, weekly: int) -> list[tuple[str, date, str]]:
    """The weeks before the promotion, each at the same pace."""
    return [(who, date(2026, 9, day), str(Fraction(weekly * days, 5))) for day, days in WORKDAYS.items()]


def weeks_of(company: TeamCompany, person_id: str = "ann") -> list[RampWeek]:
    """All steps of a person."""
    with company.runtime.reading() as session:
        return list_ramp_weeks(session, [person_id], date.min, date.max)


def asked(company: TeamCompany, person_id: str = "ann") -> dict[str, int]:
    """What the steps ask, by their first day."""
    return {f"{week.first_day:%m-%d}": int(week.amount) for week in weeks_of(company, person_id)}
