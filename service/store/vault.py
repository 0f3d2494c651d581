"""The vault: what others entrusted to us and we must be able to read again, encrypted with a key from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from service.domain.errors import BusyError


class NoSecretsKeyError(BusyError):
    """A secret was to be kept or read, and no key to encrypt it with is set."""

    code = "no_secrets_key"

    def __init__(self) -> None:
        super().__init__(
            "Secrets of senders and bank accounts are kept encrypted, and STIMUL_SECRETS_KEY is not set. Make a key "
            "with `stimul keys secrets`, set it for every process and start them again."
        )


class SecretUnreadableError(BusyError):
    """A secret was encrypted with a key that is not set any more."""

    code = "secret_unreadable"

    def __init__(self) -> None:
        super().__init__(
            "A secret or a bank account was encrypted with another key. Add the earlier key to STIMUL_SECRETS_KEY, "
            "after the present one and a comma."
        )


@dataclass(frozen=True, slots=True)
class Vault:
    """What seals with the first of its keys and opens with any of them, so that a key can be replaced in use."""

    keys: Sequence[str] = ()

    def seal(self, secret: str) -> str:
        """The secret, encrypted."""
        return self._box().encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """The secret again."""
        try:
            return self._box().decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise SecretUnreadableError from None

    def seal_again(self, sealed: str) -> str:
        """The same secret under the first key."""
        try:
            return self._box().rotate(sealed.encode()).decode()
        except InvalidToken:
            raise SecretUnreadableError from None

    def _box(self) -> MultiFernet:
        if not self.keys:
            raise NoSecretsKeyError
        return MultiFernet([Fernet(key) for key in self.keys])
