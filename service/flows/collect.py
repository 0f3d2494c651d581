"""Collect: lay what a close knew into empty tables as it is, to be written down elsewhere; nothing is counted."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.known import Knows, Records
from service.plans.words import words_of
from service.store.known import put_known
from service.store.recalled import put_documents, put_events, put_plans, put_statements
from service.store.vocabulary import list_vocabularies


def collect(session: Session, records: Records) -> None:
    """Write these records; people, plans and balances into their tables too, so that it can be asked what is needed."""
    put_plans(session, records.plans)
    put_statements(session, records.statements)
    measures = words_of((version.starts_on, version.document) for version in list_vocabularies(session)).measures
    put_events(session, records.events, measures)
    put_known(session, records.known)
    put_documents(session, [one for one in records.known if one.kind not in {Knows.MONTH, Knows.DEAL}])
