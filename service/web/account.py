"""`/account`: the own password, the second factor, and what the account may do."""

from __future__ import annotations

from http import HTTPStatus

import segno
from flask import Response, request, session
from markupsafe import Markup

from service.domain.account import WeakPasswordError, demand_strong
from service.domain.key import Scope
from service.domain.login_guard import account_key
from service.flows.change_password import change_password
from service.flows.change_second_factor import change_second_factor
from service.flows.take_code import take_code
from service.flows.take_login_try import take_login_try
from service.reports.accounts import find_account
from service.runtime import current
from service.web import credentials
from service.web.login import entered, to
from service.web.site import NEVER_KEPT, blueprint, page
from service.web.viewer import sees, viewer

PENDING = "pending_code"
"""Where the cookie keeps a secret that is shown and not yet confirmed by a code."""


@blueprint.get("/account")
@sees(Scope.BOARDS_READ)
def account_page() -> Response:
    """What the account may do, and the forms for its password and second factor."""
    return _page(HTTPStatus.OK)


@blueprint.post("/account/password")
@sees(Scope.BOARDS_READ)
def set_password() -> Response:
    """Change the own password, knowing the old one; every other browser is logged out."""
    if not _proved():
        return _page(HTTPStatus.UNAUTHORIZED, wrong="wrong_password")
    login = viewer().login
    password = request.form.get("new", "")
    try:
        demand_strong(password, login)
    except WeakPasswordError as weak:
        return _page(HTTPStatus.UNPROCESSABLE_ENTITY, weak=weak.code)
    hashed = credentials.password_hash(password)
    with current().transaction() as written:
        change_password(written, login, hashed, now=current().now())
    with current().reading() as read:
        account = find_account(read, login)
    assert account is not None, "who is logged in has an account"
    return entered(account, [account_key(login)], way="password changed", target="/account")


@blueprint.post("/account/code")
@sees(Scope.BOARDS_READ)
def show_code() -> Response:
    """Show the secret of one-time codes, to be confirmed by the first of them."""
    if not _proved():
        return _page(HTTPStatus.UNAUTHORIZED, wrong="wrong_password")
    session[PENDING] = current().vault.seal(credentials.new_code_secret())
    return _page(HTTPStatus.OK)


@blueprint.post("/account/code/confirm")
@sees(Scope.BOARDS_READ)
def confirm_code() -> Response:
    """Switch the second factor on, once its first code was right."""
    sealed, now = session.get(PENDING), current().now()
    if not isinstance(sealed, str):
        return to("/account")
    secret = current().vault.open(sealed)
    step = credentials.code_step(secret, request.form.get("code", ""), now)
    if step is None:
        return _page(HTTPStatus.UNAUTHORIZED, wrong="wrong_code")
    with current().transaction() as written:
        change_second_factor(written, viewer().login, secret, current().vault, now=now)
        take_code(written, viewer().login, step)
    session.pop(PENDING)
    return to("/account")


@blueprint.post("/account/code/off")
@sees(Scope.BOARDS_READ)
def remove_code() -> Response:
    """Switch the second factor off, knowing the password."""
    if not _proved():
        return _page(HTTPStatus.UNAUTHORIZED, wrong="wrong_password")
    with current().transaction() as written:
        change_second_factor(written, viewer().login, "", current().vault, now=current().now())
    return to("/account")


def _proved() -> bool:
    """Whether the form carries the own password; the tries count like those of the login."""
    login = viewer().login
    with current().transaction() as written:
        taken = take_login_try(written, [account_key(login)], now=current().now())
    with current().reading() as read:
        account = find_account(read, login)
    right = credentials.is_password(request.form.get("password", ""), account.password_hash if account else "")
    return taken and right


def _page(status: HTTPStatus, *, wrong: str = "", weak: str = "") -> Response:
    who = viewer()
    with current().reading() as read:
        account = find_account(read, who.login)
    pending = session.get(PENDING)
    secret = current().vault.open(pending) if isinstance(pending, str) else ""
    picture = segno.make(credentials.code_address(secret, who.login)).svg_inline(scale=4) if secret else ""
    answer = page(
        "account.html",
        who=who,
        account=account,
        secret=secret,
        # Of segno, with our own address inside: nothing a sender wrote.
        picture=Markup(picture),  # noqa: S704 - drawn by segno from a secret of ours
        wrong=wrong,
        weak=weak,
        place="account",
    )
    answer.status_code = status
    answer.headers.update(NEVER_KEPT)
    return answer
