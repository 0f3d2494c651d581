"""Next steps: what the next things done would pay in a person's month, and what more can be imagined of."""

from __future__ import annotations

import json
from datetime import date

from sqlalchemy.orm import Session

from service.domain.metric import Metric
from service.domain.period import Period
from service.domain.what_if import ADDED_UP
from service.plans import Plan, missing_inputs, plan_from_document
from service.plans.given import Given
from service.plans.hints import Hint, hints
from service.plans.month_inputs import inputs_from_snapshot
from service.store.periods import find_period
from service.store.plans import get_document
from service.store.scorecards import InputRow, list_inputs

STEPS_SHOWN = 3
"""Next steps of a month: what somebody can keep in mind while working."""


def next_steps(session: Session, person_id: str, period: Period, today: date) -> list[Hint]:
    """What more would pay under the plan the person has now, the best first; nothing once the month is over."""
    row = _latest(session, person_id, period, today)
    if row is None:
        return []
    plan, inputs = _plan(session, row), inputs_from_snapshot(json.loads(row.snapshot))
    return [] if missing_inputs(plan, inputs) else hints(plan, Given(inputs, period))[:STEPS_SHOWN]


def metrics_to_imagine(session: Session, person_id: str, period: Period, today: date) -> list[Metric]:
    """The metrics of the person's plan of which more can be done, by title."""
    row = _latest(session, person_id, period, today)
    metrics = _plan(session, row).metrics.values() if row is not None else ()
    return sorted((item for item in metrics if item.aggregation in ADDED_UP), key=lambda item: item.title)


def _latest(session: Session, person_id: str, period: Period, today: date) -> InputRow | None:
    """The last stretch of an open month that is not over."""
    if today > period.last_day or find_period(session, period).state.is_closed:
        return None
    rows = list_inputs(session, [(person_id, period)])
    return rows[-1] if rows else None


def _plan(session: Session, row: InputRow) -> Plan:
    return plan_from_document(get_document(session, row.plan_hash))
