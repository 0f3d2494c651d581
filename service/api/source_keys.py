"""`/v1/sources/{source}/keys`: the secrets with which a source signs, and how one replaces another."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from marshmallow import Schema, fields

from service.api.auth import credential, requires
from service.api.reader import Blueprint
from service.domain.source_key import InvalidSecretError, UnknownSourceKeyError, new_source_key
from service.flows.activate_source_key import activate_source_key
from service.flows.add_source_key import add_source_key
from service.flows.retire_source_key import retire_source_key
from service.reports.source_keys import source_key_document, source_keys
from service.runtime import current
from service.sources.standard_webhooks import new_secret, secret_bytes

blueprint = Blueprint(
    "source_keys", __name__, url_prefix="/v1/sources/<source_id>/keys", description="Secrets with which sources sign."
)


class NewSecretSchema(Schema):
    """A secret of the sender's making, if it makes its own."""

    secret = fields.String(metadata={"description": "whsec_ and 24 to 64 bytes in base64; made if left out"})


class SourceKeySchema(Schema):
    """A key without its secret."""

    key_id = fields.String(required=True)
    source = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": ["waiting", "active", "retired"]})
    created_at = fields.String(required=True)
    activated_at = fields.String(required=True, allow_none=True)
    last_used_at = fields.String(required=True, allow_none=True)
    retired_at = fields.String(required=True, allow_none=True)


class SecretSchema(SourceKeySchema):
    """A key with its secret, shown this once."""

    secret = fields.String(required=True)


@blueprint.get("")
@requires("sources:write")
@blueprint.response(HTTPStatus.OK, SourceKeySchema(many=True))
def read_keys(source_id: str) -> object:
    """Every key of a source, the oldest first."""
    with current().reading() as session:
        return [source_key_document(key) for key in source_keys(session, source_id)]


@blueprint.post("")
@requires("sources:write")
@blueprint.arguments(NewSecretSchema)
@blueprint.response(HTTPStatus.CREATED, SecretSchema)
def add_key(body: Mapping[str, str], source_id: str) -> object:
    """Make a key that waits; give its secret to the sender, then activate it."""
    secret = body.get("secret") or new_secret()
    if secret_bytes(secret) is None:
        raise InvalidSecretError
    key = new_source_key(source_id, current().vault.seal(secret), now=current().now())
    with current().transaction() as session:
        add_source_key(session, key, credential().name)
    # Shown once: no memory keeps it, that of repeated requests included.
    return source_key_document(key) | {"secret": secret}, {"Cache-Control": "no-store"}


@blueprint.post("/<key_id>:activate")
@requires("sources:write")
@blueprint.response(HTTPStatus.OK, SourceKeySchema)
def activate_key(source_id: str, key_id: str) -> object:
    """Take what this key signs from now on; up to four keys are active at the same time."""
    with current().transaction() as session:
        activate_source_key(session, source_id, key_id, credential().name, now=current().now())
    return _one(source_id, key_id)


@blueprint.post("/<key_id>:retire")
@requires("sources:write")
@blueprint.response(HTTPStatus.OK, SourceKeySchema)
def retire_key(source_id: str, key_id: str) -> object:
    """Refuse what this key signs from now on, for ever."""
    with current().transaction() as session:
        retire_source_key(session, source_id, key_id, credential().name, now=current().now())
    return _one(source_id, key_id)


def _one(source_id: str, key_id: str) -> object:
    with current().reading() as session:
        found = [key for key in source_keys(session, source_id) if key.key_id == key_id]
    if not found:
        raise UnknownSourceKeyError(source_id, key_id)
    return source_key_document(found[0])
