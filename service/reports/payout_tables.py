"""The payout report as tables: the same rows and the same figures in JSON and in CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from service.domain.event import JsonValue
from service.domain.money import format_minor
from service.domain.payout import By, Payout, PayoutLine, PayoutReport, grouped
from service.domain.table_csv import written_table

Row = dict[str, str]


class Table(StrEnum):
    """A table of the report, by what its rows are."""

    PAYOUT = "payout"
    LINE = "line"
    PERSON = "person"
    TEAM = "team"
    ROLE = "role"
    RULE = "rule"
    COST_CENTRE = "cost_centre"


_PAYEE = ("person", "name", "role", "team", "personnel_number", "legal_entity", "cost_centre", "pay_channel", "month")

COLUMNS: Mapping[Table, Sequence[str]] = {
    Table.PAYOUT: (*_PAYEE, "amount", "currency", "held_back", "advanced"),
    Table.LINE: (*_PAYEE, "rule", "label", "label_bg", "pay_code", "account", "amount", "currency"),
    **{Table(by.value): (by.value, "people", "amount", "currency") for by in By},
}
"""The columns of each table, in their order."""


def payout_rows(report: PayoutReport) -> list[Row]:
    """One row for each person and month worked."""
    return [
        {
            **_payee(payout),
            "amount": format_minor(payout.amount_minor),
            "currency": report.currency,
            "held_back": format_minor(payout.held_minor),
            "advanced": format_minor(payout.draw_minor),
        }
        for payout in report.payouts
    ]


def line_rows(report: PayoutReport) -> list[Row]:
    """One row for each line of the statements that is paid."""
    return [_line(line, report.currency) for line in report.lines]


def group_rows(report: PayoutReport, by: By) -> list[Row]:
    """One row for each team, role, rule, cost centre or person."""
    return [
        {
            by.value: group.key,
            "people": str(group.people),
            "amount": format_minor(group.amount_minor),
            "currency": report.currency,
        }
        for group in grouped(report.lines, by)
    ]


def payout_document(report: PayoutReport) -> dict[str, JsonValue]:
    """A report as JSON: the closing it belongs to, its total, and all its tables."""
    return {
        "period": str(report.period),
        "state": report.state.value,
        "version": report.version,
        "currency": report.currency,
        "document_hash": report.document_hash,
        "people": report.people,
        "total": format_minor(report.total_minor),
        "payouts": [{**row} for row in payout_rows(report)],
        "lines": [{**row} for row in line_rows(report)],
        "by": {by.value: [{**row} for row in group_rows(report, by)] for by in By},
    }


def payout_csv(report: PayoutReport, table: Table = Table.PAYOUT) -> str:
    """A table of the report as CSV, comma separated with a heading; what a spreadsheet would run is quoted."""
    match table:
        case Table.PAYOUT:
            rows = payout_rows(report)
        case Table.LINE:
            rows = line_rows(report)
        case _:
            rows = group_rows(report, By(table.value))
    return written_table(COLUMNS[table], rows)


def _payee(payout: Payout) -> Row:
    return {
        "person": payout.person_id,
        "name": payout.name,
        "role": payout.role,
        "team": payout.team,
        "personnel_number": payout.personnel_number,
        "legal_entity": payout.legal_entity,
        "cost_centre": payout.cost_centre,
        "pay_channel": payout.pay_channel,
        "month": str(payout.month_worked),
    }


def _line(line: PayoutLine, currency: str) -> Row:
    return {
        **_payee(line.payout),
        "rule": line.rule,
        "label": line.label,
        "label_bg": line.label_bg,
        "pay_code": line.books.pay_code,
        "account": line.books.account,
        "amount": format_minor(line.amount_minor),
        "currency": currency,
    }
