"""Forms in parts: read by the boundary that is there, hidden part by part, never an empty form for a crooked one."""

from __future__ import annotations

from time import perf_counter

import pytest

from service.sources.form import MAX_FIELDS
from service.sources.multipart import MISMATCH, is_multipart, masked_multipart, read_multipart, seems_multipart

BODY = (
    b'--one\r\nContent-Disposition: form-data; name="a[b]"\r\n\r\n1\r\n'
    b"--one\r\nContent-Disposition: form-data; name=phone\r\nContent-Type: text/plain\r\n\r\n"
    b"+359 888\r\n123\r\n--one--\r\n"
)


def test_the_promised_boundary_gives_the_fields() -> None:
    form = read_multipart(BODY, "multipart/form-data; boundary=one")
    assert form.fields == {"a": {"b": "1"}, "phone": "+359 888\r\n123"}
    assert form.fault == ""


@pytest.mark.parametrize("told", ["multipart/form-data; boundary=two", "multipart/form-data", 'x; boundary="one1"'])
def test_another_boundary_gives_the_same_fields_and_a_fault(told: str) -> None:
    form = read_multipart(BODY, told)
    assert form.fields == {"a": {"b": "1"}, "phone": "+359 888\r\n123"}
    assert form.fault == MISMATCH


@pytest.mark.parametrize("body", [b"", b"a=1&b=2", b"--", b"--one", b"\xff\x00"])
def test_a_body_without_parts_has_a_fault(body: bytes) -> None:
    form = read_multipart(body, "multipart/form-data; boundary=one")
    assert form.fields == {}
    assert form.fault != ""


def test_lines_may_end_without_a_return() -> None:
    assert read_multipart(BODY.replace(b"\r\n", b"\n"), "multipart/form-data; boundary=one").fields["a"] == {"b": "1"}


def test_parts_over_the_limit_are_a_fault() -> None:
    part = b'--one\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    assert "more than" in read_multipart(part * (MAX_FIELDS + 1), "multipart/form-data; boundary=one").fault


def test_secrets_are_hidden_part_by_part() -> None:
    kept = masked_multipart(BODY, {"phone"})
    assert b"359" not in kept
    assert b"a[b]" in kept
    assert masked_multipart(b"--one\r\nno part at all 359", {"phone"}) == b"***"


def test_header_and_body_say_whether_there_are_parts() -> None:
    assert is_multipart(" Multipart/Form-Data; boundary=x")
    assert not is_multipart("application/x-www-form-urlencoded")
    assert seems_multipart(BODY)
    assert not seems_multipart(b"a=1")


def test_many_small_parts_take_no_longer_than_they_must() -> None:
    began = perf_counter()
    read_multipart(b"--x\r\n" + b'\n--x\r\nname="a"\r\n\r\n' * 50_000, "")
    assert perf_counter() - began < 5
