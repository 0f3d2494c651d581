"""Where the time of a batch goes: the same request in one process, taken apart by what it is spent on."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import wraps
from types import ModuleType
from typing import Any
from unittest.mock import patch

from bench.company import bodies, opened_office
from bench.figure import Figure
from service.api import formats, intake
from service.app import create_app
from service.config import read_settings
from service.flows import ingest
from service.store import days
from tests import rooms

WARM, MEASURED = 10, 40
"""Batches before the first that counts, and those that count."""

PARTS: tuple[tuple[str, ModuleType, tuple[str, ...]], ...] = (
    ("parse", formats, ("read_json",)),
    ("validate", formats, ("read_items",)),
    ("hash", ingest, ("_told",)),
    ("resolve", ingest, ("find_aliases", "find_source", "list_vocabularies", "list_periods", "words_of")),
    ("metrics", ingest, ("judge",)),
    ("metrics", days, ("facts_of", "days_to_make_again")),
    ("database", ingest, ("add_new_deliveries", "hold_sources", "add_new_identities", "find_identities")),
    (
        "database",
        ingest,
        ("add_new_events", "add_new_waiting", "add_new_conflicts", "add_new_conversions", "add_counted"),
    ),
    ("answer", intake, ("answer",)),
)
"""What is timed: each function where it is called."""


class _Times:
    """Seconds by part; what runs inside another part is taken off that one."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._inner = [0.0]

    def timed(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, with its seconds added up."""

        @wraps(function)
        def counted(*args: Any, **named: Any) -> Any:
            started = time.perf_counter()
            self._inner.append(0.0)
            try:
                return function(*args, **named)
            finally:
                seconds = time.perf_counter() - started
                self.spent[part] += seconds - self._inner.pop()
                self._inner[-1] += seconds

        return counted


def measure(server: str) -> Iterator[Figure]:
    """Microseconds of each part for one event of a batch of a thousand."""
    times = _Times()
    with ExitStack() as stack:
        for part, module, names in PARTS:
            for name in names:
                stack.enter_context(patch.object(module, name, times.timed(part, getattr(module, name))))
        url = stack.enter_context(rooms.database(server, f"stimul_bench_{os.getpid()}_phases"))
        office = stack.enter_context(opened_office(read_settings({"DATABASE_URL": url})))
        client = create_app(runtime=office.runtime).test_client()
        post = times.timed("HTTP, commit and the rest", client.post)
        headers = {"Authorization": f"Bearer {office.key}"}
        for number, body in enumerate(bodies(office.messages)[: WARM + MEASURED]):
            if number == WARM:
                times.spent.clear()
            post("/v1/events", data=body, content_type="application/json", headers=headers)
    whole = sum(times.spent.values())
    for part, seconds in sorted(times.spent.items(), key=lambda item: -item[1]):
        yield Figure(f"  of it {part}", f"{seconds / MEASURED * 1_000:,.1f}", f"µs an event, {seconds / whole:.0%}")
