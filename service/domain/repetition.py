"""A repetition: the same request sent again under the same Idempotency-Key, which gets the same answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.domain.errors import BusinessConflictError, InvalidError, MalformedError

KEPT = timedelta(days=7)
"""How long an answer is kept: longer than any sender tries again."""

LONGEST_RUN = timedelta(seconds=90)
"""A request that began longer ago ended without an answer: its process was killed (a web process ends it after 60)."""

MOST_ANSWER_BYTES = 1024 * 1024
"""Largest answer that is kept; the answer to a full batch is a fifth of it."""

_NAME = re.compile(r"[\x20-\x7e]{1,255}")


class InvalidIdempotencyKeyError(MalformedError):
    """An Idempotency-Key that is none."""

    code = "invalid_idempotency_key"

    def __init__(self) -> None:
        super().__init__("An Idempotency-Key is 1 to 255 printable characters of ASCII, in double quotes.")


class StillRunningError(BusinessConflictError):
    """The first request with this Idempotency-Key has no answer yet."""

    code = "still_running"

    def __init__(self) -> None:
        super().__init__("The first request with this Idempotency-Key is still running. Ask again in a few seconds.")


class OtherBodyError(InvalidError):
    """An Idempotency-Key that came with another body before."""

    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key came with another body before. Use a new one for a new request.")


@dataclass(frozen=True, slots=True)
class Request:
    """What makes two requests the same: who asks, for what, under which name; `fingerprint` is sha256 of the body."""

    credential: str
    method: str
    path: str
    name: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered."""

    status: int
    content_type: str
    delivery_id: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier request of that name: when it began, the hash of its body, and its answer once there is one."""

    fingerprint: str
    began_at: datetime
    answer: Answer | None

    def is_over(self, now: datetime) -> bool:
        """Whether it counts no more: forgotten, or broken off."""
        age = now - self.began_at
        return age > KEPT or (self.answer is None and age > LONGEST_RUN)


def name_of(header: str) -> str:
    """The name in an Idempotency-Key header: a structured-field string, or the bare text that most clients send."""
    text = header.strip()
    if len(text) > 1 and text.startswith('"') and text.endswith('"'):
        text = re.sub(r'\\(["\\])', r"\1", text[1:-1])
    if not _NAME.fullmatch(text):
        raise InvalidIdempotencyKeyError
    return text


def answer_again(request: Request, earlier: Earlier) -> Answer:
    """The answer to give again; an error where there is none to give."""
    if earlier.fingerprint != request.fingerprint:
        raise OtherBodyError
    if earlier.answer is None:
        raise StillRunningError
    return earlier.answer
