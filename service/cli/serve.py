"""`stimul serve`: the web process."""

from __future__ import annotations

import gc
import resource
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from service.app import build_runtime, create_app
from service.cli.opened import opened
from service.cli.web_worker import WebWorker
from service.config import Settings
from service.runtime import system_clock

THREADS = 16
"""Requests one process answers at the same time; each holds at most one database connection (service/store/session.py
keeps as many open)."""

CONNECTIONS = 1_000
"""Connections that one process holds; more wait at the operating system until some are done."""

FILES_BESIDE = 100
"""Open files of a process that are no client's: the database, Redis, what its threads wait on, a few of Python."""

REQUEST_TIMEOUT_S = 60
"""A request that takes longer is stuck; its process is replaced."""

OBJECTS_BETWEEN_COLLECTIONS = 100_000
"""More than the largest batch holds at once: a collection in the middle of one finds nothing."""

HEADER_BYTES = 128 * 1024
"""Longest header line the server reads; what is over the limits of ours is refused by the application, by name."""

HEADERS = 64
"""Headers of a request: with the length of each, what a stranger can make the server hold."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes.")
def serve(host: str, port: int, workers: int) -> None:
    """Serve the API and the pages."""
    with opened(pooled=False) as runtime:
        settings = runtime.settings
        if not settings.redis_url:
            # Whatever an earlier process left marked when it ended; nobody else would look.
            runtime.nudge("refresh")
    serve_forever(settings, host=host, port=port, workers=workers)


def serve_forever(
    settings: Settings, *, host: str, port: int, workers: int = 1, clock: Callable[[], datetime] = system_clock
) -> None:
    """Serve until told to stop; the application is made in each process after the fork, with connections of its own."""
    _Server(settings, {"bind": f"{host}:{port}", "workers": workers}, clock).run()


class _Server(BaseApplication):
    """Gunicorn with our settings instead of its command line."""

    def __init__(self, settings: Settings, options: dict[str, Any], clock: Callable[[], datetime]) -> None:
        self.settings = settings
        self.clock = clock
        self.options = options | {
            "worker_class": WebWorker,
            "threads": THREADS,
            "worker_connections": _connections(),
            "timeout": REQUEST_TIMEOUT_S,
            "limit_request_field_size": HEADER_BYTES,
            "limit_request_fields": HEADERS,
            "loglevel": settings.log_level.lower(),
            "control_socket_disable": True,
        }
        super().__init__()

    def load_config(self) -> None:
        """Hand our options to gunicorn."""
        for name, value in self.options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the application, in the process that will serve it."""
        app = create_app(runtime=replace(build_runtime(self.settings), clock=self.clock))
        _collect_seldom()
        return app


def _connections() -> int:
    """As many connections as there may be open files for; the system allows a process 1,024 unless it asks for more.

    A process that runs out of them would drop a request it has already taken.
    """
    wanted = CONNECTIONS + FILES_BESIDE
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed != resource.RLIM_INFINITY and allowed < wanted:
        allowed = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))
    return CONNECTIONS if allowed == resource.RLIM_INFINITY else max(THREADS, min(CONNECTIONS, allowed - FILES_BESIDE))


def _collect_seldom() -> None:
    """Look for garbage seldom, and not among what is here for good.

    A batch makes tens of thousands of objects that all end with their last reference; the collector's stock
    thresholds would walk through them, and through every loaded module, dozens of times for nothing.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, 20, 20)
