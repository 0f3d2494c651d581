"""`/login/oidc`: logging in with the company's own OpenID provider."""

from __future__ import annotations

from http import HTTPStatus

from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from flask import Flask, Response, current_app, request, session
from requests import RequestException

from service.config import Settings
from service.domain.account import Account
from service.domain.errors import BusyError, NotFoundError
from service.domain.permission import open_to_anybody
from service.flows.bind_subject import bind_subject
from service.reports.accounts import find_account, find_account_by_subject
from service.runtime import current
from service.web.login import entered, refused
from service.web.site import blueprint

NAME = "company"

TIMEOUT_S = 10
"""How long the provider may take for one answer: a person waits in front of the page."""


class NoProviderError(NotFoundError):
    """No OpenID provider is set up."""

    code = "no_provider"

    def __init__(self) -> None:
        super().__init__("No OpenID provider is set up here. Log in with a password.")


class ProviderAwayError(BusyError):
    """The OpenID provider does not answer, or not as one."""

    code = "provider_away"

    def __init__(self) -> None:
        super().__init__("The company's login service does not answer. Try again, or log in with a password.")


def register(app: Flask, settings: Settings) -> None:
    """Make the provider of the settings known to the application, if there is one."""
    if not settings.oidc_issuer:
        return
    registry = OAuth(app)
    registry.register(  # type: ignore[no-untyped-call] # its stub has no types for keywords
        NAME,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        server_metadata_url=f"{settings.oidc_issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid email", "code_challenge_method": "S256", "default_timeout": TIMEOUT_S},
    )


@blueprint.get("/login/oidc")
@open_to_anybody
def ask_provider() -> Response:
    """Send the browser to the provider, with a state and a nonce that its answer must carry."""
    provider = _provider()
    session["oidc_next"] = request.args.get("next", "")
    try:
        answer = provider.authorize_redirect(f"{current().settings.public_url}/login/oidc/callback")
    except (RequestException, OAuthError, ValueError) as error:
        raise ProviderAwayError from error
    assert isinstance(answer, Response)
    return answer


@blueprint.get("/login/oidc/callback")
@open_to_anybody
def hear_provider() -> Response:
    """Take the provider's word for who it is, and let in whoever has an account."""
    provider = _provider()
    try:
        told = provider.authorize_access_token().get("userinfo") or {}
    except OAuthError:
        return refused(HTTPStatus.UNAUTHORIZED)
    except (RequestException, ValueError) as error:
        raise ProviderAwayError from error
    email = str(told.get("email", "")) if told.get("email_verified") is True else ""
    account = _account_of(str(told.get("sub", "")), email)
    if account is None or not account.is_open:
        return refused(HTTPStatus.FORBIDDEN)
    return entered(account, (), way="openid", target=str(session.get("oidc_next", "")))


def _account_of(subject: str, email: str) -> Account | None:
    """The account the provider means: by its subject; the first time by a verified address that is the login."""
    if not subject:
        return None
    with current().reading() as read:
        known = find_account_by_subject(read, subject)
        named = find_account(read, email.strip().lower()) if email else None
    if known is not None:
        return known
    if named is None or named.oidc_subject:
        return None
    with current().transaction() as written:
        bind_subject(written, named.login, subject, now=current().now())
    return named


def _provider() -> FlaskOAuth2App:
    registry = current_app.extensions.get("authlib.integrations.flask_client")
    if registry is None:
        raise NoProviderError
    provider = registry.create_client(NAME)
    assert isinstance(provider, FlaskOAuth2App)
    return provider
