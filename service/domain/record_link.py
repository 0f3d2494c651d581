"""Links to the records of a CRM, made from the template of a source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from service.domain.errors import InvalidError

TEMPLATE_CHARACTERS = 500
"""Longest template: browsers take longer addresses, people do not write them."""

SCHEMES = ("https", "http")
"""What a browser may be sent to: never a script."""

_PLACE = re.compile(r"\{([a-z_]+)\}")


class RecordTemplateError(InvalidError):
    """A template that could not become the address of a record."""

    code = "invalid_record_url"

    def __init__(self) -> None:
        super().__init__(
            "A link to records begins with https:// or http:// and a host, and holds {id} or a field such as "
            "{deal_id}: https://crm.example.com/deals/{deal_id}"
        )


def demand_template(template: str) -> None:
    """Refuse a template that links nowhere, or whose host a sender could choose."""
    parts = urlsplit(template)
    is_address = parts.scheme in SCHEMES and parts.hostname and not _PLACE.search(parts.netloc)
    if not is_address or not _PLACE.search(template) or len(template) > TEMPLATE_CHARACTERS or " " in template:
        raise RecordTemplateError


def record_link(template: str, values: Mapping[str, object]) -> str:
    """The address of a record; empty where the template needs something that is not there."""
    known = {name: "" if values.get(name) is None else str(values[name]) for name in _PLACE.findall(template)}
    if not template or not all(known.values()):
        return ""
    link = _PLACE.sub(lambda found: quote(known[found[1]], safe=""), template)
    return link if urlsplit(link).scheme in SCHEMES else ""
