"""What our JSON reader takes, and what it refuses by name."""

from __future__ import annotations

import json
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import MalformedError
from service.sources.json_text import (
    MAX_DEPTH,
    MAX_STRING_BYTES,
    JsonTextError,
    read_json,
    text_fault,
)

BROKEN = {
    b"": "empty_body",
    b" \r\n\t ": "empty_body",
    b"\xef\xbb\xbf": "empty_body",
    b"{": "not_json",
    b"{} {}": "not_json",
    b"[1,]": "not_json",
    b"{'a': 1}": "not_json",
    b'"a\nb"': "not_json",
    b'{"id":"a","id":"b"}': "duplicate_key",
    b'[{"data":{"x":{"k":1,"k":1}}}]': "duplicate_key",
    b'{"a":"\xff"}': "invalid_encoding",
    '{"a":1}'.encode("utf-16"): "invalid_encoding",
    '{"a":1}'.encode("utf-16-le"): "invalid_encoding",
    '{"a":1}'.encode("utf-32-be"): "invalid_encoding",
    b"NaN": "number_out_of_range",
    b"[Infinity]": "number_out_of_range",
    b'{"amount":-Infinity}': "number_out_of_range",
    b"1" * 5_000: "number_out_of_range",
    b"1" * 39: "number_out_of_range",
    b"1e400": "number_out_of_range",
    b"1e99999999999999999999": "number_out_of_range",
    b"1e-19": "number_out_of_range",
    b"0." + b"1" * 29: "number_out_of_range",
    b"[" * 10_000 + b"]" * 10_000: "too_deep",
    b'{"a":' * 100_000 + b"1" + b"}" * 100_000: "too_deep",
    b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1): "too_deep",
    json.dumps({str(number): 1 for number in range(1_001)}).encode(): "too_many_keys",
}


@pytest.mark.parametrize(("body", "code"), BROKEN.items(), ids=[f"{key[:12]!r}-{code}" for key, code in BROKEN.items()])
def test_a_broken_document_is_refused_by_name(body: bytes, code: str) -> None:
    with pytest.raises(MalformedError) as refused:
        read_json(body)
    assert refused.value.code == code


def test_nesting_without_end_is_refused_in_no_time() -> None:
    """The promise is 50 ms on any machine; a second would be a parser that follows the nesting."""
    started = time.perf_counter()
    with pytest.raises(JsonTextError):
        read_json(b"[" * 10_000 + b"]" * 10_000)
    assert time.perf_counter() - started < 0.5


def test_the_refusal_does_not_repeat_what_was_sent() -> None:
    with pytest.raises(JsonTextError) as refused:
        read_json(b'{"iban": BG80BNBG96611020345678}')
    assert "BG80" not in refused.value.detail


def test_a_number_with_a_point_is_exactly_what_was_written() -> None:
    assert read_json(b"[0.1, 1500.00, 1e3, -0.0]") == [Decimal("0.1"), Decimal(1500), Decimal(1000), Decimal(0)]
    assert all(isinstance(value, Decimal) for value in read_json(b"[0.1, 1.0, 1e3]"))  # type: ignore[union-attr]  # a list


def test_a_byte_order_mark_is_no_part_of_the_document() -> None:
    assert read_json(b'\xef\xbb\xbf{"a":1}') == {"a": 1}


def test_the_deepest_document_allowed_is_read() -> None:
    assert read_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)


def test_brackets_inside_texts_are_no_nesting() -> None:
    assert read_json(json.dumps(["[" * 100, '\\"[{' * 100]).encode())


@pytest.mark.parametrize(
    "text", [r'"\u0000"', r'"\ud800"', r'{"a":{"\udfff":1}}', r'[["a\u0000b"]]', json.dumps("ж" * MAX_STRING_BYTES)]
)
def test_a_text_that_cannot_be_stored_is_found_wherever_it_is(text: str) -> None:
    assert text_fault(read_json(text.encode()))


@pytest.mark.parametrize(
    "text", [r'"\ud83d\ude00"', '"Мария 😀"', json.dumps("a" * MAX_STRING_BYTES), '{"a":[1,null]}']
)
def test_every_other_text_is_fine(text: str) -> None:
    assert text_fault(read_json(text.encode())) is None


@given(st.binary(max_size=300))
def test_no_bytes_make_it_fail_in_another_way(body: bytes) -> None:
    try:
        read_json(body)
    except JsonTextError as refused:
        assert refused.detail  # noqa: PT017 - either outcome is right, a third is not


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**37), 10**37) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(JSON_VALUES)
def test_what_is_written_is_what_is_read(value: object) -> None:
    assert read_json(json.dumps(value).encode()) == value
