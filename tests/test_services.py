"""The test workshop keeps its own promises: own databases, own Redis number, no word to other machines."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import psycopg
import pytest
import redis
from playwright.sync_api import Page

from tests import network, rooms, servers, services


def names_of_databases(server_url: str) -> set[str]:
    with psycopg.connect(server_url) as connection:
        return {row[0] for row in connection.execute("SELECT datname FROM pg_catalog.pg_database").fetchall()}


def test_a_test_cannot_reach_another_machine() -> None:
    with socket.socket() as outside, pytest.raises(network.OutsideError, match=r"192\.0\.2\.1"):
        outside.connect(("192.0.2.1", 443))


def test_a_test_cannot_look_up_another_machine() -> None:
    with pytest.raises(network.OutsideError, match=r"example\.com"):
        socket.getaddrinfo("example.com", 443)


def test_a_test_may_talk_to_its_own_machine() -> None:
    with socket.socket() as listener, socket.socket() as caller:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        caller.connect(listener.getsockname())


def test_a_database_of_its_own_is_empty_and_gone_afterwards(postgres_server: str) -> None:
    name = f"stimul_test_{os.getpid()}_gone"
    with rooms.database(postgres_server, name) as url, psycopg.connect(url) as connection:
        assert connection.execute(
            "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = 'public'"
        ).fetchone() == (0,)
        assert name in names_of_databases(postgres_server)
    assert name not in names_of_databases(postgres_server)


def test_a_database_can_be_a_copy_of_another(postgres_server: str) -> None:
    name = f"stimul_test_{os.getpid()}_first"
    with rooms.database(postgres_server, name) as first:
        with psycopg.connect(first) as connection:
            connection.execute("CREATE TABLE kept (n int)")
        with (
            rooms.database(postgres_server, f"{name}_copy", template=name) as copy,
            psycopg.connect(copy) as connection,
        ):
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_each_kind_of_database_is_given_once(database_url: str) -> None:
    assert database_url.startswith(("sqlite:///", "postgresql://"))


def test_a_redis_number_in_use_is_never_claimed(redis_url: str) -> None:
    """A second claim on it fails, and looking for a number finds another."""
    assert rooms.claim_number(redis_url) is None
    other = rooms.claim_redis(redis_url)
    try:
        assert other.url != redis_url
    finally:
        rooms.leave_redis(other)


def test_emptying_a_redis_number_keeps_the_claim(redis_room: rooms.RedisRoom, redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.set("a", "1")
        rooms.empty_redis(redis_room)
        assert client.keys() == [rooms.CLAIM_KEY.encode()]


def test_a_number_that_lost_its_claim_is_not_emptied(redis_room: rooms.RedisRoom, redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.set("a", "1")
        with pytest.raises(rooms.RoomLostError):
            rooms.empty_redis(rooms.RedisRoom(redis_url, "somebody else"))
        assert client.get("a") == b"1"
    rooms.empty_redis(redis_room)


def test_the_number_of_a_dead_run_is_taken_over(private_redis: servers.Server) -> None:
    beyond_any_process = 2**22 + 1
    url = f"{private_redis.url}/15"
    with redis.Redis.from_url(url) as client:
        client.set(rooms.CLAIM_KEY, f"{socket.gethostname()}:{beyond_any_process}")
        client.set("left", "behind")
        assert rooms.claim_number(url) == rooms.RedisRoom(url, f"{socket.gethostname()}:{os.getpid()}")
        assert client.keys() == [rooms.CLAIM_KEY.encode()]


def test_a_number_with_a_neighbours_keys_is_left_alone(private_redis: servers.Server) -> None:
    with redis.Redis.from_url(f"{private_redis.url}/15") as neighbour:
        neighbour.set("theirs", "1")
        assert rooms.claim_redis(private_redis.url).url == f"{private_redis.url}/14"
        assert neighbour.get("theirs") == b"1"


def test_the_number_of_a_living_run_is_not_taken_over(private_redis: servers.Server) -> None:
    url = f"{private_redis.url}/15"
    with redis.Redis.from_url(url) as client:
        client.set(rooms.CLAIM_KEY, f"{socket.gethostname()}:{os.getppid()}")
        assert rooms.claim_number(url) is None


def test_a_private_redis_can_be_stopped_and_started_again(private_redis: servers.Server) -> None:
    servers.stop(private_redis)
    assert not services.redis_answers(private_redis.url)
    port = int(private_redis.url.rpartition(":")[2])
    again = servers.start_redis(Path(private_redis.command[0]), port)
    assert again.url == private_redis.url
    servers.stop(again)
    assert not again.directory.exists()


def test_a_private_postgres_serves_and_leaves_nothing_behind() -> None:
    programs = services.postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL was not found")
    server = servers.start_postgres(programs)
    try:
        assert services.postgres_answers(server.url)
    finally:
        servers.stop(server)
    assert not services.postgres_answers(server.url)
    assert not server.directory.exists()


def test_a_server_that_was_named_and_does_not_answer_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_REDIS_URL", f"redis://127.0.0.1:{servers.free_port()}")
    with pytest.raises(services.ServiceMissingError, match="TEST_REDIS_URL"):
        services.given(services.REDIS)


def test_the_browser_shows_a_page(page: Page, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<title>Stimul</title><p>Здравей</p>")
    page.goto(f"file://{tmp_path}/page.html")
    assert page.title() == "Stimul"
    assert page.locator("p").inner_text() == "Здравей"
