"""The application: settings, a runtime and the edges put together."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial

from flask import Flask

from service import api, web
from service.config import Settings, read_settings
from service.domain.permission import mark_of
from service.jobs.inline import Inline
from service.jobs.queue import Nudge, answers
from service.jobs.rates import SharedRates
from service.runtime import EXTENSION, Runtime, open_runtime


class UnmarkedEndpointError(Exception):
    """An endpoint outside the table of permissions: a bug of ours that must not reach anybody."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(f"{endpoint} has no permission: mark it with requires, sees or open_to_anybody.")


def create_app(settings: Settings | None = None, runtime: Runtime | None = None) -> Flask:
    """The web application; without arguments everything comes from the environment."""
    runtime = runtime or build_runtime(settings or read_settings(os.environ))
    app = Flask("service", static_folder=None)
    app.extensions[EXTENSION] = runtime
    api.register(app)
    web.register(app, runtime.settings)
    _demand_marks(app)
    return app


def _demand_marks(app: Flask) -> None:
    """Refuse to start with an endpoint of which nobody has said who may use it."""
    for endpoint, view in app.view_functions.items():
        if mark_of(view) is None and not endpoint.endswith(".static"):
            raise UnmarkedEndpointError(endpoint)


def build_runtime(settings: Settings, *, pooled: bool = True) -> Runtime:
    """A runtime whose jobs go to the queue, or without Redis run in the same process right after the commit."""
    if not settings.redis_url:
        return open_runtime(settings, Inline(), pooled=pooled)
    runtime = open_runtime(settings, Nudge(settings.redis_url), pooled=pooled)
    return replace(runtime, queue_answers=partial(answers, settings.redis_url), rates=SharedRates(settings.redis_url))
