"""The payroll file: a row for each personnel number, pay code and month worked for, gross, in payroll's own form."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from service.domain.due import Due, is_employed
from service.domain.errors import BusinessConflictError, Problem
from service.domain.money import format_minor
from service.domain.payout import PayoutLine, PayoutReport
from service.domain.payout_settings import MonthForm, PayrollField, PayrollFormat
from service.domain.period import Period
from service.domain.table_csv import harmless


class PayrollRefusedError(BusinessConflictError):
    """A payroll file in which somebody or something would be missing; nothing was written."""

    code = "payroll_refused"

    def __init__(self, period: Period, problems: Sequence[Problem]) -> None:
        super().__init__(f"No payroll file of {period} is written before this is corrected.", tuple(problems))


def payroll_problems(lines: Sequence[PayoutLine]) -> list[Problem]:
    """Employed people without a number, numbers of two people, and rules without a code, each named once."""
    employed = [line for line in lines if is_employed(line.payout)]
    numbers = {line.payout.person_id: line.payout.personnel_number for line in employed}
    holders: dict[str, list[str]] = {}
    for person_id, number in sorted(numbers.items()):
        holders.setdefault(number, []).append(person_id)
    nameless = holders.pop("", [])
    codeless = sorted({line.rule for line in employed if not line.books.pay_code})
    return [
        *(
            Problem("number_missing", f"{person_id} has no personnel number. Import one.", f"/people/{person_id}")
            for person_id in nameless
        ),
        *(
            Problem("number_taken", f"{' and '.join(people)} have one personnel number.", f"/people/{people[0]}")
            for people in holders.values()
            if len(people) > 1
        ),
        *(
            Problem(
                "code_missing",
                f'The rule "{rule}" has no pay code. Write `pay_code` into its plan, or into `rules` of payouts.yaml.',
                f"/rules/{rule}",
            )
            for rule in codeless
        ),
    ]


def payroll_file(report: PayoutReport, owed: Sequence[Due], form: PayrollFormat) -> bytes:
    """A row for each due, by number, month worked and code; raises `PayrollRefusedError`, and names every mistake."""
    rows = sorted(owed, key=lambda due: (due.number, due.key))
    texts = [_texts(due, report, form) for due in rows]
    cells = [[own[column.field] for column in form.columns] for own in texts]
    problems = [
        problem
        for due, row in zip(rows, cells, strict=True)
        for column, text in zip(form.columns, row, strict=True)
        if (problem := _unencodable(due, column.title, text, form))
    ]
    if problems:
        raise PayrollRefusedError(report.period, list(dict.fromkeys(problems)))
    heading = [[column.title for column in form.columns]] if form.heading else []
    text = io.StringIO()
    csv.writer(text, delimiter=form.separator.character, lineterminator="\r\n").writerows([*heading, *cells])
    return text.getvalue().encode(form.encoding.codec)


def month_text(month: Period, form: MonthForm) -> str:
    """A month as payroll writes it."""
    match form:
        case MonthForm.YEAR_FIRST:
            return str(month)
        case MonthForm.MONTH_FIRST:
            return f"{month.month:02d}.{month.year:04d}"
        case MonthForm.SLASHED:
            return f"{month.month:02d}/{month.year:04d}"
        case MonthForm.BARE:
            return f"{month.year:04d}{month.month:02d}"


def _texts(due: Due, report: PayoutReport, form: PayrollFormat) -> dict[PayrollField, str]:
    payout = due.payout
    return {
        PayrollField.NUMBER: harmless(due.number),
        PayrollField.CODE: harmless(due.code),
        PayrollField.MONTH: month_text(payout.month_worked, form.month),
        PayrollField.AMOUNT: format_minor(due.amount_minor).replace(".", form.decimal.character),
        PayrollField.NAME: harmless(payout.name),
        PayrollField.PERSON: payout.person_id,
        PayrollField.PERIOD: month_text(report.period, form.month),
        PayrollField.CURRENCY: report.currency,
        PayrollField.ROLE: payout.role,
        PayrollField.TEAM: payout.team,
        PayrollField.LEGAL_ENTITY: harmless(payout.legal_entity),
        PayrollField.COST_CENTRE: harmless(payout.cost_centre),
    }


def _unencodable(due: Due, title: str, text: str, form: PayrollFormat) -> Problem | None:
    try:
        text.encode(form.encoding.codec)
    except UnicodeEncodeError as error:
        letter = text[error.start]
        detail = (
            f'The column "{title}" of {due.payout.person_id} holds "{letter}", which {form.encoding} cannot write. '
            "Change the text, or the encoding in payouts.yaml."
        )
        return Problem("not_encodable", detail, f"/people/{due.payout.person_id}")
    return None
