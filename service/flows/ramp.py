"""Bring the ramps of roles up to the present day: targets that rise week by week, or wait for the group."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.domain.crew import Crew
from service.domain.period import Period, months_between
from service.domain.person import Absence, Assignment
from service.domain.ramp import RAMP_LOOKS_BACK, WEEK, RampWeek, monday_of
from service.domain.team import by_person
from service.plans import Plan, plan_from_document
from service.plans.month_figures import plan_lookup
from service.plans.ramps import RampSpan, RoleRamps, ramped_standards
from service.store.calendar import get_work_calendar
from service.store.month_work import adder
from service.store.people import list_absences, list_assignments, list_assignments_of, list_people_of
from service.store.plans import PlanInForce, get_document, list_in_force
from service.store.ramps import (
    add_new_baselines,
    drop_undecided,
    find_undecided,
    list_baselines,
    list_ramp_weeks,
    lock_ramps,
    replace_ramp_weeks,
)
from service.store.session import follow_up
from service.store.stale import mark_stale
from service.store.targets import list_targets

PersonMonth = tuple[str, Period]
"""A person and a month: the unit of scoring."""


def ramp(session: Session, months: Sequence[PersonMonth], *, today: date, now: datetime) -> None:
    """Work out the ramps of the roles of these person-months since the earliest of them; nobody else does meanwhile.

    Whose steps become others is marked to be scored again; these person-months are about to be.
    """
    if not months:
        return
    first = min(period for _, period in months).first_day
    last = max(*(period for _, period in months), Period.of(today)).last_day
    roles = {item.role for item in list_assignments_of(session, {person_id for person_id, _ in months})}
    dated = _plans(session, list_in_force(session, roles, first, last))
    for role in sorted(roles):
        standards = ramped_standards(plan for plan_id, _, _, plan in dated if plan_id == role)
        if standards:
            lock_ramps(session)
            held = list_assignments(session, monday_of(first), last)
            people = {item.person_id for item in held if item.role == role}
            task = _Task(role, people, standards, first, last, today)
            _mark_changed(session, _bring_up(session, task, now), months, task, now)
    drop_undecided(session, {person_id for person_id, _ in months}, today)


_Dated = tuple[str, date, date | None, Plan]


@dataclass(frozen=True, slots=True)
class _Task:
    """One role with its people, and the days whose facts may have changed, to the end of a month."""

    role: str
    person_ids: Collection[str]
    standards: Sequence[str]
    first: date
    last: date
    today: date


def _bring_up(session: Session, task: _Task, now: datetime) -> set[RampWeek]:
    """Replace the weeks of a role; those that are not as they were."""
    undecided = find_undecided(session, task.role, task.person_ids, task.today)
    begin = monday_of(min(task.first, undecided or task.first))
    since = begin - WEEK
    known = [
        week
        for week in list_ramp_weeks(session, task.person_ids, since, date.max)
        if week.role == task.role and week.last_day >= since
    ]
    crew = _crew(session, task, begin)
    dated = _plans(session, list_in_force(session, [task.role], since, task.last))
    carried = [week for week in known if week.first_day < begin]
    ramps = RoleRamps(crew, plan_lookup(dated), carried, list_baselines(session, task.role, task.person_ids))
    weeks = ramps.weeks(RampSpan(begin, task.last, task.today), task.standards, _changes(crew, dated, begin, task.last))
    replace_ramp_weeks(session, task.role, task.person_ids, since, weeks)
    add_new_baselines(session, task.role, ramps.begun, now)
    return set(known) ^ set(weeks)


def _crew(session: Session, task: _Task, begin: date) -> Crew:
    """Everything of the role that the weeks rest on, the weeks before the first one included."""
    first, last = Period.of(begin - RAMP_LOOKS_BACK).first_day, task.last
    absences: dict[str, list[Absence]] = {}
    for absence in list_absences(session, task.person_ids, first, last):
        absences.setdefault(absence.person_id, []).append(absence)
    return Crew(
        role=task.role,
        calendar=get_work_calendar(session, first, last),
        people={person.person_id: person for person in list_people_of(session, task.person_ids)},
        assignments=by_person(list_assignments_of(session, task.person_ids)),
        absences=absences,
        targets={
            (person_id, period, standard): amount
            for period in months_between(Period.of(first), Period.of(last))
            for (person_id, standard), amount in list_targets(session, period, task.person_ids).items()
        },
        add_up=adder(session, task.person_ids),
    )


def _changes(crew: Crew, dated: Sequence[_Dated], begin: date, last: date) -> set[date]:
    """The days on which the table may ask something else: of months, of plans, and of what somebody is."""
    assigned: list[Assignment] = [item for own in crew.assignments.values() for item in own]
    days = {item.starts_on for item in assigned} | {person.hired_on for person in crew.people.values()}
    days |= {starts_on for _, starts_on, _, _ in dated}
    days |= {period.first_day for period in months_between(Period.of(begin), Period.of(last))}
    return {day for day in days if begin <= day <= last}


def _plans(session: Session, versions: Sequence[PlanInForce]) -> list[_Dated]:
    return [
        (row.plan_id, row.starts_on, row.ends_on, plan_from_document(get_document(session, row.plan_hash)))
        for row in versions
    ]


def _mark_changed(
    session: Session, changed: Collection[RampWeek], months: Sequence[PersonMonth], task: _Task, now: datetime
) -> None:
    latest = Period.of(task.today)
    stale = {
        (week.person_id, period)
        for week in changed
        for period in months_between(Period.of(week.first_day), Period.of(week.last_day))
        if period <= latest
    } - set(months)
    mark_stale(session, sorted(stale), now)
    if stale:
        follow_up(session, "refresh")
