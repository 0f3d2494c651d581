"""Signatures under the documents of the books: ed25519, one key that signs and the public keys that are trusted."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from service.domain.errors import BusyError

KEY_ID_CHARACTERS = 16
"""64 bits of the hash of a public key: nobody has so many keys that two of them look alike."""


class NoSigningKeyError(BusyError):
    """A document of the books was to be signed, and no key to sign it with is set."""

    code = "no_signing_key"

    def __init__(self) -> None:
        super().__init__(
            "Every document of the books is signed, and STIMUL_SIGNING_KEY is not set. Make a key with `stimul keys "
            "signing`, set it for every process and start them again. Nothing was changed."
        )


def new_signing_key() -> str:
    """A key for STIMUL_SIGNING_KEY: 32 random bytes in URL-safe base64."""
    raw = Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    return base64.urlsafe_b64encode(raw).decode()


def public_key_of(signing_key: str) -> str:
    """The public key that belongs to a signing key, in URL-safe base64: what others may know."""
    public = _private(signing_key).public_key()
    return base64.urlsafe_b64encode(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def is_public_key(text: str) -> bool:
    """Whether a text is a public key in URL-safe base64."""
    try:
        Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(text))
    except ValueError:
        return False
    return True


def key_id_of(public_key: str) -> str:
    """The short name of a public key, computed from it: no other key can take its place under this name."""
    return hashlib.sha256(base64.urlsafe_b64decode(public_key)).hexdigest()[:KEY_ID_CHARACTERS]


def signature_of(signing_key: str, text: str) -> str:
    """The signature of a text, in URL-safe base64."""
    return base64.urlsafe_b64encode(_private(signing_key).sign(text.encode())).decode()


def is_signed(public_key: str, signature: str, text: str) -> bool:
    """Whether the owner of a public key signed exactly this text."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(public_key))
        key.verify(base64.urlsafe_b64decode(signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class Keyring:
    """The key that signs (empty: none), and the public keys that are trusted beside its own."""

    signing_key: str = field(default="", repr=False)
    trusted_keys: Sequence[str] = ()

    def demand_key(self) -> str:
        """The key that signs, or a `NoSigningKeyError`."""
        if not self.signing_key:
            raise NoSigningKeyError
        return self.signing_key

    def trusted(self) -> dict[str, str]:
        """The trusted public keys by their names."""
        own = [public_key_of(self.signing_key)] if self.signing_key else []
        return {key_id_of(key): key for key in [*own, *self.trusted_keys]}


def _private(signing_key: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(signing_key))
