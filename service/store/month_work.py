"""The work of a month as it is recorded: what scorecards, pay and the trial of a draft are computed from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from service.domain.company_month import AddUp, CompanyMonth
from service.domain.days import Days
from service.domain.measured import Sums
from service.domain.period import Period
from service.domain.person import Absence
from service.domain.ramp import RampWeek
from service.domain.team import by_person, everybody_below, trees
from service.store.awards import list_streaks
from service.store.calendar import get_work_calendar
from service.store.deals import list_won_deals
from service.store.fact_days import DaySums, sum_facts_by_day
from service.store.facts import sum_facts
from service.store.people import list_absences, list_assignments_below, list_assignments_of, list_people_of
from service.store.ramps import list_ramp_weeks
from service.store.targets import list_targets


def get_company_month(session: Session, period: Period, person_ids: Collection[str]) -> CompanyMonth:
    """What is recorded of these people's month and of everybody below them in it."""
    first, last = period.first_day, period.last_day
    grown = trees(list_assignments_below(session, person_ids, first, last), first, last)
    concerned = sorted({*person_ids, *everybody_below(grown, person_ids)})
    absences: dict[str, list[Absence]] = {}
    for absence in list_absences(session, concerned, first, last):
        absences.setdefault(absence.person_id, []).append(absence)
    days = _ByDay(session, period, [sorted(person_ids), concerned])
    return CompanyMonth(
        period=period,
        calendar=get_work_calendar(session, first, last),
        people={person.person_id: person for person in list_people_of(session, concerned)},
        assignments=by_person(list_assignments_of(session, concerned)),
        absences=absences,
        targets=list_targets(session, period, concerned),
        trees=grown,
        add_up=adder(session, concerned),
        by_day=days.facts,
        carried=days.carried,
        ramps=_by_person(list_ramp_weeks(session, concerned, first, last)),
        won=lambda person_id: list_won_deals(session, person_id, period),
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


class _ByDay:
    """Reads what points rest on, for the people who are asked about; for everybody below them only if need be."""

    def __init__(self, session: Session, period: Period, circles: Sequence[Sequence[str]]) -> None:
        self._session, self._period, self._circles = session, period, circles
        self._facts: DaySums = {}
        self._carried: dict[str, dict[tuple[str, str], int]] = {}

    def facts(self, person_id: str) -> Mapping[date, Sums]:
        """The facts of a person by day."""
        if person_id not in self._facts:
            circle, period = self._circle(person_id), self._period
            found = sum_facts_by_day(self._session, circle, period.first_day, period.last_day)
            self._facts |= {name: found.get(name, {}) for name in circle}
        return self._facts[person_id]

    def carried(self, person_id: str) -> Mapping[tuple[str, str], int]:
        """How long a person's streaks were on the evening before the month, by plan and rule."""
        if person_id not in self._carried:
            circle = self._circle(person_id)
            self._carried |= {name: {} for name in circle}
            for item in list_streaks(self._session, [(name, self._period.preceding) for name in circle]):
                self._carried[item.person_id][item.plan_id, item.rule] = item.carried_out
        return self._carried[person_id]

    def _circle(self, person_id: str) -> Sequence[str]:
        return next((circle for circle in self._circles if person_id in circle), [person_id])
