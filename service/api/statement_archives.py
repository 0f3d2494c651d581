"""`/v1/statement-archives`: all statements of a closed month on paper, printed in the background, as one ZIP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from service.api.auth import credential, requires
from service.api.reader import Blueprint
from service.domain.figures import Language
from service.domain.period import Period
from service.domain.statement_archive import KEPT, Archive, ArchiveProgress, new_archive_id
from service.flows.ask_for_archive import ask_for_archive
from service.flows.note_look import note_look
from service.reports.archives import EVERYBODY, closing_to_print, demand_done, get_archive, stream_archive
from service.runtime import current

blueprint = Blueprint(
    "statement-archives",
    __name__,
    url_prefix="/v1/statement-archives",
    description="All statements of a month as one ZIP.",
)

ZIP = "application/zip"


class ArchiveAskedSchema(Schema):
    """Which month in which language."""

    period = fields.String(required=True, metadata={"example": "2026-10"})
    lang = fields.String(
        load_default=Language.BG.value, validate=validate.OneOf([language.value for language in Language])
    )


class ArchiveSchema(Schema):
    """How far an archive is; it can be fetched when its state is `done`."""

    archive_id = fields.String()
    state = fields.String(metadata={"enum": ["waiting", "running", "done", "failed"]})
    failure = fields.String(metadata={"description": "Why it failed; empty if it did not"})
    period = fields.String()
    version = fields.Integer(metadata={"description": "Of the closing"})
    lang = fields.String()
    done = fields.Integer(metadata={"description": "Statements printed"})
    total = fields.Integer(metadata={"description": "Statements of the closing"})
    asked_by = fields.String()
    asked_at = fields.AwareDateTime()
    kept_until = fields.AwareDateTime()


@blueprint.post("")
@requires("statements:read")
@blueprint.arguments(ArchiveAskedSchema)
@blueprint.response(202, ArchiveSchema)
def ask(body: dict[str, Any]) -> object:
    """Print every statement of a closed month; the answer says under which id it can be asked after."""
    runtime, period = current(), Period.parse(body["period"])
    with runtime.transaction() as session:
        version = closing_to_print(session, period)
        asked = Archive(new_archive_id(), period, version, Language(body["lang"]), 0, runtime.now(), credential().name)
        archive_id = ask_for_archive(session, asked).archive_id
    with runtime.reading() as session:
        return _document(get_archive(session, archive_id))


@blueprint.get("/<archive_id>")
@requires("statements:read")
@blueprint.response(200, ArchiveSchema)
def read(archive_id: str) -> object:
    """How many statements are printed."""
    with current().reading() as session:
        return _document(get_archive(session, archive_id))


@blueprint.get("/<archive_id>/zip")
@requires("statements:read")
@blueprint.alt_response(
    200,
    content_type=ZIP,
    schema={"type": "string", "format": "binary"},
    description="A PDF for each statement, sent as it is read",
    success=True,
)
def fetch(archive_id: str) -> Response:
    """The ZIP of an archive that is done; the look at everybody's money is noted."""
    runtime = current()
    with runtime.transaction() as session:
        archive = demand_done(get_archive(session, archive_id)).archive
        note_look(session, credential().name, EVERYBODY, str(archive.period), now=runtime.now())

    def streamed() -> Iterator[bytes]:
        with runtime.reading() as session:
            yield from stream_archive(session, archive_id)

    response = Response(streamed(), mimetype=ZIP)
    name = f"statements-{archive.period}-v{archive.version}-{archive.language}.zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _document(progress: ArchiveProgress) -> dict[str, object]:
    archive = progress.archive
    return {
        "archive_id": archive.archive_id,
        "state": progress.state.value,
        "failure": progress.failure,
        "period": str(archive.period),
        "version": archive.version,
        "lang": archive.language.value,
        "done": progress.done,
        "total": archive.total,
        "asked_by": archive.asked_by,
        "asked_at": archive.asked_at,
        "kept_until": archive.asked_at + KEPT,
    }
