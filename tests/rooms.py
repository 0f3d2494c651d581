"""A database and a Redis number of a test's own on a server that others may use too."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import redis
from psycopg import sql
from sqlalchemy import make_url

HIGHEST_NUMBER = 15
"""A Redis server has 16 numbers unless told otherwise; people start at 0, so the tests start at the other end."""

CLAIM_KEY = "stimul:test:claim"

# A number is ours when it is empty, or when its claim is of a test run that no longer lives (ARGV[2]); one atomic step.
_CLAIM = """
local holder = redis.call('GET', KEYS[1])
if (not holder and redis.call('DBSIZE') == 0) or (holder and holder == ARGV[2]) then
    redis.call('FLUSHDB')
    redis.call('SET', KEYS[1], ARGV[1])
    return 1
end
return 0
"""

# Empties the number only while it is ours, and keeps the claim on it without a gap.
_EMPTY = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('FLUSHDB')
if ARGV[2] == 'keep' then redis.call('SET', KEYS[1], ARGV[1]) end
return 1
"""


class NoRoomError(Exception):
    """Every number of the Redis server is in use."""


class RoomLostError(Exception):
    """Somebody else emptied or took the number we had claimed."""


@dataclass(frozen=True, slots=True)
class RedisRoom:
    """A claimed number: its address and the word that says it is ours."""

    url: str
    claim: str


def database_address(server_url: str, name: str) -> str:
    """The address of a database on the same server."""
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


@contextmanager
def database(server_url: str, name: str, template: str = "template1") -> Iterator[str]:
    """A database of our own, new, and dropped at the end; a template makes it a copy."""
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(create)
    try:
        yield database_address(server_url, name)
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(drop)


def claim_redis(server_url: str) -> RedisRoom:
    """Claim a number that nobody uses, from 15 downwards; a number with keys that are not ours is never touched."""
    for number in range(HIGHEST_NUMBER, 0, -1):
        url = make_url(server_url).set(database=str(number)).render_as_string(hide_password=False)
        room = claim_number(url)
        if room:
            return room
    raise NoRoomError("All numbers of the Redis server are in use; let TEST_REDIS_URL name another server.")


def claim_number(url: str) -> RedisRoom | None:
    """Claim this number if it is empty, or if the test run that held it has died."""
    claim = f"{socket.gethostname()}:{os.getpid()}"
    with redis.Redis.from_url(url) as client:
        holder = _text(client.get(CLAIM_KEY))
        dead = holder if holder and _is_dead(holder) else ""
        won = client.register_script(_CLAIM)(keys=[CLAIM_KEY], args=[claim, dead])
    return RedisRoom(url, claim) if won else None


def empty_redis(room: RedisRoom) -> None:
    """Forget every key of our number but the claim."""
    _empty(room, "keep")


def leave_redis(room: RedisRoom) -> None:
    """Give the number back, empty."""
    _empty(room, "leave")


def _empty(room: RedisRoom, claim: str) -> None:
    with redis.Redis.from_url(room.url) as client:
        if not client.register_script(_EMPTY)(keys=[CLAIM_KEY], args=[room.claim, claim]):
            raise RoomLostError(f"{room.url} no longer carries our claim; a test flushed it, or somebody else did.")


def _is_dead(holder: str) -> bool:
    """Whether the claim is of a process of this machine that has ended."""
    host, _, process = holder.rpartition(":")
    return host == socket.gethostname() and process.isdigit() and not Path(f"/proc/{process}").exists()


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else ""
