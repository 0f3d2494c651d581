"""The vault: secrets encrypted at rest, and keys that replace each other."""

from __future__ import annotations

import pytest

from service.config import new_secrets_key
from service.store.vault import NoSecretsKeyError, SecretUnreadableError, Vault

OLD, NEW = new_secrets_key(), new_secrets_key()


def test_a_secret_comes_back_and_is_not_to_be_seen() -> None:
    sealed = Vault([OLD]).seal("whsec_abc")
    assert "whsec" not in sealed
    assert Vault([OLD]).open(sealed) == "whsec_abc"
    assert Vault([OLD]).seal("whsec_abc") != sealed


def test_without_a_key_nothing_is_kept_in_the_clear() -> None:
    with pytest.raises(NoSecretsKeyError, match="STIMUL_SECRETS_KEY"):
        Vault().seal("whsec_abc")


def test_a_new_key_before_the_old_one_reads_what_the_old_one_sealed_and_can_take_its_place() -> None:
    sealed = Vault([OLD]).seal("whsec_abc")
    both = Vault([NEW, OLD])
    assert both.open(sealed) == "whsec_abc"
    assert Vault([NEW]).open(both.seal_again(sealed)) == "whsec_abc"


def test_a_secret_under_a_key_that_is_gone_says_what_to_do() -> None:
    sealed = Vault([OLD]).seal("whsec_abc")
    for use in (Vault([NEW]).open, Vault([NEW]).seal_again):
        with pytest.raises(SecretUnreadableError, match="earlier key"):
            use(sealed)
