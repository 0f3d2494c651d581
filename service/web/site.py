"""The HTML edge as a whole: one group of pages with its language, its headers and its pages for mistakes."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, Response, current_app, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException

from service.domain.errors import (
    BusyError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    StimulError,
)
from service.domain.figures import Language
from service.web import words

LOG = logging.getLogger(__name__)

LANGUAGE_COOKIE = "stimul_language"

LANGUAGE_KEPT_S = 365 * 24 * 3600
"""A language once chosen is kept for a year."""

FORM_BYTES = 64 * 1024
"""The largest form of ours is a password of 256 characters and a token."""

NEVER_KEPT = {"Cache-Control": "no-store"}
"""For a page with money or a secret: nothing of it stays on the disk of a computer that others use too."""

SECURITY_HEADERS = {
    # Everything comes from this site and nothing runs that is written into a page.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    # Another site that opens one of our pages gets no hold of its window.
    "Cross-Origin-Opener-Policy": "same-origin",
    # A page is made for one person: nobody else's proxy keeps it, and a browser asks before it shows it again.
    "Cache-Control": "private, no-cache",
}

_STATUS: Mapping[type[StimulError], HTTPStatus] = {
    ForbiddenError: HTTPStatus.FORBIDDEN,
    NotFoundError: HTTPStatus.NOT_FOUND,
    InvalidError: HTTPStatus.UNPROCESSABLE_ENTITY,
    BusyError: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""The families of mistakes a page can meet; any other is a conflict with the state of the books."""

FORMS = CSRFProtect()
"""The tokens of forms."""

blueprint = Blueprint("pages", __name__, template_folder="templates", static_folder="static", static_url_path="/static")


class PagesClosedError(ForbiddenError):
    """A page was asked for where no cookie could be signed, so that nobody could say who they are."""

    code = "pages_closed"

    def __init__(self) -> None:
        super().__init__("The pages open once STIMUL_SECRET_KEY is set; without it nobody could be logged in.")


def language() -> Language:
    """The language of the present request: of its address, else the one chosen before, else the browser's best.

    Also of one that was refused before anybody of the pages saw it.
    """
    if "language" not in g:
        asked = request.args.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
        best = request.accept_languages.best_match([item.value for item in Language], Language.BG.value)
        g.language = Language(asked if asked in set(Language) else best)
    chosen: Language = g.language
    return chosen


@blueprint.before_request
def limit_form() -> None:
    """Refuse to read a form that is none of ours."""
    request.max_content_length = FORM_BYTES


@blueprint.before_request
def demand_secret() -> None:
    """Nobody can log in where no cookie can be signed."""
    if request.endpoint != "pages.static" and not current_app.secret_key:
        raise PagesClosedError


@blueprint.before_request
def demand_own_form() -> None:
    """Refuse a form of another site: it does not carry the token of this browser's cookie."""
    FORMS.protect()


@blueprint.after_request
def add_headers(response: Response) -> Response:
    """Close the page against foreign scripts, and keep a chosen language."""
    if request.endpoint != "pages.static":
        for name, text in SECURITY_HEADERS.items():
            # A page may be stricter than all.
            response.headers.setdefault(name, text)
        response.headers["Content-Language"] = language().value
        response.vary.update(["Accept-Language", "Cookie"])
        if "lang" in request.args:
            response.set_cookie(
                LANGUAGE_COOKIE,
                language().value,
                max_age=LANGUAGE_KEPT_S,
                httponly=True,
                samesite="Lax",
                secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
            )
    return response


@blueprint.context_processor
def words_of_templates() -> dict[str, object]:
    """What every template may say."""
    return words.for_templates(language())


def page(template: str, **values: object) -> Response:
    """A page, or "not changed" for a browser that has exactly this one."""
    response = make_response(render_template(template, **values))
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response


@blueprint.errorhandler(PagesClosedError)
def answer_closed(error: PagesClosedError) -> tuple[str, int]:
    """Say why the door is closed; nothing else is told."""
    del error
    return render_template("error.html", heading="answer_closed", why="closed_why"), HTTPStatus.FORBIDDEN


@blueprint.errorhandler(StimulError)
def answer_mistake(error: StimulError) -> tuple[str, int]:
    """Any other mistake as a page."""
    status = next((found for kind, found in _STATUS.items() if isinstance(error, kind)), HTTPStatus.CONFLICT)
    return render_template("error.html", heading="answer_error", detail=error.detail), status


@blueprint.errorhandler(CSRFError)
def answer_foreign_form(error: CSRFError) -> tuple[str, int]:
    """A form that was not ours, or of a session that has ended."""
    del error
    return render_template("error.html", heading="form_expired", why="form_expired_why"), HTTPStatus.BAD_REQUEST


@blueprint.errorhandler(HTTPException)
def answer_http(error: HTTPException) -> tuple[str, int]:
    """A request that no page takes."""
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    return render_template("error.html", heading="answer_error", detail=error.description or ""), status


@blueprint.errorhandler(Exception)
def answer_bug(error: Exception) -> tuple[str, int]:
    """A bug as a page that says so; a test wants to see it."""
    if current_app.testing:
        raise error
    # As it would be written in code: a line break in an address makes no line of its own in the log.
    LOG.error("a bug answered %s %r", request.method, request.path, exc_info=error)
    return render_template("error.html", heading="answer_bug", why="bug_why"), HTTPStatus.INTERNAL_SERVER_ERROR
