"""A source: its name, and the token of its messages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from service.domain.source import InvalidSourceError, SourceKind, is_secret, new_source

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_of_the_token_a_hash_is_kept() -> None:
    source = new_source("bitrix", SourceKind.BITRIX24, "token-one", now=NOW)
    assert "token-one" not in repr(source)
    assert is_secret("token-one", source.token_hash or "")
    assert not is_secret("token-two", source.token_hash or "")


@pytest.mark.parametrize("name", ["", "CRM", "a b", "-a", "a/b", "a" * 64, "ж", "a\n"])
def test_a_name_that_could_not_stand_in_an_address_is_refused(name: str) -> None:
    with pytest.raises(InvalidSourceError):
        new_source(name, SourceKind.NATIVE, "", now=NOW)


@pytest.mark.parametrize(("kind", "token"), [(SourceKind.NATIVE, "x"), (SourceKind.BITRIX24, "")])
def test_a_token_belongs_to_those_who_send_one(kind: SourceKind, token: str) -> None:
    with pytest.raises(InvalidSourceError):
        new_source("crm", kind, token, now=NOW)
