"""Ids: random bytes, and the text of base32 that stands for bytes."""

from __future__ import annotations

import os
import secrets

PIECE_BYTES = 20
"""Random bytes of an id: 160 bits, of which the longest id shows 130."""

PIECES = 256
"""Ids whose bytes are drawn at once: every draw gives way to other threads, which costs many times the bytes."""

# Two characters of base32 at a time: the library works in Python, and a batch asks for a thousand receipts.
_DIGITS = "abcdefghijklmnopqrstuvwxyz234567"
_BASE32 = tuple(first + second for first in _DIGITS for second in _DIGITS)

_drawn: list[bytes] = []
# A process that is forked must not give the ids of the one it comes from.
os.register_at_fork(after_in_child=_drawn.clear)


def random_bytes() -> bytes:
    """20 random bytes that nobody else gets."""
    while True:
        try:
            return _drawn.pop()
        except IndexError:
            block = secrets.token_bytes(PIECE_BYTES * PIECES)
            _drawn.extend([block[place : place + PIECE_BYTES] for place in range(0, len(block), PIECE_BYTES)])


def base32_text(content: bytes, length: int) -> str:
    """The first characters of bytes in base32, in small letters; an even number that the bytes are enough for."""
    number, bits = int.from_bytes(content), 8 * len(content)
    return "".join([_BASE32[number >> place & 1023] for place in range(bits - 10, bits - 5 * length - 1, -10)])
