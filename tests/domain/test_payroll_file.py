"""The payroll file: a row for each number, code and month, in payroll's own form, or everything that is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.due import dues, employed, is_employed, with_books
from service.domain.money import format_minor
from service.domain.payout import PayoutLine, PayoutReport, RuleBooks
from service.domain.payout_settings import (
    DecimalMark,
    Encoding,
    MonthForm,
    PayrollColumn,
    PayrollField,
    PayrollFormat,
    Separator,
)
from service.domain.payroll_file import PayrollRefusedError, month_text, payroll_file, payroll_problems
from service.domain.period import Period, PeriodState
from tests.payout_lines import AUGUST, FORM, JULY, a_line, a_payout


def written(lines: list[PayoutLine], form: PayrollFormat = FORM) -> bytes:
    report = PayoutReport(AUGUST, PeriodState.APPROVED, 1, "EUR", "0" * 64, (), tuple(lines))
    return payroll_file(report, employed(dues(lines)), form)


ANN, BOB = a_payout("ann"), a_payout("bob", name="Борис; Щ.")


def test_the_file_opens_right_in_a_program_of_windows_1251() -> None:
    lines = [a_line(BOB, 123_456), a_line(ANN, 1950), a_line(ANN, 550), a_line(ANN, -20, "221")]
    lines += [a_line(a_payout("ann", JULY), 2666)]
    assert written(lines).decode("windows-1251") == (
        "Номер;Име;Код;Месец;Бруто\r\n"
        "0097;Ann;220;07.2026;26,66\r\n"
        "0097;Ann;220;08.2026;25,00\r\n"
        "0097;Ann;221;08.2026;-0,20\r\n"
        '0098;"Борис; Щ.";220;08.2026;1234,56\r\n'
    )


def test_utf_8_begins_with_the_mark_by_which_spreadsheets_know_it() -> None:
    form = replace(FORM, encoding=Encoding.UTF_8_BOM, separator=Separator.COMMA, decimal=DecimalMark.POINT)
    assert written([a_line(ANN, 1950)], form) == (
        b"\xef\xbb\xbf" + "Номер,Име,Код,Месец,Бруто\r\n0097,Ann,220,08.2026,19.50\r\n".encode()
    )
    assert written([a_line(ANN, 1950)], replace(form, encoding=Encoding.UTF_8, heading=False))[:4] == b"0097"


@pytest.mark.parametrize(
    ("form", "text"), [("yyyy-mm", "2026-07"), ("mm.yyyy", "07.2026"), ("mm/yyyy", "07/2026"), ("yyyymm", "202607")]
)
def test_a_month_is_written_as_payroll_reads_it(form: str, text: str) -> None:
    assert month_text(JULY, MonthForm(form)) == text


def test_what_cannot_be_encoded_names_the_person_and_the_column() -> None:
    with pytest.raises(PayrollRefusedError) as refused:
        written([a_line(a_payout("zoe", name="Zoë Öztürk"), 100), a_line(a_payout("zoe", JULY, name="Zoë"), 100)])
    (problem,) = refused.value.problems
    assert problem.detail.startswith('The column "Име" of zoe holds "ë", which windows-1251 cannot write.')


def test_people_without_a_number_and_rules_without_a_code_are_named_before_anything_is_written() -> None:
    nameless, twin = a_payout("ivo", personnel_number=""), a_payout("eva", personnel_number=BOB.personnel_number)
    invoiced = a_payout("zoe", personnel_number="", pay_channel="invoice")
    lines = [a_line(nameless, 1), a_line(twin, 1), a_line(BOB, 1, "", "bonus"), a_line(invoiced, 1, "", "other")]
    assert [(problem.code, problem.pointer) for problem in payroll_problems(lines)] == [
        ("number_missing", "/people/ivo"),
        ("number_taken", "/people/bob"),
        ("code_missing", "/rules/bonus"),
    ]
    filled = with_books(lines, {"bonus": RuleBooks("290", "604.9")})
    assert [problem.code for problem in payroll_problems(filled)] == ["number_missing", "number_taken"]
    assert with_books([a_line(ANN, 1)], {"pay": RuleBooks("999", "1")})[0].books == RuleBooks("220", "604")


def test_who_sends_an_invoice_is_not_in_the_file_and_owed_whole_months() -> None:
    invoiced = a_payout("zoe", personnel_number="", pay_channel="invoice")
    lines = [a_line(invoiced, 100, "220"), a_line(invoiced, 50, "230"), a_line(ANN, 1)]
    assert written(lines).decode("windows-1251").count("\r\n") == 2
    zoe = [due for due in dues(lines) if not is_employed(due.payout)]
    assert [(due.number, due.code, due.amount_minor) for due in zoe] == [("zoe", "invoice", 150)]


def test_every_field_can_be_a_column() -> None:
    form = replace(FORM, columns=tuple(PayrollColumn(field, field.value) for field in PayrollField))
    heading, row, _ = written([a_line(replace(ANN, legal_entity="=1"), 1)], form).decode("windows-1251").split("\r\n")
    told = dict(zip(heading.split(";"), row.split(";"), strict=True))
    assert (told["legal_entity"], told["period"], told["currency"]) == ("'=1", "08.2026", "EUR")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["ann", "bob", "eva"]),
            st.sampled_from([JULY, AUGUST]),
            st.sampled_from(["220", "221", "230"]),
            st.integers(-10_000, 10_000),
        ),
        max_size=30,
    )
)
def test_no_cent_is_lost_and_no_month_is_netted(items: list[tuple[str, Period, str, int]]) -> None:
    lines = [a_line(a_payout(person_id, month), amount, code) for person_id, month, code, amount in items]
    rows = [row.split(";") for row in written(lines).decode("windows-1251").split("\r\n")[1:-1]]
    expected: dict[tuple[str, str, str], int] = {}
    for person_id, month, code, amount in items:
        key = f"00{ord(person_id[0])}", code, month_text(month, FORM.month)
        expected[key] = expected.get(key, 0) + amount
    told = {(row[0], row[2], row[3]): row[4] for row in rows}
    assert len(told) == len(rows)
    assert told == {key: format_minor(amount).replace(".", ",") for key, amount in expected.items() if amount}
