"""`/v1/rates`: what the company's money costs in other currencies, and who set it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from service.api.auth import credential, requires
from service.api.reader import Blueprint
from service.domain.exchange_rate import RateRow
from service.domain.period import Period
from service.flows.import_rates import import_rates
from service.reports.rates import rate_documents
from service.runtime import current

blueprint = Blueprint("rates", __name__, url_prefix="/v1/rates", description="Exchange rates of the company.")


class ExchangeRateSchema(Schema):
    """What a unit of the company's money costs in a currency, from a day on."""

    currency = fields.String(required=True, metadata={"example": "USD"})
    day = fields.String(required=True, metadata={"example": "2026-10-01"})
    rate = fields.String(required=True, metadata={"description": "Decimal text above zero", "example": "1.1725"})


class ExchangeRatesSchema(Schema):
    """Rates to set: all of them or none."""

    rates = fields.List(fields.Nested(ExchangeRateSchema), required=True, validate=validate.Length(min=1))


class RatesImportedSchema(Schema):
    """What an import of rates did."""

    new = fields.Integer(metadata={"description": "Rates that were not set to this already"})


class ExchangeRateOfSchema(Schema):
    """A rate as it was set."""

    currency = fields.String()
    day = fields.Date()
    rate = fields.String()
    set_by = fields.String()
    set_at = fields.AwareDateTime()
    holds = fields.Boolean(metadata={"description": "No later one was set for this day"})


class RatesAskedSchema(Schema):
    """Which rates are asked for."""

    currency = fields.String(required=True, metadata={"example": "USD"})
    period = fields.String(required=True, metadata={"example": "2026-10"})


@blueprint.post("")
@requires("periods:write")
@blueprint.arguments(ExchangeRatesSchema)
@blueprint.response(200, RatesImportedSchema)
def post_rates(body: Mapping[str, Any]) -> object:
    """Set rates in the name of the API key; events that waited for one of them are converted and count."""
    rows = [RateRow(f"/rates/{place}/{{}}", **item) for place, item in enumerate(body["rates"])]
    with current().transaction() as session:
        return {"new": import_rates(session, rows, credential().name, now=current().now())}


@blueprint.get("")
@requires("payouts:read")
@blueprint.arguments(RatesAskedSchema, location="query")
@blueprint.response(200, ExchangeRateOfSchema(many=True))
def read_rates(asked: Mapping[str, str]) -> object:
    """Every rate of a currency that money of a month may be converted with, with its author."""
    with current().reading() as session:
        return rate_documents(session, asked["currency"], Period.parse(asked["period"]))
