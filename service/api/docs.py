"""The documentation of the API: the OpenAPI document, its browsable page, and a page per problem."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template, send_from_directory
from flask_smorest import Api

from service.api.errors import status_of
from service.api.problems import ProblemSchema, add_problems
from service.config import ROOT
from service.domain.errors import NotFoundError, StimulError
from service.domain.permission import open_to_anybody

VENDORED = ROOT / "service" / "web" / "static" / "vendor" / "swagger-ui"
"""The viewer of OpenAPI documents; it is kept with us, because a page of ours loads nothing from elsewhere."""

DOCUMENT = "stimul-openapi"
"""Where an application keeps its OpenAPI document."""

blueprint = Blueprint(
    "docs", __name__, template_folder="templates", static_folder="static", static_url_path="/docs/static"
)


class UnknownProblemError(NotFoundError):
    """A problem code that no answer of ours has."""

    code = "unknown_problem"

    def __init__(self) -> None:
        super().__init__("No answer of this version has that problem code. /docs/problems lists all of them.")


class DocumentedApi(Api):
    """The API with our problem document as the answer to every mistake."""

    ERROR_SCHEMA = ProblemSchema


@dataclass(frozen=True, slots=True)
class Mistake:
    """One problem code as the documentation lists it."""

    code: str
    status: int
    meaning: str


def document(api: Api) -> dict[str, object]:
    """The OpenAPI document, with every problem that an operation may answer."""
    text: dict[str, object] = api.spec.to_dict()
    add_problems(text)
    return text


def keep(app: Flask, api: Api) -> None:
    """Keep the document of a complete application."""
    app.extensions[DOCUMENT] = document(api)


def mistakes() -> list[Mistake]:
    """Every problem that an answer can name, by its code; what only a command says is not among them."""
    found = {"internal_error": Mistake("internal_error", HTTPStatus.INTERNAL_SERVER_ERROR, "A mistake of ours.")}
    waiting: list[type[StimulError]] = list(StimulError.__subclasses__())
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        meaning = (kind.__doc__ or "").partition("\n")[0]
        if not kind.__module__.startswith("service.cli"):
            found.setdefault(kind.code, Mistake(kind.code, status_of(kind), meaning))
    return [found[code] for code in sorted(found)]


@blueprint.get("/openapi.json")
@open_to_anybody
def openapi() -> Response:
    """The OpenAPI 3.1 document."""
    return jsonify(current_app.extensions[DOCUMENT])


@blueprint.get("/docs")
@open_to_anybody
def browse() -> str:
    """The browsable documentation."""
    return render_template("docs.html")


@blueprint.get("/docs/vendor/<path:name>")
@open_to_anybody
def vendored(name: str) -> Response:
    """A file of the viewer."""
    return send_from_directory(VENDORED, name)


@blueprint.get("/docs/problems")
@open_to_anybody
def all_problems() -> str:
    """Every problem code."""
    return render_template("problems.html", heading="Problems", mistakes=mistakes())


@blueprint.get("/docs/problems/<code>")
@open_to_anybody
def one_problem(code: str) -> str:
    """What one problem code means."""
    found = [mistake for mistake in mistakes() if mistake.code == code]
    if not found:
        raise UnknownProblemError
    return render_template("problems.html", heading=code, mistakes=found)
