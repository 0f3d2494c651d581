"""The list that payroll returns is read as it was written, or refused with the place of every mistake."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.due import dues, employed, numbers_of
from service.domain.payout import PayoutReport
from service.domain.payout_settings import (
    DecimalMark,
    Encoding,
    MonthForm,
    PayrollColumn,
    PayrollField,
    PayrollFormat,
    Separator,
)
from service.domain.payroll_file import payroll_file
from service.domain.period import Period, PeriodState
from service.domain.returned_list import ReturnedListRefusedError, ReturnedRow, read_returned
from tests.payout_lines import AUGUST, FORM, JULY, a_line, a_payout

COLUMNS = [PayrollColumn(field, f"„{field.value}“; x") for field in PayrollField]

FORMS = st.builds(
    PayrollFormat,
    encoding=st.sampled_from(Encoding),
    separator=st.sampled_from([Separator.SEMICOLON, Separator.TAB]),
    decimal=st.sampled_from(DecimalMark),
    month=st.sampled_from(MonthForm),
    heading=st.booleans(),
    columns=st.permutations(COLUMNS).map(tuple),
)


@given(
    FORMS,
    st.lists(
        st.tuples(
            st.sampled_from(["ann", "bob"]),
            st.sampled_from([JULY, AUGUST]),
            st.sampled_from(["220", "=1", "0230"]),
            st.integers(-10_000_000, 10_000_000),
        )
    ),
)
def test_what_we_write_is_what_we_read_in_every_form(
    form: PayrollFormat, items: list[tuple[str, Period, str, int]]
) -> None:
    lines = [a_line(a_payout(person_id, month), amount, code) for person_id, month, code, amount in items]
    report = PayoutReport(AUGUST, PeriodState.APPROVED, 1, "EUR", "0" * 64, (), tuple(lines))
    owed = employed(dues(lines))
    read = read_returned(payroll_file(report, owed, form), form)
    assert {(row.number, row.code, row.month_worked): row.amount_minor for row in read.rows} == {
        (due.number, due.code, due.payout.month_worked): due.amount_minor for due in owed
    }
    plain = replace(form, encoding=Encoding.UTF_8)
    again = read_returned(payroll_file(report, owed, plain), plain)
    assert again.list_hash == read.list_hash


HEAD = "Бруто;Месец;Номер;Код;Бележка\r\n"


def read(text: str, form: PayrollFormat = FORM) -> list[ReturnedRow]:
    return list(read_returned(text.encode(form.encoding.codec), form).rows)


def test_columns_are_found_by_their_headings_and_others_are_passed_over() -> None:
    told = HEAD + "\r\n12,5;08.2026; 0042 ;220;x\r\n-3;07.2026;'=1;230\r\n"
    assert read(told) == [
        ReturnedRow(3, "0042", "220", AUGUST, 1250),
        ReturnedRow(4, "=1", "230", JULY, -300),
    ]


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        ("12.50;08.2026;1;2", ["invalid_amount"]),
        ("1 234,50;08.2026;1;2", ["invalid_amount"]),
        ("12,505;08.2026;1;2", ["invalid_amount"]),
        ("+1;08.2026;1;2", ["invalid_amount"]),
        (";08.2026;1;2", ["invalid_amount"]),
        ("1;2026-08;1;2", ["invalid_month"]),
        ("1;13.2026;1;2", ["invalid_month"]),
        ("1;08.0026;1;2", ["invalid_month"]),
        (f"1;08.2026;{'9' * 65};2", ["invalid_number"]),
        ("1;08.2026", ["invalid_number", "invalid_code"]),
        ("x;y;;", ["invalid_number", "invalid_code", "invalid_month", "invalid_amount"]),
    ],
)
def test_every_cell_that_cannot_be_read_is_named_and_none_is_repeated(row: str, codes: list[str]) -> None:
    with pytest.raises(ReturnedListRefusedError) as refused:
        read(f"{HEAD}1;08.2026;1;2\r\n{row}\r\n")
    assert [problem.code for problem in refused.value.problems] == codes
    assert {problem.pointer.partition(",")[0] for problem in refused.value.problems} == {"line 3"}
    assert "9" * 65 not in str(refused.value.problems)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "missing_column"),
        ("Бруто;Месец;Номер\r\n".encode("windows-1251"), "missing_column"),
        ("Бруто;Месец;Номер;Код;Код\r\n".encode("windows-1251"), "double_column"),
        (HEAD.encode(), "missing_column"),
        (HEAD.encode("windows-1251") + b"\x98", "wrong_encoding"),
        (HEAD.encode("windows-1251") + b'"1;2\r\n', "unreadable_line"),
    ],
    ids=["empty", "no code", "two codes", "another encoding", "no letter", "an open quote"],
)
def test_a_list_of_another_form_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(ReturnedListRefusedError) as refused:
        read_returned(content, FORM)
    assert code in {problem.code for problem in refused.value.problems}


def test_a_number_of_two_people_is_nobodys_unless_the_file_has_it() -> None:
    owed = dues([a_line(a_payout("ann"), 100)])
    known = {"0097": {"ann", "eva"}, "0001": {"bob"}, "0002": {"bob", "eva"}}
    assert numbers_of(owed, known) == {"0097": "ann", "0001": "bob"}
