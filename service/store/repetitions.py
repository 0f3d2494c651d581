"""Rows of requests with an Idempotency-Key and of their answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from service.domain.repetition import Answer, Earlier, Request
from service.store.dialect import insert_new
from service.store.intake_tables import idempotency

KEY = ("credential", "method", "path", "name")


def add_new_request(session: Session, request: Request, now: datetime) -> bool:
    """Note that a request runs; False where one of that name is there. Two at once wait for each other."""
    row = {name: getattr(request, name) for name in (*KEY, "fingerprint")} | {"began_at": now}
    return bool(insert_new(session, idempotency, [row], KEY, ("name",)))


def get_request(session: Session, request: Request) -> Earlier:
    """The request of that name."""
    row = session.execute(select(idempotency).where(_same(request))).one()
    answer = None
    if row.status is not None:
        answer = Answer(row.status, row.content_type, row.delivery_id, row.answer)
    return Earlier(row.fingerprint, row.began_at, answer)


def keep_answer(session: Session, request: Request, answer: Answer) -> None:
    """Keep what a running request was answered."""
    values = {
        "status": answer.status,
        "content_type": answer.content_type,
        "delivery_id": answer.delivery_id,
        "answer": answer.body,
    }
    session.execute(update(idempotency).where(_same(request)).values(values))


def delete_request(session: Session, request: Request) -> None:
    """Forget a request."""
    session.execute(delete(idempotency).where(_same(request)))


def delete_requests_before(session: Session, moment: datetime) -> None:
    """Forget requests that began before a moment."""
    session.execute(delete(idempotency).where(idempotency.c.began_at < moment))


def _same(request: Request) -> ColumnElement[bool]:
    columns = idempotency.c
    return (
        (columns.credential == request.credential)
        & (columns.method == request.method)
        & (columns.path == request.path)
        & (columns.name == request.name)
    )
