"""The work of a month: per person and segment the days, salaries, facts and assigned targets that plans are given."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from service.domain.pay_basis import PayBasis, pay_bases
from service.domain.period import Period
from service.store.calendar import get_work_calendar
from service.store.facts import FactSum, sum_facts
from service.store.people import list_absences, list_assignments_of, list_people_of
from service.store.targets import list_targets


@dataclass(frozen=True, slots=True)
class SegmentWork:
    """One segment of a month: the facts of its days by metric, and the targets assigned by standard."""

    person_id: str
    period: Period
    basis: PayBasis
    facts: Mapping[str, FactSum]
    targets: Mapping[str, Decimal]

    @property
    def stored(self) -> dict[str, int]:
        """The facts as whole numbers in the unit they are kept in."""
        return {metric: total.value for metric, total in self.facts.items()}


def list_month_work(session: Session, period: Period, person_ids: Collection[str]) -> list[SegmentWork]:
    """The segments of these people's month, by person and in the order of time."""
    cut = _bases(session, period, person_ids)
    spans = sorted({(basis.segment.first_day, basis.segment.last_day) for _, basis in cut})
    facts = {span: sum_facts(session, person_ids, *span) for span in spans}
    assigned = list_targets(session, period, person_ids)
    return [
        SegmentWork(
            person_id,
            period,
            basis,
            facts[basis.segment.first_day, basis.segment.last_day].get(person_id, {}),
            {standard: amount for (person, standard), amount in assigned.items() if person == person_id},
        )
        for person_id, basis in cut
    ]


def _bases(session: Session, period: Period, person_ids: Collection[str]) -> list[tuple[str, PayBasis]]:
    calendar = get_work_calendar(session, period.first_day, period.last_day)
    assignments = list_assignments_of(session, person_ids)
    absences = list_absences(session, person_ids, period.first_day, period.last_day)
    return [
        (person.person_id, basis)
        for person in list_people_of(session, person_ids)
        for basis in pay_bases(
            person,
            [item for item in assignments if item.person_id == person.person_id],
            [item for item in absences if item.person_id == person.person_id],
            calendar,
            period,
        )
    ]
