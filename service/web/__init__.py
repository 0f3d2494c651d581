"""The HTML edge: server-rendered pages."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from service.config import Settings
from service.domain.account import SESSION_LIFETIME
from service.web import account, board, login, me, oidc, people, plan, site, television

__all__ = ["account", "board", "login", "me", "people", "plan", "register", "television"]

DEMO_KEY = "the people of the demo are made up"
"""Anybody may choose anybody of the demo, so its signature keeps out garbage and no secret."""


def register(app: Flask, settings: Settings) -> None:
    """Add every page, with its signed cookie and the token that every form must carry."""
    app.secret_key = settings.secret_key or (DEMO_KEY if settings.demo else None)
    app.config.update(
        SESSION_COOKIE_NAME="stimul",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"),
        PERMANENT_SESSION_LIFETIME=SESSION_LIFETIME,
        # A form stays good as long as its session; the pages look at its token themselves, the API needs none.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
    )
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign] # as Flask says
    site.FORMS.init_app(app)
    app.register_blueprint(site.blueprint)
    oidc.register(app, settings)
