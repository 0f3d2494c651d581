"""`/v1/users`: who may log in to the pages (scope `accounts:write`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from service.api.auth import credential, requires
from service.api.reader import Blueprint
from service.domain.account import LINK_LIFETIME, Account, Role, new_account
from service.flows.add_account import add_account
from service.flows.change_account import change_account
from service.flows.make_reset_link import make_reset_link
from service.reports.accounts import all_accounts
from service.runtime import current

blueprint = Blueprint("users", __name__, url_prefix="/v1/users", description="Who may log in to the pages.")

ROLES = {"enum": [role.value for role in Role]}


class RolesSchema(Schema):
    """What an account may do beyond its own affairs."""

    roles = fields.List(fields.String(validate=validate.OneOf(ROLES["enum"]), metadata=ROLES), load_default=list)


class NewUserSchema(RolesSchema):
    """An account to be made."""

    login = fields.String(required=True, metadata={"example": "ann@example.com"})
    person_id = fields.String(load_default=None, allow_none=True, metadata={"description": "Whose day it shows"})


class ChangeSchema(RolesSchema):
    """What an account shall be: exactly these roles, open or closed."""

    roles = fields.List(fields.String(validate=validate.OneOf(ROLES["enum"]), metadata=ROLES), required=True)
    open = fields.Boolean(load_default=True, truthy={True}, falsy={False})


class ResetSchema(Schema):
    """How a password is reset."""

    forget_code = fields.Boolean(
        load_default=False,
        truthy={True},
        falsy={False},
        metadata={"description": "Takes the second factor off too, for a lost telephone"},
    )


class LinkSchema(Schema):
    """A one-time link, shown once."""

    login = fields.String()
    link = fields.String(metadata={"description": f"Sets a password, once, within {LINK_LIFETIME.days} days"})


class UserSchema(Schema):
    """An account, without its secrets."""

    login = fields.String()
    person_id = fields.String(allow_none=True)
    roles = fields.List(fields.String(metadata=ROLES))
    open = fields.Boolean()
    password = fields.Boolean(metadata={"description": "Whether one was set"})
    second_factor = fields.Boolean()
    openid = fields.Boolean(metadata={"description": "Whether the company's provider knows it"})


@blueprint.get("")
@requires("accounts:write")
@blueprint.response(200, UserSchema(many=True))
def read_users() -> object:
    """Every account, by login."""
    with current().reading() as session:
        return [_shown(account) for account in all_accounts(session)]


@blueprint.post("")
@requires("accounts:write")
@blueprint.arguments(NewUserSchema)
@blueprint.response(201, LinkSchema)
def add_user(body: Mapping[str, Any]) -> object:
    """Make an account; its one-time link is in the answer and nowhere else."""
    now, by = current().now(), credential().name
    account = new_account(body["login"], body["person_id"], [Role(name) for name in body["roles"]], now=now)
    with current().transaction() as session:
        add_account(session, account, by, now=now)
        token = make_reset_link(session, account.login, by, forget_code=False, now=now)
    return _link(account.login, token)


@blueprint.post("/<login>/reset")
@requires("accounts:write")
@blueprint.arguments(ResetSchema)
@blueprint.response(200, LinkSchema)
def reset_user(body: Mapping[str, Any], login: str) -> object:
    """A new one-time link; earlier ones open nothing any more."""
    with current().transaction() as session:
        token = make_reset_link(session, login, credential().name, forget_code=body["forget_code"], now=current().now())
    return _link(login, token)


@blueprint.put("/<login>")
@requires("accounts:write")
@blueprint.arguments(ChangeSchema)
@blueprint.response(204)
def change_user(body: Mapping[str, Any], login: str) -> None:
    """Give an account exactly these roles, open or close it; whoever is logged in with it must log in again."""
    roles = [Role(name) for name in body["roles"]]
    with current().transaction() as session:
        change_account(session, login, roles, credential().name, is_open=body["open"], now=current().now())


def _link(login: str, token: str) -> tuple[dict[str, str], dict[str, str]]:
    """What is shown once; `no-store` keeps it out of every memory, that of repeated requests too."""
    return {"login": login, "link": f"{current().settings.public_url}/reset/{token}"}, {"Cache-Control": "no-store"}


def _shown(account: Account) -> dict[str, object]:
    return {
        "login": account.login,
        "person_id": account.person_id,
        "roles": sorted(account.roles),
        "open": account.is_open,
        "password": bool(account.password_hash),
        "second_factor": bool(account.totp_sealed),
        "openid": bool(account.oidc_subject),
    }
