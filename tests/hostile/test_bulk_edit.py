"""A bulk edit in a CRM: two thousand hooks at once, then silence; real processes on PostgreSQL, and Redis."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import random
import resource
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

import psycopg
import pytest

from service.config import new_secrets_key
from service.runtime import system_clock
from tests.hostile.conftest import TOKEN
from tests.journey.installation import Installation, ask, new_installation, serving, stimul_here, until, working
from tests.repository import ROOT

OWNERS, DEALS, CHANGES = 25, 500, 4
HOOKS = DEALS * CHANGES

PATIENCE_S = 250
"""A process takes these hooks in 10 to 30 seconds; a loaded machine needs more."""

FILES = HOOKS + 200
"""Open files of this test: each hook has a connection of its own, all at the same time."""

PEOPLE = "person_id,name,hired_on,starts_on,role,grade,fixed_salary,soft_salary,aliases\n" + "".join(
    f"p{number:02},P{number},2025-01-01,2025-01-01,closer,middle,1000,500,bulk={number}\n" for number in range(OWNERS)
)


def amount(deal: int) -> int:
    """What a deal is worth at the moment it is won, in whole euros; before and after it is worth something else."""
    return 1_500 + deal


def edits(deal: int, began: datetime) -> list[bytes]:
    """What happens to a deal, in its order, property by property: its owner, its amount, its win, another amount."""
    steps = (
        ("hubspot_owner_id", str(deal % OWNERS)),
        ("amount", str(amount(deal))),
        ("dealstage", "closedwon"),
        ("amount", "9999"),
    )
    known = {"portalId": 9, "subscriptionId": 1, "appId": 3, "attemptNumber": 0, "objectId": deal}
    found = []
    for number, (name, value) in enumerate(steps):
        at = int((began + timedelta(minutes=number)).timestamp() * 1_000)
        told = {"subscriptionType": "deal.propertyChange", "propertyName": name, "propertyValue": value}
        found.append(json.dumps([{**known, **told, "eventId": at, "occurredAt": at}]).encode())
    return found


def hooks() -> list[bytes]:
    """All of it as it arrives: one property of all deals after the other, many of them before an earlier one."""
    began = system_clock() - timedelta(days=1)
    steps = zip(*(edits(deal, began) for deal in range(DEALS)), strict=True)
    chance = random.Random(40)  # noqa: S311 - chance that can be repeated is the point
    late = sorted((place + chance.uniform(0, 1.5 * DEALS), body) for place, body in enumerate(chain(*steps)))
    return [body for _, body in late]


@contextmanager
def files_allowed() -> Iterator[None]:
    """Let this process open as many connections as there are hooks."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < FILES:
        pytest.skip(f"this machine allows a process {most} open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(allowed, FILES), most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))


def signed(port: int, body: bytes) -> bytes:
    """A whole request, signed as HubSpot signs."""
    stamp = str(int(time.time() * 1_000))
    told = f"POST{address(port)}/v1/hooks/bulk".encode() + body + stamp.encode()
    signature = base64.b64encode(hmac.new(TOKEN.encode(), told, hashlib.sha256).digest()).decode()
    lines = (
        *("POST /v1/hooks/bulk HTTP/1.1", "Host: x", "Content-Type: application/json", "Connection: close"),
        *(f"X-HubSpot-Signature-v3: {signature}", f"X-HubSpot-Request-Timestamp: {stamp}"),
        *(f"Content-Length: {len(body)}", "", ""),
    )
    return "\r\n".join(lines).encode() + body


def address(port: int) -> str:
    """What others know the service by."""
    return f"http://127.0.0.1:{port}"


async def all_at_once(port: int, bodies: list[bytes]) -> list[tuple[str, float]]:
    """Send every body over a connection of its own, once all of them stand; each status, and after how long it came."""
    loop = asyncio.get_running_loop()
    lines = [await asyncio.open_connection("127.0.0.1", port) for _ in bodies]

    async def send(line: tuple[asyncio.StreamReader, asyncio.StreamWriter], body: bytes) -> tuple[str, float]:
        reader, writer = line
        writer.write(signed(port, body))
        began = loop.time()
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return answer[9:12].decode(), loop.time() - began

    return await asyncio.wait_for(asyncio.gather(*map(send, lines, bodies)), PATIENCE_S)


@pytest.fixture
def installation(postgres_tables: str, redis_url: str, tmp_path: Path) -> Installation:
    found = new_installation(tmp_path, postgres_tables, redis_url)
    extra = {"STIMUL_SECRETS_KEY": new_secrets_key(), "STIMUL_PUBLIC_URL": address(found.port)}
    found = replace(found, environment={**found.environment, **extra})
    (tmp_path / "token").write_text(TOKEN)
    (tmp_path / "people.csv").write_text(PEOPLE)
    stimul_here(found, "sources", "add", "bulk", "--kind", "hubspot", "--token-file", "token")
    stimul_here(found, "plan", "publish", "closer", "--rules", str(ROOT / "rules"), "--without-notice", "a test")
    stimul_here(found, "people", "import", "people.csv")
    return found


def test_40_two_thousand_hooks_at_once_are_all_taken_then_visible_then_scored_as_they_happened(
    installation: Installation, postgres_tables: str
) -> None:
    def rows(query: str) -> list[tuple[object, ...]]:
        with psycopg.connect(postgres_tables) as connection:
            return connection.execute(query).fetchall()

    def waiting() -> int:
        return int(ask(installation, "GET", "/readyz").json["waiting"])

    stimul_here(installation, "refresh")
    with serving(installation), files_allowed():
        told = asyncio.run(all_at_once(installation.port, hooks()))
        assert Counter(status for status, _ in told) == {"202": HOOKS}
        assert rows("SELECT count(*), count(DISTINCT body_hash) FROM delivery") == [(HOOKS, HOOKS)]
        assert rows("SELECT count(*) FROM object_change") == [(HOOKS,)]
        assert waiting() >= OWNERS
        with working(installation):
            until(lambda: waiting() == 0, "all is scored", timeout_s=PATIENCE_S)
    assert rows("SELECT reason FROM quarantine") == []
    wins = rows("SELECT person_id, sum(value)::bigint FROM fact WHERE metric = 'deals_won' GROUP BY 1 ORDER BY 1")
    money = rows("SELECT person_id, sum(value)::bigint FROM fact WHERE metric = 'won_amount' GROUP BY 1 ORDER BY 1")
    own = [range(owner, DEALS, OWNERS) for owner in range(OWNERS)]
    assert wins == [(f"p{owner:02}", len(own[owner])) for owner in range(OWNERS)]
    assert money == [(f"p{owner:02}", sum(map(amount, own[owner])) * 100) for owner in range(OWNERS)]
    assert len(rows("SELECT 1 FROM scorecard WHERE person_id IN (SELECT person_id FROM fact)")) >= OWNERS
    waits = sorted(wait for _, wait in told)
    print(f"answers after {waits[len(waits) // 2]:.1f} s (half of them) to {waits[-1]:.1f} s (all)")  # noqa: T201 - shown with -s: the figures of the manual
