"""Ending a request with an Idempotency-Key: its answer is kept, or it is forgotten and may be tried again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.repetition import MOST_ANSWER_BYTES, Answer, Request
from service.store.repetitions import delete_request, keep_answer


def end_request(session: Session, request: Request, answer: Answer | None) -> None:
    """Keep the answer; without one, or with one too large to keep, the same request runs again."""
    if answer is None or len(answer.body) > MOST_ANSWER_BYTES:
        delete_request(session, request)
    else:
        keep_answer(session, request, answer)
