"""The journal and the schedule of spread costs as JSON and CSV."""

from __future__ import annotations

from itertools import groupby

from service.domain.amortisation import schedule
from service.domain.event import JsonValue
from service.domain.journal import JournalLine
from service.domain.money import format_minor
from service.domain.table_csv import written_table
from service.reports.journal import Journal

COLUMNS = (
    "date", "document", "number", "account", "debit", "credit", "currency", "cost_centre", "rule", "month",
)  # fmt: skip

SCHEDULE_COLUMNS = ("rule", "account", "cost_centre", "worked", "posted", "months", "month", "amount", "currency")


def journal_csv(journal: Journal) -> str:
    """One row for each side; debit and credit of each document and number are the same."""
    return written_table(COLUMNS, [_row(line, journal.report.currency) for line in journal.lines])


def schedule_csv(journal: Journal) -> str:
    """One row for each month that takes a part of a cost which the month itself added."""
    return written_table(SCHEDULE_COLUMNS, _schedule(journal))


def journal_document(journal: Journal) -> dict[str, JsonValue]:
    """The journal as JSON: its entries with their sides, each balanced, and what is deferred."""
    report, deferral = journal.report, journal.deferral
    entries: list[JsonValue] = []
    for (kind, number), group in groupby(journal.lines, key=lambda line: (line.kind, line.number)):
        own = list(group)
        debit_minor = sum(line.amount_minor for line in own if line.amount_minor > 0)
        entries.append(
            {
                "document": kind.value,
                "number": number,
                "date": own[0].day.isoformat(),
                "total": format_minor(debit_minor),
                "lines": [{**_row(line, report.currency)} for line in own],
            }
        )
    return {
        "period": str(report.period),
        "version": report.version,
        "currency": report.currency,
        "document_hash": report.document_hash,
        "entries": entries,
        "deferred": {
            "opening": format_minor(deferral.opening_minor),
            "added": format_minor(deferral.added_minor),
            "amortised": format_minor(deferral.amortised_minor),
            "closing": format_minor(deferral.left_minor),
        },
        "schedule": [{**row} for row in _schedule(journal)],
    }


def _row(line: JournalLine, currency: str) -> dict[str, str]:
    amount = format_minor(abs(line.amount_minor))
    return {
        "date": line.day.isoformat(),
        "document": line.kind.value,
        "number": str(line.number),
        "account": line.account,
        "debit": amount if line.amount_minor > 0 else "",
        "credit": amount if line.amount_minor < 0 else "",
        "currency": currency,
        "cost_centre": line.cost_centre,
        "rule": line.rule,
        "month": str(line.month_worked),
    }


def _schedule(journal: Journal) -> list[dict[str, str]]:
    """The parts of what the month added, by rule, cost centre and month worked."""
    period = journal.report.period
    rows: dict[tuple[str, str, str, str, int, str], int] = {}
    for item in journal.deferred:
        spread = item.spread
        if spread.posted_in != period:
            continue
        for month, amount_minor in schedule(spread):
            key = item.rule, item.account, item.cost_centre, str(spread.month_worked), spread.months, str(month)
            rows[key] = rows.get(key, 0) + amount_minor
    return [
        {
            "rule": rule,
            "account": account,
            "cost_centre": centre,
            "worked": worked,
            "posted": str(period),
            "months": str(months),
            "month": month,
            "amount": format_minor(amount_minor),
            "currency": journal.report.currency,
        }
        for (rule, account, centre, worked, months, month), amount_minor in sorted(rows.items())
    ]
