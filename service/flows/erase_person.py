"""Erasing a person: nothing but the statements of finance tells any more who it was, and every paid line stays."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from service.domain.audit import PERSON_ERASED, AuditEntry
from service.domain.privacy import (
    ERASED,
    MoneyStillOpenError,
    StillEmployedError,
    Traces,
    demand_reason,
    new_stand_in,
    without_traces,
)
from service.store import erasures
from service.store.accounts import find_account_of
from service.store.aliases import list_aliases_of_people
from service.store.audit import add_new_audit
from service.store.known import erase_known_aliases
from service.store.parts import list_held
from service.store.people import get_person


def erase_person(session: Session, person_id: str, reason: str, by: str, *, today: date, now: datetime) -> None:
    """Replace names, numbers and user ids of somebody who left, everywhere but in what finance must keep.

    The person id stays, as the key of the ledger. User ids give way to stand-ins under which the aliases still find
    the person, so that a rebuild counts the same. Raises `InvalidReasonError`, `UnknownPersonError`,
    `StillEmployedError` or `MoneyStillOpenError`.
    """
    demand_reason(reason)
    known = get_person(session, person_id)
    if known.is_employed(today) or known.hired_on > today:
        raise StillEmployedError(person_id)
    held = {str(item.part.due_on or "held back") for item in list_held(session, [person_id]) if item.part.amount_minor}
    if waiting := {*erasures.list_open_money(session, person_id), *held}:
        raise MoneyStillOpenError(person_id, waiting)
    aliases = list_aliases_of_people(session, [person_id])
    account = find_account_of(session, person_id)
    subjects = {(item.source_id, item.subject): new_stand_in() for item in aliases}
    texts = {known.name: ERASED, **dict.fromkeys(erasures.list_personnel_numbers(session, person_id), ERASED)}
    if account is not None:
        texts |= {text: person_id for text in (account.login, account.oidc_subject) if text and text != person_id}
    traces = Traces(texts, subjects)
    shared = erasures.list_shared_subjects(session, person_id, subjects)
    alone = Traces(texts, {key: put for key, put in subjects.items() if key not in shared})
    erasure_id = erasures.begin_erasure(session, person_id, by, now)
    erasures.erase_events(session, person_id, aliases, traces)
    erase_known_aliases(session, person_id, subjects)
    erasures.erase_person_rows(session, person_id, ERASED, traces)
    erasures.erase_everywhere(session, alone)
    erasures.end_erasure(session, erasure_id, now)
    why = without_traces(reason, alone.sought)
    add_new_audit(session, AuditEntry(now, by, PERSON_ERASED, person_id, {"reason": why}))
