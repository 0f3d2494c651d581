"""A device: a television that shows one board to a room, with a secret address of its own and nothing else."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.domain.account import new_token, token_hash
from service.domain.errors import InvalidError, NotFoundError

DEVICE_ID_BYTES = 8
"""64 bits name a device; they are not secret."""

DEVICE_NAME_CHARACTERS = 120
"""Longest name of a device: where it hangs."""

USE_STEP = timedelta(minutes=5)
"""`last_used_at` is written at most this often: a television asks three times a minute, all day."""


@dataclass(frozen=True, slots=True)
class Device:
    """One television as it is kept: the hash of its token, never the token."""

    device_id: str
    name: str
    board: str
    token_hash: str
    created_at: datetime
    created_by: str
    last_used_at: datetime | None = None
    retired_at: datetime | None = None

    def use_is_news(self, now: datetime) -> bool:
        """Whether its last use is long enough ago to be written again."""
        return self.last_used_at is None or now - self.last_used_at >= USE_STEP


class UnknownDeviceError(NotFoundError):
    """A device, or the address of one, that never was or was retired."""

    code = "unknown_device"

    def __init__(self, device_id: str = "") -> None:
        named = f' "{device_id[:40]}"' if device_id else ""
        super().__init__(f"There is no device{named} here. An administrator adds one with `stimul devices add`.")


class InvalidDeviceError(InvalidError):
    """A device that cannot be added as asked."""

    code = "invalid_device"


def new_device(name: str, board: str, by: str, *, now: datetime) -> tuple[Device, str]:
    """A device and its token, which is shown once and kept nowhere."""
    if not 1 <= len(name) <= DEVICE_NAME_CHARACTERS or not name.isprintable():
        raise InvalidDeviceError(
            f"Name the device in 1 to {DEVICE_NAME_CHARACTERS} printable characters, after the place where it hangs."
        )
    token = new_token()
    return Device(secrets.token_hex(DEVICE_ID_BYTES), name, board, token_hash(token), now, by), token
