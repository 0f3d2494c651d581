"""Which months of whom must be counted again for a month: its own, corrected ones, those it accumulates over."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy.orm import Session

from service.domain.period import Period, months_between
from service.domain.team import everybody_below, trees
from service.plans import plan_from_document
from service.plans.accumulated import first_month
from service.store.people import list_assignments
from service.store.plans import get_document, list_in_force

PersonMonth = tuple[str, Period]
"""A person and a month."""


def recall_needs(session: Session, period: Period, corrected: Iterable[PersonMonth]) -> dict[Period, set[str] | None]:
    """The people of whom each month is needed, those below them included; None: everybody."""
    needed: dict[Period, set[str] | None] = {}
    for month, people in sorted(_by_month(corrected).items()):
        _add(session, needed, month, people)
    everybody = {item.person_id for item in list_assignments(session, period.first_day, period.last_day)}
    _add(session, needed, period, everybody)
    needed[period] = None
    return needed


def _add(session: Session, needed: dict[Period, set[str] | None], month: Period, people: Collection[str]) -> None:
    """Add a month of these people, and the months before over which rules of theirs accumulate."""
    _put(session, needed, month, people)
    begin, concerned = _accumulating(session, month, people)
    for earlier in months_between(begin, month.preceding):
        _put(session, needed, earlier, concerned)


def _put(session: Session, needed: dict[Period, set[str] | None], month: Period, people: Collection[str]) -> None:
    grown = trees(list_assignments(session, month.first_day, month.last_day), month.first_day, month.last_day)
    before = needed.setdefault(month, set())
    if before is not None:
        needed[month] = before | {*people, *everybody_below(grown, people)}


def _accumulating(session: Session, month: Period, people: Collection[str]) -> tuple[Period, set[str]]:
    """From which month on rules accumulate, and those of the people whose roles of this month have such a plan."""
    held = list_assignments(session, month.first_day, month.last_day)
    roles = {item.role for item in held if item.person_id in people}
    begins = {
        row.plan_id: begin
        for row in list_in_force(session, roles, month.first_day, month.last_day)
        if (begin := first_month(plan_from_document(get_document(session, row.plan_hash)), month))
    }
    concerned = {item.person_id for item in held if item.person_id in people and item.role in begins}
    return min(begins.values(), default=month), concerned


def _by_month(months: Iterable[PersonMonth]) -> dict[Period, set[str]]:
    found: dict[Period, set[str]] = {}
    for person_id, month in months:
        found.setdefault(month, set()).add(person_id)
    return found
