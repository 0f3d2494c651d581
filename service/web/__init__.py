"""The HTML edge: server-rendered pages."""

from __future__ import annotations

from flask import Flask, Response
from werkzeug.middleware.proxy_fix import ProxyFix

from service.config import Settings
from service.domain.account import SESSION_LIFETIME
from service.web import (
    account,
    board,
    login,
    me,
    oidc,
    people,
    plan,
    questions,
    site,
    statement,
    television,
    what_if,
)

__all__ = [
    "account",
    "board",
    "login",
    "me",
    "people",
    "plan",
    "questions",
    "register",
    "statement",
    "television",
    "what_if",
]

DEMO_KEY = "the people of the demo are made up"
"""Anybody may choose anybody of the demo, so its signature keeps out garbage and no secret."""


HTTPS_KEPT = "max-age=31536000"
"""A browser that was here once asks over HTTPS alone for a year."""


def register(app: Flask, settings: Settings) -> None:
    """Add every page, with its signed cookie and the token that every form must carry."""
    is_secure = settings.public_url.startswith("https://")
    app.secret_key = settings.secret_key or (DEMO_KEY if settings.demo else None)
    app.config.update(
        # The prefix lets a browser take it from this host alone, and never over plain HTTP.
        SESSION_COOKIE_NAME="__Host-stimul" if is_secure else "stimul",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=is_secure,
        PERMANENT_SESSION_LIFETIME=SESSION_LIFETIME,
        # A form stays good as long as its session; the pages look at its token themselves, the API needs none.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
    )
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign] # as Flask says
    if is_secure:
        app.after_request(_stay_on_https)
    site.FORMS.init_app(app)
    app.register_blueprint(site.blueprint)
    oidc.register(app, settings)


def _stay_on_https(response: Response) -> Response:
    response.headers["Strict-Transport-Security"] = HTTPS_KEPT
    return response
