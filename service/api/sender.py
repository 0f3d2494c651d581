"""Who sends events: a source with its API key, or with a signature of Standard Webhooks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import g, request

from service.api.auth import ScopeMissingError, authenticated
from service.api.batch import in_time
from service.api.known_senders import SenderChangedError, known_senders
from service.api.once import HEADER as IDEMPOTENCY_KEY
from service.api.once import once
from service.api.reader import Blueprint, read_body
from service.domain.delivery import Trust
from service.domain.errors import ForbiddenError, UnauthorizedError
from service.domain.key import Scope
from service.domain.permission import opened_by
from service.domain.rate import Ask, TooManyRequestsError
from service.domain.source import Source, SourceRetiredError, SourceState
from service.reports.sources import find_source
from service.runtime import current
from service.sources.standard_webhooks import SignedHeaders, is_readable, is_timely, secret_bytes, signer

_Parameters = ParamSpec("_Parameters")
_Answer = TypeVar("_Answer")


class KeyWithoutSourceError(ForbiddenError):
    """A key that was made for no source tried to send events."""

    code = "key_without_source"

    def __init__(self) -> None:
        super().__init__("This API key belongs to no source, so nobody knows whose events these are. Use the source's.")


class WrongSignatureError(UnauthorizedError):
    """A signed message whose signature is not one of an active key of its source."""

    code = "wrong_signature"

    def __init__(self) -> None:
        super().__init__(
            "The signature is not one of an active key of the source that ?source= names, or its headers are not those "
            "of Standard Webhooks 1.0: webhook-id, webhook-timestamp in seconds, webhook-signature with v1 signatures."
        )


class StaleSignatureError(UnauthorizedError):
    """A signed message whose time is too far from ours."""

    code = "stale_signature"

    def __init__(self) -> None:
        super().__init__("webhook-timestamp is not within five minutes of our time, in seconds. Sign it again.")


@dataclass(frozen=True, slots=True)
class Sender:
    """A source that proved who it is, and how; `state` is what proved it, where that was not read for it alone."""

    source: Source
    trust: Trust
    credential: str
    state: SourceState | None = None


def sends(view: Callable[_Parameters, _Answer]) -> Callable[_Parameters, _Answer]:
    """Let a request in only from a source that proves itself and keeps to its rate."""

    @wraps(view)
    def guarded(*args: _Parameters.args, **named: _Parameters.kwargs) -> _Answer:
        if "webhook-signature" in request.headers:
            read_body()
        try:
            return welcomed(*args, **named)
        except SenderChangedError:
            known_senders().forget(sender().source.source_id)
            return welcomed(*args, **named)

    def welcomed(*args: _Parameters.args, **named: _Parameters.kwargs) -> _Answer:
        with in_time():
            g.sender = _signed() if "webhook-signature" in request.headers else _with_key()
        if g.sender.source.retired_at is not None:
            raise SourceRetiredError(g.sender.source.source_id)
        demand_rate("requests", 1, g.sender.source.requests_per_s)
        return once(g.sender.credential, lambda: view(*args, **named))

    security = [{"key": [Scope.EVENTS_WRITE.value]}, {"signature": []}]
    return opened_by(Scope.EVENTS_WRITE, Blueprint.doc(security=security)(guarded))


def sender() -> Sender:
    """Who sent the present request."""
    found = g.sender
    assert isinstance(found, Sender)
    return found


def demand_events(count: int) -> None:
    """Refuse more events than the rate of the source allows."""
    if count:
        demand_rate("events", count, sender().source.events_per_s)


def demand_rate(what: str, amount: int, per_s: int) -> None:
    """Refuse what is over a rate of the sender."""
    wait = current().rates(Ask(f"{sender().source.source_id}:{what}", amount, per_s), current().now())
    if wait:
        raise TooManyRequestsError(wait.total_seconds())


def _with_key() -> Sender:
    key = authenticated()
    if not key.allows(Scope.EVENTS_WRITE):
        raise ScopeMissingError(Scope.EVENTS_WRITE)
    if key.source_id is None:
        raise KeyWithoutSourceError
    with current().reading() as session:
        source = find_source(session, key.source_id)
    if source is None:
        raise SourceRetiredError(key.source_id)
    return Sender(source, Trust.SHARED, key.key_id)


def _signed() -> Sender:
    """The source that signed the message; what is no signature is refused before anything is looked up."""
    headers = SignedHeaders(
        request.headers.get("webhook-id", ""),
        request.headers.get("webhook-timestamp", ""),
        request.headers.get("webhook-signature", ""),
    )
    if not is_readable(headers):
        raise WrongSignatureError
    if not is_timely(headers, current().now()):
        raise StaleSignatureError
    body = read_body()
    # An answer that is given again comes from no transaction that would compare the state of the source.
    for known in known_senders().tries(request.args.get("source", ""), afresh=IDEMPOTENCY_KEY in request.headers):
        keys = list(known.secrets())
        found = signer(headers, body, [secret_bytes(secret) or b"" for _, secret in keys])
        if found is not None:
            key = keys[found][0]
            known.note_use(key)
            return Sender(known.source, Trust.TIMED, key.key_id, known.state)
    raise WrongSignatureError
