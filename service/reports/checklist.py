"""The checklist of a month before it is closed."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from service.domain.checklist import CheckItem, Matter, is_blocked, named
from service.domain.event import JsonValue
from service.domain.period import Period
from service.plans import Plan, plan_from_document
from service.plans.month_inputs import lacking
from service.store.earnings import find_unposted_period
from service.store.matters import list_warnings
from service.store.people import list_people_employed
from service.store.periods import find_period
from service.store.plans import get_document
from service.store.scorecards import list_period_inputs, list_scored_people
from service.store.stale import list_stale_people


def checklist(session: Session, period: Period, *, today: date) -> list[CheckItem]:
    """Everything that is looked at before a month is closed, in the order in which it is settled."""
    employed = {person.person_id for person in list_people_employed(session, period.first_day, period.last_day)}
    scored = list_scored_people(session, period)
    earlier = find_unposted_period(session, period)
    uncalculated = sorted({*list_stale_people(session, period), *(employed - scored)})
    return [
        CheckItem(Matter.NOT_OVER, int(today <= period.last_day)),
        named(Matter.EARLIER_OPEN, [str(earlier)] if earlier else []),
        CheckItem(Matter.NOTHING_TO_CLOSE, int(not employed and not scored)),
        named(Matter.STALE_WORK, uncalculated),
        named(Matter.MISSING_INPUTS, _lacking(session, period)),
        *list_warnings(session, period),
    ]


def checklist_document(session: Session, period: Period, *, today: date) -> dict[str, JsonValue]:
    """The checklist as JSON; `closable` says whether nothing keeps the month from being closed."""
    items = checklist(session, period, today=today)
    state = find_period(session, period).state
    return {
        "period": str(period),
        "state": state.on(today, period.last_day).value,
        "closable": not is_blocked(items) and not state.is_closed,
        "items": [item.as_json(period) for item in items],
    }


def _lacking(session: Session, period: Period) -> list[str]:
    plans: dict[str, Plan] = {}
    rows = list_period_inputs(session, period)
    for row in rows:
        if row.plan_hash not in plans:
            plans[row.plan_hash] = plan_from_document(get_document(session, row.plan_hash))
    missing = lacking((row.person_id, plans[row.plan_hash], row.snapshot) for row in rows)
    return [f"{person_id}: {', '.join(names)}" for person_id, names in sorted(missing.items())]
