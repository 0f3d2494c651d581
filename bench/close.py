"""Seconds to close the demo company's past month, everything scored before."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from bench.company import opened_office, send_month
from bench.figure import Figure
from service.cli.demo.season import close_month
from service.config import read_settings
from service.domain.signing import new_signing_key
from service.jobs.pipeline import refresh
from tests import rooms, services


def measure() -> Iterator[Figure]:
    """Send the past month, score it, and close it."""
    server = services.given(services.POSTGRES) or services.running_postgres() or ""
    with (
        rooms.database(server, f"stimul_bench_{os.getpid()}_close") as url,
        opened_office(read_settings({"DATABASE_URL": url, "STIMUL_SIGNING_KEY": new_signing_key()})) as office,
    ):
        month = office.span.first_month
        send_month(office, month)
        started = time.perf_counter()
        refresh()
        scored = time.perf_counter()
        close_month(office.runtime, month)
        yield Figure("scoring everybody's months once", f"{scored - started:.1f}", "s")
        yield Figure("closing the demo company's month", f"{time.perf_counter() - scored:.1f}", "s")
