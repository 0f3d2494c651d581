"""The work of a month as it is recorded: what scorecards, pay and the trial of a draft are computed from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy.orm import Session

from service.domain.company_month import AddUp, CompanyMonth
from service.domain.days import Days
from service.domain.measured import Sums
from service.domain.period import Period
from service.domain.person import Absence
from service.domain.ramp import RampWeek
from service.domain.team import by_person, everybody_below, trees
from service.store.calendar import get_work_calendar
from service.store.facts import sum_facts
from service.store.people import list_absences, list_assignments, list_assignments_of, list_people_of
from service.store.ramps import list_ramp_weeks
from service.store.targets import list_targets


def get_company_month(session: Session, period: Period, person_ids: Collection[str]) -> CompanyMonth:
    """What is recorded of these people's month and of everybody below them in it."""
    first, last = period.first_day, period.last_day
    grown = trees(list_assignments(session, first, last), first, last)
    concerned = sorted({*person_ids, *everybody_below(grown, person_ids)})
    absences: dict[str, list[Absence]] = {}
    for absence in list_absences(session, concerned, first, last):
        absences.setdefault(absence.person_id, []).append(absence)
    return CompanyMonth(
        period=period,
        calendar=get_work_calendar(session, first, last),
        people={person.person_id: person for person in list_people_of(session, concerned)},
        assignments=by_person(list_assignments_of(session, concerned)),
        absences=absences,
        targets=list_targets(session, period, concerned),
        trees=grown,
        add_up=adder(session, concerned),
        ramps=_by_person(list_ramp_weeks(session, concerned, first, last)),
    )


def adder(session: Session, person_ids: Collection[str]) -> AddUp:
    """What adds up the facts of these people."""
    return _Adder(session, person_ids).add_up


def _by_person(weeks: Iterable[RampWeek]) -> dict[str, list[RampWeek]]:
    found: dict[str, list[RampWeek]] = {}
    for week in weeks:
        found.setdefault(week.person_id, []).append(week)
    return found


class _Adder:
    """Adds up the facts of some people, each stretch of days with one query for all of them."""

    def __init__(self, session: Session, person_ids: Collection[str]) -> None:
        self._session, self._person_ids = session, person_ids
        self._known: dict[tuple[Days, frozenset[str]], Mapping[str, Sums]] = {}

    def add_up(self, days: Days, levels: Collection[str]) -> Mapping[str, Sums]:
        """The facts of all of them over these days."""
        asked = (days, frozenset(levels))
        if asked not in self._known:
            self._known[asked] = sum_facts(self._session, self._person_ids, days, levels)
        return self._known[asked]
