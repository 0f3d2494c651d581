"""The mistakes Stimul can report, one class per mistake, grouped into families."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding inside a larger refusal: a machine word, a place and a sentence."""

    code: str
    detail: str
    pointer: str = ""


class StimulError(Exception):
    """A mistake with a sentence for the person who reads it.

    `code` is the stable machine word; it is the slug of the problem type in the API and is listed in docs/operating.md.
    Every family below has one HTTP status, given in `service/api/errors.py` and nowhere else.
    """

    code = "error"
    title = "Something is wrong"

    def __init__(self, detail: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.problems = problems


class MalformedError(StimulError):
    """The message cannot be read at all (400)."""

    code = "malformed"
    title = "The message cannot be read"


class InvalidError(StimulError):
    """The message was read and its content is wrong (422)."""

    code = "invalid"
    title = "The content is not valid"


class UnauthorizedError(StimulError):
    """No credentials, or wrong ones (401)."""

    code = "unauthorized"
    title = "Credentials are missing or wrong"


class ForbiddenError(StimulError):
    """The credentials are good and do not allow this (403)."""

    code = "forbidden"
    title = "Not allowed"


class NotFoundError(StimulError):
    """What was asked for does not exist (404)."""

    code = "not_found"
    title = "Not found"


class BusinessConflictError(StimulError):
    """The request contradicts the state of the books (409)."""

    code = "conflict"
    title = "Not possible in the present state"


class GoneError(StimulError):
    """It existed and was retired on purpose (410)."""

    code = "gone"
    title = "Retired"


class TooLargeError(StimulError):
    """Over a published limit (413)."""

    code = "too_large"
    title = "Over the limit"


class UnsupportedError(StimulError):
    """A media type or encoding we do not read (415)."""

    code = "unsupported_media_type"
    title = "Media type or encoding not supported"


class BusyError(StimulError):
    """Cannot be made durable just now; send it again (503)."""

    code = "busy"
    title = "Try again"
