"""`/healthz` and `/readyz`: whether the process lives, and whether it can do its work."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, jsonify
from marshmallow import Schema, fields

from service.api.reader import Blueprint
from service.domain.errors import BusyError
from service.domain.permission import open_to_anybody
from service.reports.quarantine import count_open_conflicts
from service.reports.readiness import backlog, schema_is_current
from service.runtime import current

blueprint = Blueprint("health", __name__, description="For load balancers and monitoring.")


class HealthSchema(Schema):
    """That the process answers."""

    status = fields.String(required=True, metadata={"enum": ["ok"]})


class ReadinessSchema(Schema):
    """Whether the service can do its work."""

    status = fields.String(required=True, metadata={"enum": ["ok", "not ready"]})
    database = fields.String(required=True, metadata={"enum": ["ok", "not migrated", "away"]})
    queue = fields.String(required=True, metadata={"enum": ["ok", "away"]})
    conflicts = fields.Integer(metadata={"description": "Events under a known id with other content, to be looked at"})
    waiting = fields.Integer(metadata={"description": "Months of people that are not scored yet"})
    waiting_s = fields.Integer(metadata={"description": "How long the first of them has waited"})


@blueprint.get("/healthz")
@open_to_anybody
@blueprint.response(HTTPStatus.OK, HealthSchema)
def health() -> Response:
    """The process answers."""
    return jsonify({"status": "ok"})


@blueprint.get("/readyz")
@open_to_anybody
@blueprint.response(HTTPStatus.OK, ReadinessSchema)
@blueprint.alt_response(
    HTTPStatus.SERVICE_UNAVAILABLE,
    schema=ReadinessSchema,
    description="The database is away, or its tables are not ours.",
)
def readiness() -> Response:
    """The database answers and has the tables of this version.

    `conflicts` counts the events that came under a known id with other content and that nobody has looked at, `waiting`
    the months of people that are not scored yet; the first of them has waited for `waiting_s` seconds.
    A queue that is away is named and does not make us unready: events are taken and kept, and scored when it is back.
    """
    database = _database()
    queue = "ok" if current().queue_answers() else "away"
    ready = database == "ok"
    found = {"status": "ok" if ready else "not ready", "database": database, "queue": queue}
    answer = jsonify(found | (_alarms() if ready else {}))
    answer.status_code = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
    return answer


def _alarms() -> dict[str, int]:
    """What somebody should look at: conflicts, which may be a sender's mistake or somebody's fraud, and the backlog."""
    with current().reading() as session:
        waits = backlog(session)
        found = {"conflicts": count_open_conflicts(session), "waiting": waits.person_months}
        return found | {"waiting_s": waits.age_s(current().now())}


def _database() -> str:
    try:
        with current().reading() as session:
            return "ok" if schema_is_current(session) else "not migrated"
    except BusyError:
        return "away"
