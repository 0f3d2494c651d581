"""The shape of the payout report: its tables as the report itself names their columns."""

from __future__ import annotations

from marshmallow import Schema, fields

from service.domain.payout import By
from service.domain.period import PeriodState
from service.reports.payout_tables import COLUMNS, Table

TEXT = {"type": "string"}

FILE = {"type": "string", "format": "binary"}

_ROWS = {
    table: Schema.from_dict(
        {column: fields.String(required=True) for column in columns},
        name=f"Payout{table.name.title().replace('_', '')}RowSchema",
    )
    for table, columns in COLUMNS.items()
}


def _rows_of(table: Table) -> fields.List[fields.Nested]:
    return fields.List(fields.Nested(_ROWS[table]), required=True)


PayoutGroupsSchema = Schema.from_dict({by.value: _rows_of(Table(by.value)) for by in By}, name="PayoutGroupsSchema")
"""The sums of the report, by what they are sums of."""


class PayoutsSchema(Schema):
    """The payout report of a closed month; amounts are decimal texts."""

    period = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": [state.value for state in PeriodState if state.is_closed]})
    version = fields.Integer(required=True, metadata={"description": "Number of the closing that holds"})
    currency = fields.String(required=True)
    document_hash = fields.String(required=True)
    people = fields.Integer(required=True)
    total = fields.String(required=True)
    payouts = _rows_of(Table.PAYOUT)
    lines = _rows_of(Table.LINE)
    by = fields.Nested(PayoutGroupsSchema, required=True)


class OpenDueSchema(Schema):
    """What no list of payroll has settled yet."""

    person = fields.String(required=True)
    number = fields.String(required=True)
    code = fields.String(required=True)
    month = fields.String(required=True)
    amount = fields.String(required=True)
    difference = fields.Dict(required=True, allow_none=True, metadata={"description": "What the last list said of it"})


class JournalSchema(Schema):
    """The journal of an approved month; amounts are decimal texts."""

    period = fields.String(required=True)
    version = fields.Integer(required=True, metadata={"description": "Number of the closing that holds"})
    currency = fields.String(required=True)
    document_hash = fields.String(required=True)
    entries = fields.List(fields.Dict(), required=True, metadata={"description": "Each balanced, with its lines"})
    deferred = fields.Dict(required=True, metadata={"description": "Costs that are spread over the months to come"})
    schedule = fields.List(fields.Dict(), required=True, metadata={"description": "Those costs, month by month"})
