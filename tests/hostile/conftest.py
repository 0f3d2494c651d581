"""A server of the tests on hostile input: one for all of them, on PostgreSQL, with a source of each kind they need."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path

import psycopg
import pytest

from service.config import new_secrets_key
from service.runtime import system_clock
from tests import rooms
from tests.journey.installation import (
    ANSWER_TIMEOUT_S,
    Answer,
    Installation,
    new_installation,
    serving,
    stimul_here,
    taken,
)
from tests.repository import ROOT

TOKEN = "a-secret-of-the-tests"
VENDORS = {
    "amo": "amocrm",
    "pipe": "pipedrive",
    "pipe-order": "pipedrive",
    "sales": "salesforce",
    "zadarma": "zadarma",
    "dynamics": "dynamics365",
    "hub": "hubspot",
    "bitrix": "bitrix24",
}
SCHEMES = {"pipedrive": "path-secret", "dynamics365": "path-secret"}
PEOPLE = """person_id,name,hired_on,starts_on,role,grade,fixed_salary,soft_salary,aliases
ann,Ann,2025-01-01,2025-01-01,closer,middle,1000,500,crm=ann
"""


@dataclass(frozen=True, slots=True)
class Target:
    """A server under test: where it is, its database, and the key of its native source."""

    installation: Installation
    database_url: str
    key: str

    def send(self, body: bytes | object, path: str = "/v1/events", method: str = "POST", **headers: str) -> Answer:
        """One request over the network; without a content type it is JSON, with `Content_Type=""` there is none."""
        document = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {"Content-Type": "application/json"} | {name.replace("_", "-"): text for name, text in headers.items()}
        if path.startswith("/v1/events") and "Authorization" not in named and "webhook-signature" not in named:
            named["Authorization"] = f"Bearer {self.key}"
        headers = {name: text for name, text in named.items() if text}
        return taken(lambda: self._asked(method, path, document, headers))

    def _asked(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.installation.port, timeout=ANSWER_TIMEOUT_S)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return Answer(response.status, response.read().decode())
        finally:
            connection.close()

    def hook(self, source: str, body: bytes, content_type: str = "application/json", **headers: str) -> Answer:
        """One message of a vendor whose secret ends the address."""
        return self.send(body, f"/v1/hooks/{source}/{TOKEN}", Content_Type=content_type, **headers)

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """What the database holds."""
        with psycopg.connect(self.database_url) as connection:
            return connection.execute(query, values).fetchall()

    def is_stored(self, external_id: str) -> bool:
        """Whether there is a durable row of an event."""
        return bool(self.rows("SELECT 1 FROM event_identity WHERE external_id = %s", external_id))

    def deliveries(self) -> int:
        """How many requests are kept."""
        [(count,)] = self.rows("SELECT count(*) FROM delivery")
        assert isinstance(count, int)
        return count


@pytest.fixture(scope="session")
def target(postgres_server: str, migrated_postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """A server that answers until the last of these tests has ended."""
    name = f"stimul_hostile_{os.getpid()}"
    directory = tmp_path_factory.mktemp("hostile")
    with rooms.database(postgres_server, name, template=migrated_postgres) as url:
        found = new_installation(directory, url)
        extra = {"STIMUL_SECRETS_KEY": new_secrets_key(), "STIMUL_PUBLIC_URL": f"http://127.0.0.1:{found.port}"}
        found = replace(found, environment={**found.environment, **extra})
        prepared = _prepared(found, url, directory)
        with serving(found):
            yield prepared


def _prepared(installation: Installation, url: str, directory: Path) -> Target:
    (directory / "token").write_text(TOKEN)
    stimul_here(installation, "sources", "add", "crm", "--kind", "native")
    stimul_here(installation, "sources", "set", "crm", "--requests-per-s", "1000", "--events-per-s", "100000")
    for name, kind in VENDORS.items():
        scheme = ("--scheme", SCHEMES[kind]) if kind in SCHEMES else ()
        zone = ("--timezone", "Europe/Sofia") if kind == "zadarma" else ()
        words = ("--kind", kind, "--token-file", "token", *scheme, *zone)
        stimul_here(installation, "sources", "add", name, *words)
    stimul_here(installation, "plan", "publish", "closer", "--rules", str(ROOT / "rules"), "--without-notice", "a test")
    (directory / "people.csv").write_text(PEOPLE)
    stimul_here(installation, "people", "import", "people.csv")
    made = stimul_here(
        installation,
        *("keys", "create", "--name", "x", "--scope", "events:write", "--scope", "events:read", "--source", "crm"),
        *("--format", "json"),
    )
    return Target(installation, url, str(json.loads(made)["key"]))


def a_moment_ago() -> str:
    """A time that every source takes."""
    return system_clock().isoformat()


def moment(text: str) -> datetime:
    """An instant as the database writes it."""
    return datetime.fromisoformat(text).astimezone(UTC)
