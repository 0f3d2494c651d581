"""Promises about reading a table as a spreadsheet saves it."""

from __future__ import annotations

import pytest

from service.domain.table_csv import NotUtf8Error, TableRefusedError, decoded, read_table


def cells(text: str) -> list[tuple[int, dict[str, str]]]:
    return [(row.number, row.cells) for row in read_table(text, ["a", "b"], ["c"])]


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "a;b\r\n1;2\r\n", " A ,B\n1,2", 'b,a\n"2","1"\n', "a,b\n\n1,2\n,\n"])
def test_commas_semicolons_line_ends_and_the_order_of_columns_do_not_matter(text: str) -> None:
    assert [found for _, found in cells(text)] == [{"a": "1", "b": "2"}]


def test_lines_are_numbered_as_an_editor_shows_them() -> None:
    """The second row has a line break inside a cell and is known by its last line."""
    assert [number for number, _ in cells('a,b\n1,2\n"x\ny",3\n\n5,6\n')] == [2, 4, 6]


def test_a_separator_inside_quotes_is_part_of_the_cell() -> None:
    assert cells('a;b\n"1;1";2,5\n') == [(2, {"a": "1;1", "b": "2,5"})]


def test_a_short_line_leaves_its_last_cells_out() -> None:
    assert cells("a,b,c\n1,2\n") == [(2, {"a": "1", "b": "2"})]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", ["missing_column", "missing_column"]),
        ("a\n1\n", ["missing_column"]),
        ("a,b,d\n1,2,3\n", ["unknown_column"]),
        ("a,b,a\n1,2,3\n", ["double_column"]),
        ("a,b,7523169263\n1,2,3\n", ["national_id"]),
        ("a,b\n1,2,3\n1,2,3,4\n", ["too_many_cells", "too_many_cells"]),
        ("a,d\n1,2,3\n", ["missing_column", "unknown_column", "too_many_cells"]),
        ('a,b\n"1,2\n', ["unreadable_line"]),
        ('a,b\n"1"2,3\n', ["unreadable_line"]),
    ],
)
def test_what_is_wrong_with_a_table_is_named_all_at_once(text: str, codes: list[str]) -> None:
    with pytest.raises(TableRefusedError) as refused:
        cells(text)
    assert [item.code for item in refused.value.problems] == codes
    assert not any("7523169263" in item.detail for item in refused.value.problems)


def test_a_byte_order_mark_is_not_part_of_the_first_column() -> None:
    assert decoded("\ufeffa,b".encode()) == "a,b"
    assert decoded("име".encode()) == "име"


def test_an_old_encoding_is_refused_instead_of_read_as_nonsense() -> None:
    with pytest.raises(NotUtf8Error, match="CSV UTF-8"):
        decoded("име".encode("windows-1251"))
