"""Senders that are slow and events that are late, on a real server on PostgreSQL."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack

from tests.hostile.conftest import Target, a_moment_ago
from tests.hostile.messages import a_payment, one, results
from tests.journey.installation import ANSWER_TIMEOUT_S, stimul_here, until

SLOW_SENDERS = 3
"""Fewer than the threads of a web process, each of which one slow sender holds; a proxy in front keeps off more."""


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


def test_30_a_few_senders_of_a_byte_a_second_keep_nobody_else_waiting(target: Target) -> None:
    head = b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
    with ExitStack() as held:
        slow = [
            held.enter_context(socket.create_connection(("127.0.0.1", target.installation.port), ANSWER_TIMEOUT_S))
            for _ in range(SLOW_SENDERS)
        ]
        for byte in range(3):
            for connection in slow:
                connection.sendall(head[byte : byte + 1])
            time.sleep(0.2)
        assert one(target.send(a_payment("q30", time=a_moment_ago()))) == (202, "accepted", "")
