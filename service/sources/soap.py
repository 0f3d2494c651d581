"""SOAP envelopes, as Salesforce sends them: read without following anything that a document could make us expand."""

from __future__ import annotations

import re
from collections.abc import Collection
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from service.sources.form import MASK

_BOM = "\ufeff"
_ATTRIBUTES = r"[^>]{0,255}"
"""The attributes of an element; with a limit, or many unfinished elements would be gone through again and again."""


class SoapFault(Exception):  # noqa: N818 - the message is kept and waits; it is no error of ours
    """Why a body cannot be read as an envelope."""


def read_soap(body: bytes) -> Element:
    """The root of a document in UTF-8; one with a DOCTYPE is refused before anything in it is expanded."""
    try:
        text = body.decode("utf-8").removeprefix(_BOM)
    except UnicodeDecodeError:
        raise SoapFault("The document is not UTF-8.") from None
    if "\0" in text:
        raise SoapFault("The document is not UTF-8.")
    try:
        # A text, not bytes: the encoding that the document declares is not asked.
        root: Element = fromstring(text, forbid_dtd=True)
    except DefusedXmlException:
        raise SoapFault(
            "The document declares a DOCTYPE; no sender we know does, and nothing of it was read."
        ) from None
    except ParseError as error:
        raise SoapFault(f"The document is not XML: {error}.") from None
    return root


def masked_xml(body: bytes, secrets: Collection[str]) -> bytes:
    """The document with what stands inside some elements hidden, whatever their prefix; it need not be well formed."""
    text = body.decode("utf-8", "replace")
    if "\0" in text:
        return MASK.encode()
    names = "|".join(re.escape(name) for name in sorted(secrets))
    inside = rf"(<(?:[\w.-]+:)?({names})(?:\s{_ATTRIBUTES})?(?<!/)>).*?(?=</(?:[\w.-]+:)?\2\s*>|\Z)"
    return re.sub(inside, rf"\1{MASK}", text, flags=re.IGNORECASE | re.DOTALL).encode()


def local_name(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def child(element: Element | None, name: str) -> Element | None:
    """The first element of this name inside another, whatever namespace it is in."""
    return next((inner for inner in element if local_name(inner) == name), None) if element is not None else None
