"""A real server on PostgreSQL with a small company, and its OpenAPI document: one for all tests of a process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
import schemathesis

from service.config import new_secrets_key, read_settings
from service.domain.key import Scope, new_key
from service.domain.person import Person
from service.domain.source import SourceKind, Terms, new_source
from service.flows.add_source import add_source
from service.flows.create_key import create_key
from service.runtime import Runtime, open_runtime
from service.store.people import replace_people
from tests import rooms
from tests.contract.client import Client, Contract
from tests.contract.company import Hands
from tests.contract.story import live
from tests.journey.installation import new_installation, serving


@pytest.fixture(scope="session")
def contract(
    postgres_server: str, migrated_postgres: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Contract]:
    """A server that has answered everything once."""
    with rooms.database(postgres_server, f"stimul_contract_{os.getpid()}", template=migrated_postgres) as url:
        found = new_installation(tmp_path_factory.mktemp("contract"), url)
        secrets = {"STIMUL_SECRETS_KEY": new_secrets_key(), "STIMUL_SECRET_KEY": new_secrets_key()}
        found = replace(found, environment={**found.environment, **secrets})
        runtime = open_runtime(read_settings(found.environment), print)
        try:
            keys = _keys(runtime)
            with serving(found):
                address = f"http://127.0.0.1:{found.port}"
                document = schemathesis.openapi.from_url(f"{address}/openapi.json")
                first, second = (Client(address, document, key) for key in keys)
                yield live(Hands(first, second, runtime))
        finally:
            runtime.engine.dispose()


def _keys(runtime: Runtime) -> tuple[str, str]:
    """The sources and both keys: one of all scopes that sends for the native source, and that of a second person."""
    now = runtime.now()
    with runtime.transaction() as session:
        add_source(session, replace(new_source("crm", SourceKind.NATIVE, "", now=now), requests_per_s=10_000))
        add_source(session, new_source("bitrix", SourceKind.BITRIX24, "secret", now=now))
        add_source(session, new_source("amo", SourceKind.AMOCRM, "secret", now=now, terms=Terms("path-secret")))
        replace_people(session, [Person("eva", "Eva", date(2025, 1, 1))], [], [])
        others = [scope for scope in Scope if scope is not Scope.EVENTS_WRITE]
        mine, text = new_key("mine", list(Scope), "crm", now=now)
        second, other_text = new_key("second", others, None, now=now, person_id="eva")
        for key in (mine, second):
            create_key(session, key, "a test")
    return text, other_text
