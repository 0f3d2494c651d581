"""The strict reader: what it refuses, where, and what numbers mean."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.plans.finding import Findings
from service.plans.read import MAX_BYTES, MAX_NODES, MapNode, Scalar, read
from service.plans.scalar import Percent, canonical_scalar, read_scalar, scalar_of_canonical


def refused(text: str | bytes) -> list[str]:
    findings = Findings()
    read(text, "t.yaml", findings)
    return [str(item) for item in findings.items]


def value(text: str) -> object:
    findings = Findings()
    node = read(f"a: {text}", "t.yaml", findings)
    assert findings.items == []
    scalar = node.entries["a"]
    assert isinstance(scalar, Scalar)
    return scalar.value


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("60_000", 60_000),
        ("0.1", Decimal("0.1")),
        ("72_345.67", Decimal("72345.67")),
        ("-5", -5),
        ("7.5%", Percent(Decimal("7.5"))),
        ("true", True),
        ("120d", "120d"),
        ("2026-11", "2026-11"),
        ("'5%'", "5%"),
        ("attainment.calls >= 80%", "attainment.calls >= 80%"),
    ],
)
def test_a_scalar_means_exactly_what_is_written(text: str, meaning: object) -> None:
    assert value(text) == meaning
    assert type(value(text)) is type(meaning)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: on", "t.yaml:1:4: E-YAML `on` is read as true or false"),
        ("yes: 1", "t.yaml:1:1: E-YAML `yes` is read as true or false"),
        ("a: True", "t.yaml:1:4: E-YAML `True` is read as true or false"),
        ("a: 1\nb: 2\na: 3", "t.yaml:3:1: E-DUP The key `a` is written twice; it stands in line 1 already."),
        ("a: &x 1", "t.yaml:1:4: E-YAML Anchors are not read."),
        ("a: 1\nb: *a", "E-YAML Aliases are not read."),
        ("a: !!python/object:os.system 1", "t.yaml:1:4: E-YAML Tags are not read."),
        ("<<: {a: 1}", "t.yaml:1:1: E-YAML Merge keys are not read."),
        ("a: 1e5", "t.yaml:1:4: E-YAML `1e5` has an exponent"),
        ("a: 007", "t.yaml:1:4: E-YAML `007` is almost a number"),
        ("a: 1_00", "t.yaml:1:4: E-YAML `1_00` is almost a number"),
        ("a: .inf", "t.yaml:1:4: E-YAML `.inf` is almost a number"),
        ("a: 2026-02-30", "t.yaml:1:4: E-YAML There is no day 2026-02-30"),
        ("a: " + "1" * 10_000, "t.yaml:1:4: E-YAML This number has more than 24 digits."),
        ("[" * 100_000, "t.yaml:1:13: E-YAML Nested deeper than 12."),
        ("{a: " * 50_000, "E-YAML Nested deeper than 12."),
        ("a: [" + "1, " * MAX_NODES + "1]", "E-YAML The file holds more than 20,000 values."),
        ("#" * (MAX_BYTES + 1), "t.yaml:1:1: E-YAML The file has 262,145 bytes"),
        ("a: 1\n---\nb: 2", "E-YAML The file holds several documents."),
        ("- 1", "t.yaml:1:1: E-SHAPE A plan file is a map"),
        ("", "t.yaml:1:1: E-YAML The file is empty."),
        ("a: 'x", "E-YAML This is not YAML"),
        ("a:\n\t- b", "t.yaml:2:1: E-YAML This is not YAML"),
        ("a: \x00", "E-YAML This is not YAML"),
        ("? [a]\n: b", "t.yaml:1:3: E-YAML A key is one name"),
        (b"a: \xff", "t.yaml:1:1: E-YAML The file is not UTF-8 text (byte 3)."),
    ],
)
def test_what_could_be_misread_is_refused_with_its_place(text: str | bytes, expected: str) -> None:
    assert any(expected in line for line in refused(text)), refused(text)


def test_all_mistakes_of_a_file_are_shown_at_once() -> None:
    assert len(refused("a: on\nb: &x 1\nc: 1e5\na: 2\n")) == 4


def test_columns_count_characters_and_not_bytes() -> None:
    assert refused("заглавие: {бонус: да, ключ: on}")[0].startswith("t.yaml:1:29:")


def test_every_value_knows_its_line_and_column() -> None:
    node = read("a:\n  b: [1, 2]\n", "t.yaml", Findings())
    inner = node.entries["a"]
    assert isinstance(inner, MapNode)
    assert str(inner.place_of("b")) == "t.yaml:2:3"
    assert str(inner.entries["b"].place) == "t.yaml:2:6"


@given(st.text(max_size=200))
def test_no_text_makes_the_reader_fall_over(text: str) -> None:
    refused(text)
    refused(f"a: {text}")


@given(st.one_of(st.integers(-(10**20), 10**20), st.text(max_size=20), st.booleans(), st.none()))
def test_a_canonical_value_is_read_back_as_it_was(meaning: int | str | bool | None) -> None:  # noqa: FBT001  any scalar is tried
    assert scalar_of_canonical(canonical_scalar(meaning)) == meaning


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9))
def test_a_number_has_one_canonical_spelling(number: Decimal) -> None:
    for written in (number, Percent(number)):
        spelled = canonical_scalar(written)
        back = scalar_of_canonical(spelled)
        assert canonical_scalar(back) == spelled
        assert canonical_scalar(Percent(number * 1)) == canonical_scalar(Percent(number + Decimal("0.000000")))


def test_spellings_of_one_number_are_one() -> None:
    assert canonical_scalar(read_scalar("60_000")) == canonical_scalar(read_scalar("60000.00"))
    assert canonical_scalar(read_scalar("5%")) == canonical_scalar(read_scalar("5.0%"))
