"""What commands with a database need: the runtime of the environment, and a way to show their results."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

from service.app import build_runtime
from service.cli.shown import format_option, show, show_one
from service.config import read_settings
from service.domain.errors import StimulError
from service.reports.readiness import schema_is_current
from service.runtime import Runtime, install

__all__ = ["NotMigratedError", "format_option", "opened", "show", "show_one"]


class NotMigratedError(StimulError):
    """A database without the tables of this version."""

    code = "not_migrated"

    def __init__(self) -> None:
        super().__init__("The database does not have the tables of this version. Run: stimul init")


@contextmanager
def opened(*, pooled: bool = True, migrated: bool = True) -> Iterator[Runtime]:
    """The runtime that the environment describes, installed for this process and closed at the end."""
    settings = read_settings(os.environ)
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # Which dialect it found and whether it may roll back is nothing an operator asked for.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    runtime = build_runtime(settings, pooled=pooled)
    install(runtime)
    try:
        runtime.demand_database()
        if migrated:
            _demand_tables(runtime)
        yield runtime
    finally:
        runtime.engine.dispose()


def _demand_tables(runtime: Runtime) -> None:
    with runtime.reading() as session:
        if not schema_is_current(session):
            raise NotMigratedError
