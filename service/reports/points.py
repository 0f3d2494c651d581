"""A person's points of a month with the reason of each, the streaks as they stand today, and the badges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from service.domain.award import DayAward, StreakMonth, streak_lengths
from service.domain.calendar import days_present
from service.domain.measured import value_of
from service.domain.period import Period
from service.domain.person import Person
from service.plans import Plan, plan_from_document
from service.plans.awards import LIFETIME
from service.plans.expression import Compare, Const, Name
from service.plans.paper.shared import award_words
from service.plans.points import Badge
from service.reports.company import company_timezone
from service.store.awards import list_badges_won, list_points, list_streaks
from service.store.calendar import get_work_calendar
from service.store.facts import sum_facts
from service.store.people import get_person, list_absences, list_assignments_of
from service.store.plans import get_document
from service.store.scorecards import list_inputs

LAST_DAYS = 20
"""Working days of a month, about: "18 of the last 20 days" says more than a row that broke yesterday."""


@dataclass(frozen=True, slots=True)
class Given:
    """What one rule gave on one day, and why, in both languages."""

    award: DayAward
    label: str
    label_bg: str
    explanation: str
    explanation_bg: str


@dataclass(frozen=True, slots=True)
class RulePoints:
    """What one rule gave in a month, and on how many days."""

    rule: str
    label: str
    label_bg: str
    points: int
    days: int


@dataclass(frozen=True, slots=True)
class StreakNow:
    """A streak: its length now, and how many of the last working days were at standard."""

    rule: str
    label: str
    label_bg: str
    length: int
    done: int
    of_days: int


@dataclass(frozen=True, slots=True)
class BadgeShown:
    """A badge won, or the next one with how far it is: `day` is None until it is won."""

    badge: str
    label: str
    label_bg: str
    day: date | None
    part: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class PersonPoints:
    """The points of a person's month; `gives_points` is whether any plan of the month gives some."""

    period: Period
    gives_points: bool
    total: int
    today: int
    rules: tuple[RulePoints, ...]
    given: tuple[Given, ...]
    streaks: tuple[StreakNow, ...]
    badges: tuple[BadgeShown, ...]
    following: BadgeShown | None


def get_person_points(session: Session, person_id: str, period: Period, *, now: datetime) -> PersonPoints:
    """Read a person's points of a month; streaks stand as of today, or of the last day of a month that is over."""
    person = get_person(session, person_id)
    today = now.astimezone(ZoneInfo(company_timezone(session, now))).date()
    awards = list_points(session, [person_id], period.first_day, period.last_day)
    plans = _plans(session, person_id, period, awards)
    given = [_given(plans[award.plan_hash], award) for award in awards if award.points]
    last = next(iter(reversed(plans.values())), None)
    won = _badges_won(session, person_id)
    return PersonPoints(
        period=period,
        gives_points=any(plan.points or plan.badges for plan in plans.values()),
        total=sum(award.points for award in awards),
        today=sum(award.points for award in awards if award.day == today),
        rules=tuple(_by_rule(given)),
        given=tuple(given),
        streaks=tuple(_streaks(session, person, last, period, today)) if last else (),
        badges=tuple(won),
        following=_following(session, person_id, last, {item.badge for item in won}) if last else None,
    )


def _plans(session: Session, person_id: str, period: Period, awards: Sequence[DayAward]) -> dict[str, Plan]:
    """The plans of the month in the order of time, by hash."""
    hashes = [row.plan_hash for row in list_inputs(session, [(person_id, period)])]
    hashes += [award.plan_hash for award in awards]
    return {plan_hash: plan_from_document(get_document(session, plan_hash)) for plan_hash in dict.fromkeys(hashes)}


def _given(plan: Plan, award: DayAward) -> Given:
    rule = plan.points[award.rule]
    english, bulgarian = (award_words(rule, award, language) for language in ("en", "bg"))
    return Given(award, rule.label, rule.label_bg or rule.label, english, bulgarian)


