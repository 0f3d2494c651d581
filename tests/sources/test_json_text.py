"""What our JSON reader takes, and what it refuses by name."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import MalformedError
from service.domain.event import JsonValue, canonical_json
from service.sources.json_text import (
    MAX_DEPTH,
    MAX_STRING_BYTES,
    JsonTextError,
    judge_json,
    read_json,
    text_fault,
    write_plain,
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


SCALARS = st.sampled_from(
    [
        *("0", "-0", "7", "01", "-", "1.5", "1.", "-0.0", "1e5", "1E400", "1e-19", "9" * 38, "9" * 39, "-" + "9" * 39),
        *("0." + "1" * 28, "0." + "1" * 29, "18446744073709551616", "1" * 4_400, "NaN", "-Infinity", "true", "nul"),
        *(r'"\u0000"', r'"\ud800"', r'"\ud83d\ude00"', r'"\ude00"', r'"\"', r'"\":"', r'"\\":', '":"', '"a":"', '"\t"'),
        *('"\xe9"', '"\x7f"', '""', '"x', "'x'", '"' + "1" * 50 + '"'),
    ]
)
KEYS = st.sampled_from(['"a"', '"b"', r'"\u0061"', '"a":', '":a"', r'"\""', '"a"\t', "a", '""'])
SPACE = st.sampled_from(["", "", "", " ", "\n", "\t ", "\x0c"])


def _written(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.builds("{}{}:{}{}".format, KEYS, SPACE, SPACE, inner)
    objects = st.lists(pairs, max_size=4).map(lambda items: "{" + ",".join(items) + "}")
    return st.lists(inner, max_size=4).map(lambda items: "[" + ",".join(items) + "]") | objects


def _outcome(read: Callable[[bytes], JsonValue], body: bytes) -> str:
    try:
        # The text tells 1 from true and from a decimal, and shows the order of keys.
        return repr(read(body))
    except JsonTextError as refused:
        return f"{refused.code}: {refused.detail}"


@given(st.recursive(SCALARS | st.text(max_size=3), _written, max_leaves=12), SPACE, SPACE)
def test_the_quick_reader_and_the_judge_say_the_same(text: str, before: str, after: str) -> None:
    body = f"{before}{text}{after}".encode()
    assert _outcome(read_json, body) == _outcome(judge_json, body)


@pytest.mark.parametrize("body", BROKEN, ids=[f"{body[:12]!r}" for body in BROKEN])
def test_what_the_quick_reader_doubts_the_judge_names(body: bytes) -> None:
    assert _outcome(read_json, body) == _outcome(judge_json, body)


@given(JSON_VALUES)
def test_the_quick_writer_writes_the_canonical_text(value: JsonValue) -> None:
    assert write_plain(value) == canonical_json(value)
