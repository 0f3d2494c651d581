"""An API key: its text, its secret, and what it allows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.key import InvalidKeyError, Key, Scope, new_key, parse_key

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def a_key(*scopes: Scope) -> tuple[Key, str]:
    return new_key("a test", scopes or [Scope.EVENTS_READ], "crm", now=NOW)


def test_the_text_of_a_key_gives_its_id_and_secret_back() -> None:
    key, text = a_key()
    key_id, secret = parse_key(text) or ("", "")
    assert key_id == key.key_id
    assert key.opens_with(secret)
    assert secret not in repr(key)


def test_no_two_keys_are_alike() -> None:
    assert len({a_key()[1] for _ in range(100)}) == 100


def test_a_key_opens_with_its_own_secret_alone() -> None:
    key, _ = a_key()
    _, other = parse_key(a_key()[1]) or ("", "")
    assert not key.opens_with(other)
    assert not key.opens_with("")


@given(st.text(max_size=80))
def test_no_other_text_is_a_key(text: str) -> None:
    assert parse_key(text) is None


def test_admin_allows_everything_and_every_other_scope_itself() -> None:
    for scope in Scope:
        assert a_key(Scope.ADMIN)[0].allows(scope)
        assert [other for other in Scope if a_key(scope)[0].allows(other)] == (
            list(Scope) if scope is Scope.ADMIN else [scope]
        )


def test_a_use_is_news_after_a_minute() -> None:
    key = Key("k", "n", frozenset(), "", NOW, last_used_at=NOW)
    assert not key.use_is_news(NOW + timedelta(seconds=59))
    assert key.use_is_news(NOW + timedelta(seconds=60))


@pytest.mark.parametrize(
    ("name", "scopes"), [("", [Scope.ADMIN]), ("a\nb", [Scope.ADMIN]), ("x" * 121, [Scope.ADMIN]), ("x", [])]
)
def test_a_key_without_a_plain_name_or_a_scope_is_not_made(name: str, scopes: list[Scope]) -> None:
    with pytest.raises(InvalidKeyError):
        new_key(name, scopes, None, now=NOW)


def test_a_key_that_sends_events_needs_a_source() -> None:
    with pytest.raises(InvalidKeyError, match="--source"):
        new_key("x", [Scope.EVENTS_WRITE], None, now=NOW)
