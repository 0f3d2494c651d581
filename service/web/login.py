"""`/login`: who somebody is, proved by a password and, if they have one, by a one-time code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from flask import Response, redirect, request, session

from service.domain.account import (
    LOGIN_CHARACTERS,
    MAX_PASSWORD_CHARACTERS,
    Account,
    LinkUsedError,
    WeakPasswordError,
    demand_strong,
)
from service.domain.login_guard import account_key, address_key, browser_key
from service.domain.permission import open_to_anybody
from service.flows.end_session import end_session
from service.flows.start_session import start_session
from service.flows.take_code import take_code
from service.flows.take_login_try import take_login_try
from service.flows.use_reset_link import use_reset_link
from service.reports.accounts import code_secret, find_account, find_link_login
from service.runtime import current
from service.web import credentials
from service.web.site import NEVER_KEPT, blueprint, page
from service.web.viewer import TOKEN

BROWSER_COOKIE = "stimul_browser"

HALF = "half"
"""Where the cookie keeps who gave the right password and still owes the code."""

HALF_LIFETIME = timedelta(minutes=5)
"""How long the code may take: long enough to fetch the telephone."""


@dataclass(frozen=True, slots=True)
class Try:
    """One try to log in: for which account, and under which keys it counts."""

    login: str
    keys: Sequence[str]


@blueprint.get("/login")
@open_to_anybody
def login_form() -> Response:
    """Ask who it is."""
    return _form(HTTPStatus.OK, wrong=False)


@blueprint.post("/login")
@open_to_anybody
def log_in() -> Response:
    """Look at a password; what was wrong is never told, and the time it takes tells nothing either."""
    login = request.form.get("login", "").strip().lower()[:LOGIN_CHARACTERS]
    made = _try(login)
    now = current().now()
    with current().transaction() as written:
        taken = take_login_try(written, made.keys, now=now)
    with current().reading() as read:
        account = find_account(read, login)
    kept = account.password_hash if account is not None and account.is_open else ""
    right = credentials.is_password(request.form.get("password", "")[:MAX_PASSWORD_CHARACTERS], kept)
    if account is None or not (taken and right):
        return refused(HTTPStatus.UNAUTHORIZED)
    if account.totp_sealed:
        target = request.form.get("next", "")
        session.clear()
        session[HALF] = [account.login, now.timestamp(), target]
        return to("/login/code")
    return entered(account, made.keys, way="password", target=request.form.get("next", ""))


@blueprint.get("/login/code")
@open_to_anybody
def code_form() -> Response:
    """Ask for the one-time code."""
    return page("code.html", wrong=False) if _half() else to("/login")


@blueprint.post("/login/code")
@open_to_anybody
def give_code() -> Response:
    """Look at a one-time code; it counts among the tries, and each is taken once."""
    half = _half()
    if half is None:
        return to("/login")
    login, target = half
    made, now = _try(login), current().now()
    with current().transaction() as written:
        taken = take_login_try(written, made.keys, now=now)
    with current().reading() as read:
        account = find_account(read, login)
        secret = code_secret(read, login, current().vault)
    step = credentials.code_step(secret, request.form.get("code", ""), now) if secret else None
    if account is None or not account.is_open or step is None or not (taken and _take(login, step)):
        answer = page("code.html", wrong=True)
        answer.status_code = HTTPStatus.UNAUTHORIZED
        return answer
    return entered(account, made.keys, way="password and code", target=target)


@blueprint.post("/logout")
@open_to_anybody
def log_out() -> Response:
    """End the session here and in every copy of its cookie."""
    token = session.get(TOKEN)
    if isinstance(token, str):
        with current().transaction() as written:
            end_session(written, token, now=current().now())
    session.clear()
    return to("/login")


@blueprint.get("/reset/<token>")
@open_to_anybody
def reset_form(token: str) -> Response:
    """Ask for a new password, if the one-time link still opens."""
    _login_of(token)
    return _reset_page(HTTPStatus.OK)


@blueprint.post("/reset/<token>")
@open_to_anybody
def reset_password(token: str) -> Response:
    """Set the password of the link's account; it opens with the next login."""
    password = request.form.get("password", "")
    try:
        demand_strong(password, _login_of(token))
    except WeakPasswordError as weak:
        return _reset_page(HTTPStatus.UNPROCESSABLE_ENTITY, weak.code)
    hashed = credentials.password_hash(password)
    with current().transaction() as written:
        use_reset_link(written, token, hashed, now=current().now())
    session.clear()
    return to("/login")


def entered(account: Account, keys: Sequence[str], *, way: str, target: str) -> Response:
    """Start the session of somebody who has proved who they are, in a cookie that did not exist before."""
    with current().transaction() as written:
        token = start_session(written, account.login, keys, way=way, now=current().now())
    session.clear()
    session[TOKEN] = token
    answer = to(inside(target))
    answer.set_cookie(
        BROWSER_COOKIE,
        credentials.browser_mark(account.login),
        max_age=credentials.BROWSER_KNOWN,
        httponly=True,
        samesite="Lax",
        secure=current().settings.public_url.startswith("https://"),
    )
    return answer


def _reset_page(status: HTTPStatus, weak: str = "") -> Response:
    answer = page("reset.html", weak=weak)
    answer.status_code = status
    # The address is the secret: requests of the page tell where they come from, and not from which page.
    answer.headers.update({**NEVER_KEPT, "Referrer-Policy": "strict-origin"})
    return answer


def _try(login: str) -> Try:
    browser = credentials.known_browser(request.cookies.get(BROWSER_COOKIE, ""), login)
    own = browser_key(login, browser) if browser else account_key(login)
    return Try(login, (own, address_key(request.remote_addr or "")))


def _login_of(token: str) -> str:
    with current().reading() as read:
        login = find_link_login(read, token, now=current().now())
    if login is None:
        raise LinkUsedError
    return login


def _half() -> tuple[str, str] | None:
    found = session.get(HALF)
    if not isinstance(found, list) or current().now().timestamp() - found[1] > HALF_LIFETIME.total_seconds():
        return None
    return str(found[0]), str(found[2])


def _take(login: str, step: int) -> bool:
    with current().transaction() as written:
        return take_code(written, login, step)


def refused(status: HTTPStatus) -> Response:
    """The form again; what was wrong is not told."""
    return _form(status, wrong=True)


def _form(status: HTTPStatus, *, wrong: bool) -> Response:
    asked = request.values.get("next", "")
    answer = page("login.html", wrong=wrong, next=inside(asked), oidc=bool(current().settings.oidc_issuer))
    answer.status_code = status
    return answer


def inside(target: str) -> str:
    """An address of our own pages; anything else is the first page."""
    plain = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if plain else "/me"


def to(address: str) -> Response:
    """Send the browser to a page, which it fetches with GET."""
    answer = redirect(address, HTTPStatus.SEE_OTHER)
    assert isinstance(answer, Response)
    return answer
