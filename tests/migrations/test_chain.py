"""The migration chain makes exactly the tables of the store, and can be taken back."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect
from sqlalchemy.pool import NullPool

from service.config import ROOT
from service.store.columns import METADATA
from service.store.session import open_engine

MIGRATIONS = ROOT / "migrations" / "versions"


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    url = database_url.replace("postgresql://", "postgresql+psycopg://")
    engine = open_engine(url, pooled=False)
    assert isinstance(engine.pool, NullPool)
    with engine.connect() as opened:
        yield opened


@pytest.fixture
def chain(connection: Connection) -> Config:
    config = Config(str(ROOT / "alembic.ini"))
    config.attributes["connection"] = connection
    return config


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def test_up_makes_the_tables_of_the_store_and_down_leaves_none(connection: Connection, chain: Config) -> None:
    command.upgrade(chain, "head")
    assert _tables(connection) == set(METADATA.tables)
    command.check(chain)
    command.downgrade(chain, "base")
    assert _tables(connection) == set()
    command.upgrade(chain, "head")
    command.check(chain)


def test_every_constraint_and_index_carries_the_name_that_the_store_gives_it(
    connection: Connection, chain: Config
) -> None:
    command.upgrade(chain, "head")
    found = inspect(connection)
    for table in METADATA.tables.values():
        named = {check["name"] for check in found.get_check_constraints(table.name)}
        named |= {index["name"] for index in found.get_indexes(table.name)}
        named |= {unique["name"] for unique in found.get_unique_constraints(table.name)}
        named |= {foreign["name"] for foreign in found.get_foreign_keys(table.name)}
        named.add(found.get_pk_constraint(table.name)["name"])
        formatted = {connection.dialect.identifier_preparer.format_constraint(item) for item in table.constraints}
        assert formatted | {index.name for index in table.indexes} <= named


@pytest.mark.parametrize("path", sorted(MIGRATIONS.glob("*.py")), ids=lambda path: path.stem)
def test_a_migration_needs_nothing_of_todays_code(path: Path) -> None:
    tree = ast.parse(path.read_text())
    imported = {
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported - sys.stdlib_module_names <= {"sqlalchemy", "alembic"}


def test_the_configuration_names_no_database() -> None:
    assert "url" not in Config(str(ROOT / "alembic.ini")).get_section("alembic", {})
