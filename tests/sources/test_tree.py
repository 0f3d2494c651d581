"""Looking into a message: whatever stands at a place, there is an answer."""

from __future__ import annotations

import pytest

from service.sources.tree import TEXT_CHARACTERS, as_json, at, branch_at, rows_at, text_at

TREE = {"a": {"b": "1", "n": 2, "flag": True, "list": [1], "both": {"": "3", "x": "4"}}, "rows": {"0": {}, "1": {}}}


@pytest.mark.parametrize(
    ("path", "text"),
    [("b", "1"), ("n", "2"), ("flag", ""), ("list", ""), ("none", ""), ("both", "3"), ("b.c", "")],
)
def test_a_text_is_a_text_a_number_or_nothing(path: str, text: str) -> None:
    assert text_at(TREE, "a", *path.split(".")) == text


def test_a_long_text_is_cut() -> None:
    assert len(text_at({"a": "x" * 9_999}, "a")) == TEXT_CHARACTERS


def test_rows_are_a_list_or_the_values_of_numbered_keys() -> None:
    assert rows_at(TREE, "rows") == [{}, {}]
    assert rows_at(TREE, "a", "list") == [1]
    assert rows_at(TREE, "a", "b") == []


@pytest.mark.parametrize("tree", [None, 7, "text", [], {"a": 3}])
def test_where_nothing_is_nothing_is_found(tree: object) -> None:
    assert at(tree, "a", "b") is None
    assert branch_at(tree, "a") == {}


def test_a_form_is_a_value() -> None:
    assert as_json({"a": {"0": "x"}}) == {"a": {"0": "x"}}
