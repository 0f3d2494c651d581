"""What senders are told while PostgreSQL is slow, frozen or gone, or Redis is: by a real server, in time."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from tests import servers, services
from tests.journey.installation import Answer, Installation, ask, new_installation, serving, stimul_here, taken

IN_TIME_S = 15
"""Ten times the promised second and a half: the machine of a test may be busy."""


@pytest.fixture
def postgres() -> Iterator[servers.Server]:
    """A PostgreSQL of this test alone, which it may freeze."""
    programs = services.postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL was not found")
    server = servers.start_postgres(programs)
    yield server
    freeze(server, signal.SIGCONT)
    servers.stop(server)


def freeze(server: servers.Server, word: signal.Signals = signal.SIGSTOP) -> None:
    """Stop the server and all its processes where they are, or let them go on."""
    if server.process.poll() is None:
        children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
        for pid in [server.process.pid, *map(int, children)]:
            # One of them may end because whoever it served is gone.
            with suppress(ProcessLookupError):
                os.kill(pid, word)


@pytest.fixture
def installation(postgres: servers.Server, tmp_path: Path) -> Installation:
    return new_installation(tmp_path, postgres.url)


def key_of(installation: Installation) -> str:
    stimul_here(installation, "sources", "add", "crm", "--kind", "native")
    made = stimul_here(
        installation, "keys", "create", "--name", "x", "--scope", "events:write", "--source", "crm", "--format", "json"
    )
    return str(json.loads(made)["key"])


def send(installation: Installation, key: str, number: int) -> tuple[Answer, float]:
    """One void, and how long its answer took."""
    body = json.dumps({"id": f"v{number}", "op": "void", "target": "t", "time": "2026-11-23T11:00:00Z"})
    began = time.monotonic()
    answer = ask(installation, "POST", "/v1/events", body, Authorization=f"Bearer {key}")
    return answer, time.monotonic() - began


def sent(installation: Installation, key: str, number: int) -> Answer:
    """One void that is taken in the end."""
    return taken(lambda: send(installation, key, number)[0])


def stored(server: servers.Server) -> int:
    with psycopg.connect(server.url) as connection:
        row = connection.execute("SELECT count(*) FROM event").fetchone()
    assert row is not None
    return int(row[0])


def test_08_while_the_database_is_slow_or_frozen_or_gone_the_answer_is_503_in_time_and_nothing_is_half_stored(
    postgres: servers.Server, installation: Installation
) -> None:
    key = key_of(installation)
    with serving(installation):
        assert sent(installation, key, 1).status == 202
        with psycopg.connect(postgres.url) as other:
            other.execute("LOCK TABLE event_identity")
            slow, slow_s = send(installation, key, 2)
        freeze(postgres)
        frozen, frozen_s = send(installation, key, 3)
        freeze(postgres, signal.SIGCONT)
        assert sent(installation, key, 4).status == 202
        for answer, took_s in ((slow, slow_s), (frozen, frozen_s)):
            assert (answer.status, answer.json["code"]) == (503, "database_busy")
            assert took_s < IN_TIME_S
        assert stored(postgres) == 2
        assert sent(installation, key, 2).json["summary"] == {"accepted": 1}
        servers.stop(postgres)
        gone, gone_s = send(installation, key, 5)
        assert gone.status == 503
        assert gone_s < IN_TIME_S
        print(f"slow {slow_s:.2f} s, frozen {frozen_s:.2f} s, gone {gone_s:.2f} s")  # noqa: T201 - shown with -s: the figures of the manual


def test_07_without_redis_events_are_taken_all_the_same(
    private_redis: servers.Server, postgres_tables: str, tmp_path: Path
) -> None:
    installation = new_installation(tmp_path, postgres_tables, private_redis.url)
    key = key_of(installation)
    with serving(installation):
        assert sent(installation, key, 1).status == 202
        servers.stop(private_redis)
        answer, took_s = send(installation, key, 2)
        assert answer.status == 202
        assert took_s < 3
        print(f"without Redis {took_s:.3f} s")  # noqa: T201 - shown with -s: the figures of the manual
