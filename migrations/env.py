"""How Alembic reaches the database: the tables of the store, batches where a column cannot be altered, plain types."""

from __future__ import annotations

import importlib
import os
import pkgutil
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from service import store
from service.config import read_settings
from service.store.columns import METADATA, UtcDateTime
from service.store.session import open_engine

for module in pkgutil.iter_modules(store.__path__):
    # Each file of tables tells METADATA of its own.
    if module.name.endswith("tables"):
        importlib.import_module(f"{store.__name__}.{module.name}")


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own column types as plain ones, so that a migration never needs today's code."""
    del autogen
    if kind != "type":
        return False
    if getattr(item, "_variant_mapping", None):
        return 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")'
    return "sa.DateTime(timezone=True)" if isinstance(item, UtcDateTime) else False


def default_differs(*defaults: Any) -> bool:
    """Whether a column's default in the database is not the one of the store, however each is quoted."""
    found, wanted = defaults[3], defaults[5]
    return _unquoted(found) != _unquoted(wanted)


def _unquoted(default: str | None) -> str | None:
    # The databases write ('') or ''::character varying where the store says an empty text.
    return None if default is None else default.partition("::")[0].strip("()'")


def migrate(connection: Connection) -> None:
    """Run the asked migrations over this connection in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=True,
        render_item=render_item,
        compare_type=True,
        compare_server_default=default_differs,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def run() -> None:
    """Use the connection of the caller, else the database that `-x url=` or the environment names."""
    given = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    url = context.get_x_argument(as_dictionary=True).get("url") or os.environ.get("DATABASE_URL", "")
    engine = open_engine(read_settings({"DATABASE_URL": url}).database_url, pooled=False)
    with engine.connect() as connection:
        migrate(connection)


run()
