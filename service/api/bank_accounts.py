"""`/v1/people/.../bank-account`: where money is sent for invoices; shown masked and never given back."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from service.api.auth import credential, requires
from service.api.reader import Blueprint
from service.domain.bank_account import bank_account
from service.flows.forget_bank_account import forget_bank_account
from service.flows.set_bank_account import set_bank_account
from service.reports.bank_accounts import kept_account
from service.runtime import current

blueprint = Blueprint(
    "bank_accounts", __name__, url_prefix="/v1/people", description="Bank accounts of people who send an invoice."
)


class BankAccountSchema(Schema):
    """Where money is sent."""

    iban = fields.String(required=True, metadata={"description": "Checked by its length and check digits"})
    bic = fields.String(load_default="", metadata={"description": "Of its bank; SEPA does without"})


class KeptAccountSchema(Schema):
    """What is shown of an account."""

    person_id = fields.String()
    iban = fields.String(attribute="masked", metadata={"example": "BG80**************5678"})
    changed_at = fields.AwareDateTime()
    changed_by = fields.String()


@blueprint.get("/<person_id>/bank-account")
@requires("people:write")
@blueprint.response(200, KeptAccountSchema)
def read_bank_account(person_id: str) -> object:
    """The ends of the IBAN that is kept of a person, and who changed it."""
    with current().reading() as session:
        return kept_account(session, person_id)


@blueprint.put("/<person_id>/bank-account")
@requires("people:write")
@blueprint.arguments(BankAccountSchema)
@blueprint.response(200, KeptAccountSchema)
def put_bank_account(body: dict[str, Any], person_id: str) -> object:
    """Keep the account of somebody who sends an invoice, encrypted, in the place of an earlier one."""
    runtime = current()
    account = bank_account(body["iban"], body["bic"])
    with runtime.transaction() as session:
        return set_bank_account(session, person_id, account, runtime.vault, credential().name, now=runtime.now())


@blueprint.delete("/<person_id>/bank-account")
@requires("people:write")
@blueprint.response(204)
def delete_bank_account(person_id: str) -> None:
    """Keep the account no longer."""
    with current().transaction() as session:
        forget_bank_account(session, person_id, credential().name, now=current().now())
