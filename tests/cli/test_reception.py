"""Requests as they come in, in whatever pieces: a thread that has one never waits for the rest of it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest
from gunicorn.config import Config
from gunicorn.http import get_parser
from hypothesis import given
from hypothesis import strategies as st

from service.cli.reception import HEAD_BYTES, HungUpError, Reception, RefusedError

HEAD = b"POST /v1/events HTTP/1.1\r\nHost: x\r\n"
BODIES = st.binary(max_size=300)


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, Reception]]:
    """A client, and what receives from it."""
    client, server = socket.socketpair()
    with closing(client), closing(server):
        server.settimeout(0)
        reception = Reception(server)
        reception.expect_next(b"")
        yield client, reception


@st.composite
def requests(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """A request as it is on the wire, with its body."""
    body = draw(BODIES)
    if draw(st.booleans()):
        return HEAD + f"content-length: {len(body)}\r\n\r\n".encode() + body, body
    pieces = draw(st.lists(BODIES.filter(bool), max_size=4))
    ending = draw(st.sampled_from(["", ";a=b", ' ; x="0"']))
    chunks = [f"{len(piece):x}{ending}\r\n".encode() + piece + b"\r\n" for piece in pieces]
    trailers = draw(st.sampled_from([b"", b"X-One: 1\r\n", b"X-One: 1\r\nX-Two: 2\r\n"]))
    sent = HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(chunks) + b"0\r\n" + trailers + b"\r\n"
    return sent, b"".join(pieces)


@given(requests(), st.lists(st.integers(1, 200), max_size=10), st.binary(max_size=20))
def test_a_request_in_any_pieces_is_given_on_when_the_parser_finds_all_of_it_and_not_before(
    request: tuple[bytes, bytes], sizes: list[int], following: bytes
) -> None:
    sent, body = request
    client, server = socket.socketpair()
    with closing(client), closing(server):
        server.settimeout(0)
        reception = Reception(server)
        reception.expect_next(b"")
        place = 0
        for size in sizes:
            if place + size < len(sent):
                client.sendall(sent[place : place + size])
                place += size
                assert not reception.is_whole()
        client.sendall(sent[place:] + following)
        assert reception.is_whole()
        parser = get_parser(Config(), reception, ("127.0.0.1", 1))
        assert next(parser).body.read() == body
        reception.expect_next(parser.unreader.take_buffered())
        assert reception.held == len(following)


@pytest.mark.parametrize(
    "sent",
    [
        b"\r\n\r\n",
        b"nonsense\r\n\r\n",
        HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
        HEAD + b"Content-Length: 9x\r\n\r\n",
        HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n",
        HEAD + b"Content-Length : 5\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1" * 9000,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcde0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    ],
)
def test_a_thread_never_waits_for_more_of_what_is_no_request(
    pair: tuple[socket.socket, Reception], sent: bytes
) -> None:
    client, reception = pair
    client.sendall(sent)
    if not reception.is_whole():
        return
    with pytest.raises(Exception, match=r".*") as refused:
        next(get_parser(Config(), reception, ("127.0.0.1", 1))).body.read()
    assert not isinstance(refused.value, BlockingIOError | TimeoutError)


def test_a_head_without_an_end_is_refused(pair: tuple[socket.socket, Reception]) -> None:
    client, reception = pair
    client.settimeout(0)
    sent, part = 0, b"x" * 4096
    while sent <= HEAD_BYTES - len(part):
        sent += client.send(part)
        assert not reception.is_whole()
    client.send(part)
    client.send(part)
    with pytest.raises(RefusedError, match="Too Large"):
        reception.is_whole()


def test_a_client_that_hangs_up_is_nobody_to_answer_unless_it_said_something(
    pair: tuple[socket.socket, Reception],
) -> None:
    client, reception = pair
    client.sendall(HEAD)
    assert not reception.is_whole()
    client.close()
    assert reception.is_whole()
    reception.recv(1000)
    assert reception.recv(1000) == b""
    reception.expect_next(b"")
    with pytest.raises(HungUpError):
        reception.is_whole()
