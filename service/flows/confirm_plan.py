"""Confirm a plan: keep that a person has read the version that pays them now or next."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from service.domain.confirmation import Confirmation, PlanNotForPersonError
from service.store.confirmations import add_new_confirmation, get_confirmation
from service.store.plan_readers import list_plans_of


def confirm_plan(session: Session, confirmation: Confirmation, *, today: date) -> Confirmation:
    """Keep a confirmation and return what is kept: a second one of the same version changes nothing.

    Raises `UnknownPersonError`, or `PlanNotForPersonError` if the hash is of no plan of the person's.
    """
    offered = list_plans_of(session, confirmation.person_id, today)
    if confirmation.plan_hash not in {item.plan_hash for item in offered}:
        raise PlanNotForPersonError(confirmation.person_id)
    add_new_confirmation(session, confirmation)
    return get_confirmation(session, confirmation.person_id, confirmation.plan_hash)