def _by_rule(given: Sequence[Given]) -> list[RulePoints]:
    found: dict[str, RulePoints] = {}
    for item in given:
        known = found.get(item.award.rule)
        points, days = (known.points, known.days) if known else (0, 0)
        found[item.award.rule] = RulePoints(
            item.award.rule, item.label, item.label_bg, points + item.award.points, days + 1
        )
    return sorted(found.values(), key=lambda rule: (-rule.points, rule.rule))


def _streaks(session: Session, person: Person, plan: Plan, period: Period, today: date) -> list[StreakNow]:
    months = [period.preceding.preceding, period.preceding, period]
    kept = list_streaks(session, [(person.person_id, month) for month in months])
    own = [item for item in kept if item.plan_id == plan.id]
    until = min(today, period.last_day)
    awards = list_points(session, [person.person_id], months[0].first_day, until)
    present = _present(session, person, plan.id, months, until)
    found = []
    for rule in plan.points.values():
        if rule.kind != "streak":
            continue
        done = {award.day for award in awards if award.rule == rule.id and award.length}
        known = {item.period: item for item in own if item.rule == rule.id}
        # Today is counted as soon as it is done, and is not missed before it is over.
        days = [day for day in present if Period.of(day) in known and (day < today or day in done)]
        length = _length(known, period, [day for day in days if Period.of(day) == period], done, rule.freezes_per_month)
        latest = days[-LAST_DAYS:]
        met = sum(day in done for day in latest)
        found.append(StreakNow(rule.id, rule.label, rule.label_bg or rule.label, length, met, len(latest)))
    return found


def _length(
    known: Mapping[Period, StreakMonth], period: Period, days: Sequence[date], done: set[date], freezes: int
) -> int:
    """The length on the evening of the last of the days of a month."""
    if period in known:
        carried = known[period].carried_in
    else:
        carried = known[period.preceding].carried_out if period.preceding in known else 0
    return (streak_lengths([day in done for day in days], freezes, carried) or [carried])[-1]


def _present(session: Session, person: Person, role: str, months: Sequence[Period], until: date) -> list[date]:
    """The working days of these months, until a day, on which the person was there in the role."""
    first, last = months[0].first_day, months[-1].last_day
    calendar = get_work_calendar(session, first, last)
    absences = list_absences(session, [person.person_id], first, last)
    held = [item for item in list_assignments_of(session, [person.person_id]) if item.role == role]
    days = [day for month in months for day in month.days if day <= until]
    return [
        day
        for day in days_present(calendar, person, absences, days)
        if any(item.starts_on <= day and (item.ends_on is None or day <= item.ends_on) for item in held)
    ]


def _badges_won(session: Session, person_id: str) -> list[BadgeShown]:
    """Each badge once, also where two roles of the person have one of the same name."""
    found: dict[str, BadgeShown] = {}
    for item in list_badges_won(session, person_id):
        badge = plan_from_document(get_document(session, item.plan_hash)).badges[item.badge]
        found.setdefault(item.badge, BadgeShown(item.badge, badge.label, badge.label_bg or badge.label, item.day))
    return list(found.values())


def _following(session: Session, person_id: str, plan: Plan, won: set[str]) -> BadgeShown | None:
    """Of the badges not won the one that is nearest, if one is a matter of reaching a number."""
    asked = [(badge, *found) for badge in plan.badges.values() if badge.id not in won and (found := _asks(badge))]
    if not asked:
        return None
    sums = sum_facts(session, [person_id], ((date.min, date.max),), list(plan.metrics)).get(person_id, {})
    parts = [
        (min(max(value_of(plan.metrics[metric], sums, plan.metrics) / wanted, Fraction(0)), Fraction(1)), badge)
        for badge, metric, wanted in asked
    ]
    part, badge = max(parts, key=lambda item: item[0])
    return BadgeShown(badge.id, badge.label, badge.label_bg or badge.label, None, part)


def _asks(badge: Badge) -> tuple[str, Fraction] | None:
    """The metric and the number of a condition like `lifetime.deals >= 100`."""
    match badge.when:
        case Compare(op=">=", left=Name(name=name), right=Const(value=Fraction() as wanted)) if wanted > 0:
            return name.removeprefix(LIFETIME), wanted
        case _:
            return None
