"""Envelopes: UTF-8 without a DOCTYPE or not at all; what is hidden is hidden in any document."""

from __future__ import annotations

import pytest

from service.sources.soap import SoapFault, child, local_name, masked_xml, read_soap


def test_elements_are_found_whatever_their_prefix() -> None:
    root = read_soap(b'\xef\xbb\xbf<?xml version="1.0"?><x:a xmlns:x="urn:x"><b xmlns="urn:y">1</b><b>2</b></x:a>')
    found = child(root, "b")
    assert local_name(root) == "a"
    assert found is not None
    assert found.text == "1"
    assert child(root, "c") is None
    assert child(None, "b") is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<a>",
        b"<!DOCTYPE a><a/>",
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd"><a/>',
        b"<a>&unknown;</a>",
        b"<a>\xff</a>",
        "<a/>".encode("utf-16"),
    ],
)
def test_what_is_not_safe_to_read_is_not_read(body: bytes) -> None:
    with pytest.raises(SoapFault):
        read_soap(body)


def test_the_encoding_that_a_document_declares_is_not_asked() -> None:
    assert read_soap('<?xml version="1.0" encoding="iso-8859-1"?><a>é</a>'.encode()).text == "é"


@pytest.mark.parametrize(
    ("document", "kept"),
    [
        ("<s>1</s><t>2</t>", "<s>***</s><t>2</t>"),
        ("<x:S a='1'>1</x:S>", "<x:S a='1'>***</x:S>"),
        ("<s><![CDATA[1]]></s>", "<s>***</s>"),
        ("<s>1", "<s>***"),
        ("<s/><t>2</t>", "<s/><t>2</t>"),
        ("<s xsi:nil='true'/><t>2</t>", "<s xsi:nil='true'/><t>2</t>"),
        ("<ss>1</ss>", "<ss>1</ss>"),
    ],
)
def test_what_stands_inside_a_secret_element_is_hidden(document: str, kept: str) -> None:
    assert masked_xml(document.encode(), {"s"}).decode() == kept
