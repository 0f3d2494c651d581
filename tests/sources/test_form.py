"""Forms with bracket keys: read whatever they look like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.sources.form import MAX_FIELDS, form_pairs, is_hidden, masked_form, read_form

READ = {
    b"event=ONX&data%5BFIELDS%5D%5BID%5D=7": {"event": "ONX", "data": {"FIELDS": {"ID": "7"}}},
    b"a=1+2%20%D0%96": {"a": "1 2 Ж"},
    b"a=1&a=2": {"a": "2"},
    b"a[]=1&a[]=2": {"a": {"0": "1", "1": "2"}},
    b"[note][type]=3&[note][type][message_uuid]=7": {"": {"note": {"type": {"": "3", "message_uuid": "7"}}}},
    b"a[b]=1&a=2": {"a": {"b": "1", "": "2"}},
    b"leads[status][0][=1": {"leads[status][0][": "1"},
    b"a[99999999][b]=1": {"a": {"99999999": {"b": "1"}}},
    b"a" + b"[b]" * 11 + b"=1": {"a" + "[b]" * 11: "1"},
    b"=1&&&x": {"x": ""},
    b"a=%00%zz\xff": {"a": "\ufffd%zz\ufffd"},
    b"": {},
}


@pytest.mark.parametrize(("body", "fields"), READ.items())
def test_a_form_is_read_as_it_stands(body: bytes, fields: object) -> None:
    form = read_form(body)
    assert form.fields == fields
    assert not form.fault


def test_fields_beyond_the_limit_are_left_out_and_said_so() -> None:
    form = read_form(b"&".join(b"a%d=1" % number for number in range(MAX_FIELDS + 1)))
    assert len(form.fields) == MAX_FIELDS
    assert "5000" in form.fault


def test_secrets_are_hidden_and_all_else_stays_as_it_came() -> None:
    body = b"auth%5Baccess_token%5D=one&auth[REFRESH_TOKEN]=two&a%20b=%D0%96&access_token"
    hidden = b"auth%5Baccess_token%5D=***&auth[REFRESH_TOKEN]=***&a%20b=%D0%96&access_token"
    assert masked_form(body, {"access_token", "refresh_token"}) == hidden


@given(st.binary(max_size=400) | st.text("ab[]=&%0", max_size=80).map(str.encode))
def test_no_bytes_make_it_fail(body: bytes) -> None:
    assert isinstance(read_form(body).fields, dict)
    assert isinstance(masked_form(body, {"a"}), bytes)


def test_pairs_stay_as_they_were_sent() -> None:
    assert form_pairs(b"a=1&b[c]=2&a=1&d") == [("a", "1"), ("b[c]", "2"), ("a", "1"), ("d", "")]
    assert len(form_pairs(b"a=1&" * 9_999)) == MAX_FIELDS + 1


def test_the_name_of_a_field_is_what_stands_in_its_last_bracket() -> None:
    assert is_hidden("data[0][PHONE]", {"phone"})
    assert not is_hidden("phone[0]", {"phone"})
