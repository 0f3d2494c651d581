"""Who asks: bearer keys and their scopes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import g, request

from service.api.once import once
from service.api.reader import Blueprint
from service.domain.errors import BusyError, ForbiddenError, UnauthorizedError
from service.domain.key import Key, Scope, parse_key
from service.domain.permission import opened_by
from service.domain.source import is_secret, secret_hash
from service.flows.note_key_use import note_key_use
from service.reports.keys import find_key
from service.runtime import current

LOG = logging.getLogger(__name__)

_NOBODY = secret_hash("no key has this secret")

_Parameters = ParamSpec("_Parameters")
_Answer = TypeVar("_Answer")


class NoKeyError(UnauthorizedError):
    """A request without a key of ours."""

    code = "no_key"

    def __init__(self) -> None:
        super().__init__("Send your API key in the header: Authorization: Bearer sk_...")


class WrongKeyError(UnauthorizedError):
    """A key that was never given out or is no longer in use."""

    code = "wrong_key"

    def __init__(self) -> None:
        super().__init__("This API key opens nothing: it is mistyped or was retired. Ask for a new one.")


class ScopeMissingError(ForbiddenError):
    """A good key that was not made for this."""

    code = "scope_missing"

    def __init__(self, scope: Scope) -> None:
        super().__init__(f'This API key does not allow "{scope}". Use one that does; `stimul keys list` shows them.')


def requires(scope: str) -> Callable[[Callable[_Parameters, _Answer]], Callable[_Parameters, _Answer]]:
    """Let a request in only with a key that allows this scope."""
    needed = Scope(scope)

    def decorate(view: Callable[_Parameters, _Answer]) -> Callable[_Parameters, _Answer]:
        @wraps(view)
        def guarded(*args: _Parameters.args, **named: _Parameters.kwargs) -> _Answer:
            key = authenticated()
            if not key.allows(needed):
                raise ScopeMissingError(needed)
            g.key = key
            return once(key.key_id, lambda: view(*args, **named))

        return opened_by(needed, Blueprint.doc(security=[{"key": [needed.value]}])(guarded))

    return decorate


def credential() -> Key:
    """The key that the present request was let in with."""
    key = g.key
    assert isinstance(key, Key)
    return key


def authenticated() -> Key:
    """The key that the present request brings."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise NoKeyError
    key_id, secret = parse_key(text.strip()) or ("", "")
    with current().reading() as session:
        key = find_key(session, key_id) if key_id else None
    if key is None:
        # The same work as for a key that exists, so that the time of the answer does not tell which ones do.
        is_secret(secret, _NOBODY)
        raise WrongKeyError
    if not key.opens_with(secret):
        raise WrongKeyError
    _note_use(key)
    return key


def _note_use(key: Key) -> None:
    now = current().now()
    if not key.use_is_news(now):
        return
    try:
        with current().transaction() as session:
            note_key_use(session, key, now=now)
    except BusyError:
        LOG.warning("the last use of key %s could not be noted", key.key_id)
