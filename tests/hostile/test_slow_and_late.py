"""Senders that are slow and events that are late, on a real server on PostgreSQL."""

from __future__ import annotations

import json
import socket
import time
from contextlib import ExitStack, suppress

from service.cli.reception import RECEIVE_S
from service.cli.serve import THREADS
from service.cli.web_worker import HELD_BYTES, SEND_S
from tests.hostile.conftest import Target, a_moment_ago
from tests.hostile.messages import a_payment, one, results
from tests.journey.installation import ANSWER_TIMEOUT_S, stimul_here, until

SLOW_SENDERS = 3 * THREADS
"""A third of them slow with the headers, a third with a body of announced length, a third with one in chunks."""

BOUNDED_S = 5.0
"""A good sender is answered within this, on a machine with much else to do; it takes some twenty milliseconds."""

FULL_S = 6.0

A_MEGABYTE = 1024 * 1024


def test_12_an_event_of_a_closed_month_is_late_and_corrects_the_open_one_and_never_the_statement(
    target: Target,
) -> None:
    september = "2026-09-10T10:00:00Z"
    assert one(target.send(a_payment("l12-in-time", "1000.00", time=september))) == (202, "accepted", "")
    until(lambda: bool(target.rows("SELECT 1 FROM scorecard WHERE period = '2026-09'")), "September is scored")
    stimul_here(target.installation, "period", "close", "2026-09")
    told = "SELECT document, document_hash FROM statement WHERE person_id = 'ann' AND period = '2026-09'"
    before = target.rows(told)
    assert before
    answer = target.send(a_payment("l12-late", "60000.00", time=september))
    [item] = results(answer)
    assert (answer.status, item["status"], item["late"]) == (202, "accepted", True)
    corrections = """SELECT sum(amount_minor) FROM earning_line
                     WHERE person_id = 'ann' AND month_worked = '2026-09' AND period > '2026-09'"""
    until(lambda: target.rows(corrections) != [(None,)], "the open month has a correction of September")
    assert target.rows(told) == before


def test_30_slow_senders_keep_nobody_waiting_and_are_told_that_they_are_too_slow(target: Target) -> None:
    body = json.dumps(a_payment("q30-slow", time=a_moment_ago())).encode()
    length, chunked = f"Content-Length: {len(body)}", "Transfer-Encoding: chunked"
    begun = [b"", _head(target, length), _head(target, chunked) + f"{len(body):x}\r\n".encode()]
    with ExitStack() as held:
        slow = [_connected(target, held) for _ in range(SLOW_SENDERS)]
        for number, connection in enumerate(slow):
            connection.sendall(begun[number % 3])
        began, step, longest_s = time.monotonic(), 0, 0.0
        while time.monotonic() - began < RECEIVE_S - 1:
            for number, connection in enumerate(slow):
                text = body if number % 3 else _head(target, length)
                connection.sendall(text[step : step + 1])
            before = time.monotonic()
            assert one(target.send(a_payment(f"q30-{step}", time=a_moment_ago()))) == (202, "accepted", "")
            longest_s = max(longest_s, time.monotonic() - before)
            step += 1
            time.sleep(0.2)
        assert longest_s < BOUNDED_S
        assert {_said(connection)[:12] for connection in slow} == {b"HTTP/1.1 408"}
    assert not target.is_stored("q30-slow")


def test_30_a_sender_that_takes_a_while_is_taken(target: Target) -> None:
    body = json.dumps(a_payment("q30-while", time=a_moment_ago())).encode()
    for number, framing in enumerate((f"Content-Length: {len(body)}", "Transfer-Encoding: chunked")):
        pieces = [body[place : place + 40] for place in range(0, len(body), 40)]
        if number:
            pieces = [f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces] + [b"0\r\n\r\n"]
        with ExitStack() as held:
            connection = _connected(target, held)
            for piece in [_head(target, framing), *pieces]:
                connection.sendall(piece)
                time.sleep(0.1)
            assert _said(connection)[:12] == b"HTTP/1.1 202"
    assert target.is_stored("q30-while")


def test_30_a_sender_that_waits_for_a_word_gets_it(target: Target) -> None:
    body = json.dumps(a_payment("q30-word", time=a_moment_ago())).encode()
    with ExitStack() as held:
        connection = _connected(target, held)
        connection.sendall(_head(target, f"Content-Length: {len(body)}", "Expect: 100-continue"))
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert b"HTTP/1.1 202" in _said(connection)


def test_30_requests_that_come_at_once_on_one_connection_are_each_answered(target: Target) -> None:
    bodies = [json.dumps(a_payment(f"q30-line-{number}", time=a_moment_ago())).encode() for number in range(3)]
    with ExitStack() as held:
        connection = _connected(target, held)
        requests = [_head(target, f"Content-Length: {len(body)}", close=body is bodies[-1]) + body for body in bodies]
        connection.sendall(b"".join(requests))
        said = b""
        while found := connection.recv(65_536):
            said += found
    assert said.count(b"HTTP/1.1 202") == len(bodies)
    assert all(target.is_stored(f"q30-line-{number}") for number in range(3))


def test_30_what_slow_senders_make_the_server_hold_has_an_end(target: Target) -> None:
    enough = HELD_BYTES // A_MEGABYTE + 16
    with ExitStack() as held:
        slow = [_connected(target, held) for _ in range(enough)]
        for connection in slow:
            # Whoever is refused in the middle of it reads that it is.
            with suppress(OSError):
                connection.sendall(_head(target, f"Content-Length: {4 * A_MEGABYTE}") + b" " * A_MEGABYTE)
        until(lambda: any(_has_answer(connection) for connection in slow), "some senders are refused")
        assert one(target.send(a_payment("q30-room", time=a_moment_ago()))) == (202, "accepted", "")
        refused = [_said(connection) for connection in slow if _has_answer(connection)]
    assert len(refused) < enough
    assert all(b"HTTP/1.1 503" in said and b"Retry-After" in said for said in refused)


def test_30_clients_that_do_not_read_their_answers_keep_nobody_waiting_for_long(target: Target) -> None:
    with ExitStack() as held:
        for _ in range(2 * THREADS):
            mute = held.enter_context(socket.socket())
            mute.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            mute.connect(("127.0.0.1", target.installation.port))
            mute.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 100)
        # Until what the operating system takes for them is full, and every thread waits for one of them.
        time.sleep(FULL_S)
        before = time.monotonic()
        assert one(target.send(a_payment("q30-mute", time=a_moment_ago()))) == (202, "accepted", "")
        assert time.monotonic() - before < 2 * SEND_S + BOUNDED_S


def _connected(target: Target, held: ExitStack) -> socket.socket:
    address = ("127.0.0.1", target.installation.port)
    return held.enter_context(socket.create_connection(address, ANSWER_TIMEOUT_S))


def _head(target: Target, *headers: str, close: bool = False) -> bytes:
    """The head of a request that sends events; one that is to be the last of its connection says so."""
    ours = ("Host: x", "Content-Type: application/json", f"Authorization: Bearer {target.key}")
    ends = ("Connection: close",) if close else ()
    return "\r\n".join(["POST /v1/events HTTP/1.1", *ours, *headers, *ends, "", ""]).encode()


def _said(connection: socket.socket) -> bytes:
    with suppress(ConnectionError):
        return connection.recv(65_536)
    return b""


def _has_answer(connection: socket.socket) -> bool:
    connection.settimeout(0)
    try:
        return bool(connection.recv(1, socket.MSG_PEEK))
    except OSError:
        return False
    finally:
        connection.settimeout(ANSWER_TIMEOUT_S)
