"""The migration chain: bring a database to the tables of this version, and ask whether it is there."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service import store
from service.config import ROOT
from service.store.columns import METADATA


def migrate(engine: Engine) -> None:
    """Run every migration that this database does not have yet."""
    config = _config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def make_tables(engine: Engine) -> None:
    """Make the tables of this version in an empty database of which nobody keeps the history."""
    for module in pkgutil.iter_modules(store.__path__):
        # Each file of tables tells METADATA of its own.
        if module.name.endswith("tables"):
            importlib.import_module(f"{store.__name__}.{module.name}")
    METADATA.create_all(engine)


def is_current(session: Session) -> bool:
    """Whether the database has exactly the tables of this version."""
    return MigrationContext.configure(session.connection()).get_current_revision() == _head()


@cache
def _head() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config
