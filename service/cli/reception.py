"""One client's connection while its request comes in: what came so far, whether that is all, and until when it may."""

from __future__ import annotations

import errno
import socket
import time
from http import HTTPStatus

RECEIVE_S = 10.0
"""How long a request may take to come in, with its headers; a CRM sends one in a moment, and none of ours is typed."""

LEAST_BYTES_PER_S = 32 * 1024
"""A body that comes at least as fast may take as long as it needs: five megabytes over a poor line."""

HEAD_BYTES = 256 * 1024
"""Of a request line with all headers: above what the server itself lets through, which has words for each limit."""

WHOLE_BYTES = 11 * 1024 * 1024
"""A request up to here is received whole before a thread takes it: twice our largest body, since one that is a little
too large is read so that its sender comes to read our answer. What is larger is a file, and read as a stream."""

READ_BYTES = 256 * 1024
"""What is read at once, so that one fast client does not keep the others from being read."""

CHUNK_LINE_BYTES = 8_190
"""Longest line that tells the length of a chunk; the server refuses a longer one."""

NUMBER_CHARACTERS = 15
"""Digits of the longest length that is believed; a longer one the server refuses."""

_END = b"\r\n\r\n"


class RefusedError(Exception):
    """A request that cannot be waited for any longer."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class HungUpError(Exception):
    """The client hung up, or never said anything: there is nobody to answer."""


class Reception:
    """Reads a request without waiting until all of it is there; then gives it to the library's parser as a socket does.

    Only the parser decides what a request is. Where one ends is looked up here merely to know when a thread need not
    wait for it: what is no request at all is given on as soon as that shows.
    """

    def __init__(self, client: socket.socket) -> None:
        self._client = client
        self.awaits_word = self.has_word = False
        """Whether the client waits for a word before it sends the body; and whether it was told to go on."""
        self._data = bytearray()
        self._place = 0
        self._renew(0.0)

    @property
    def held(self) -> int:
        """Bytes in memory."""
        return len(self._data)

    @property
    def has_more(self) -> bool:
        """Whether the client has sent the beginning of a further request already."""
        return self._place < len(self._data)

    def expect_next(self, read_ahead: bytes) -> None:
        """Begin with the next request; `read_ahead` is what the parser took of it."""
        self._data[: self._place] = read_ahead
        self._place = 0
        self._renew(time.monotonic())

    def _renew(self, now: float) -> None:
        self._began, self._seen, self._head_end = now, 0, 0
        self._end: int | None = None
        self._is_chunked = self._is_over = self._is_answered = self.awaits_word = self.has_word = False

    def is_whole(self) -> bool:
        """Take what has come without waiting; whether a thread can have it now.

        Raises `RefusedError` for what is too long, and `HungUpError`.
        """
        if self._is_all():
            return True
        try:
            found = self._client.recv(READ_BYTES)
        except BlockingIOError:
            return False
        except OSError:
            raise HungUpError from None
        self._data += found
        if not found:
            if not self._data:
                raise HungUpError
            # The parser finds out that there is no more, and the application has words for it.
            self._is_over = True
        return self._is_over or self._is_all()

    def is_late(self) -> bool:
        """Whether the client is too slow to be waited for any longer."""
        return time.monotonic() - self._began > RECEIVE_S + len(self._data) / LEAST_BYTES_PER_S

    def answered(self) -> None:
        """Nobody waits for the rest of this request any more."""
        self._is_answered = True

    def recv(self, size: int) -> bytes:
        """What the parser reads: what is here, and beyond it only what is left of a request too large to be held."""
        end = len(self._data) if self._end is None else min(self._end, len(self._data))
        if self._place < end:
            found = bytes(memoryview(self._data)[self._place : min(self._place + size, end)])
            self._place += len(found)
            return found
        if self._is_over:
            return b""
        if self._is_answered or not self._is_file():
            raise ConnectionResetError(errno.ECONNRESET, "nobody waits for the rest of a request in a thread")
        self._client.settimeout(RECEIVE_S)
        try:
            return self._client.recv(size)
        except TimeoutError:
            raise ConnectionResetError(errno.ECONNRESET, "the rest of a request did not come") from None
        finally:
            self._client.settimeout(None)

    def _is_all(self) -> bool:
        if not self._head_end and not self._read_head():
            return False
        if self._is_chunked:
            self._pass_chunks()
        return (self._end is not None and self._end <= len(self._data)) or self._is_file()

    def _is_file(self) -> bool:
        """Whether it is more than is held of one request."""
        return max(self._end or 0, len(self._data)) > WHOLE_BYTES

    def _read_head(self) -> bool:
        place = self._data.find(_END, max(0, self._seen - len(_END)), HEAD_BYTES)
        self._seen = len(self._data)
        if place < 0:
            if len(self._data) > HEAD_BYTES:
                raise RefusedError(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            return False
        self._head_end = self._seen = place + len(_END)
        first, *lines = bytes(self._data[:place]).lower().split(b"\r\n")
        values = {name: value.strip() for name, _, value in (line.partition(b":") for line in lines)}
        self.awaits_word = first.endswith(b"http/1.1") and values.get(b"expect") == b"100-continue"
        self._is_chunked = b"transfer-encoding" in values
        if not self._is_chunked:
            length = values.get(b"content-length", b"0")
            self._end = self._head_end + (int(length) if _is_number(length, b"0123456789") else 0)
        return True

    def _pass_chunks(self) -> None:
        """Go on to the end of the last chunk that has come; what is no chunk ends the request here."""
        while self._end is None and self._seen <= len(self._data):
            line_end = self._data.find(b"\r\n", self._seen, self._seen + CHUNK_LINE_BYTES)
            if line_end < 0:
                if len(self._data) - self._seen >= CHUNK_LINE_BYTES:
                    self._end = len(self._data)
                return
            size = bytes(self._data[self._seen : line_end]).partition(b";")[0].strip()
            if not _is_number(size, b"0123456789abcdefABCDEF"):
                self._end = len(self._data)
            elif int(size, 16):
                self._seen = line_end + 2 + int(size, 16) + 2
            else:
                # The empty line that ends the trailers, of which there may be none.
                place = self._data.find(_END, line_end)
                self._end = place + len(_END) if place >= 0 else None
                return


def _is_number(text: bytes, digits: bytes) -> bool:
    return 0 < len(text) <= NUMBER_CHARACTERS and not text.strip(digits)
