"""Links to records: only to where the operator said, whatever the event says."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.record_link import RecordTemplateError, demand_template, record_link

TEMPLATE = "https://crm.example.com/deals/{deal_id}?tab={id}"


def test_a_link_is_made_of_the_fields_of_the_event() -> None:
    assert record_link(TEMPLATE, {"deal_id": 8, "id": "a/b"}) == "https://crm.example.com/deals/8?tab=a%2Fb"


def test_there_is_no_link_where_a_field_is_missing() -> None:
    assert record_link(TEMPLATE, {"id": "a"}) == ""
    assert record_link("", {"id": "a"}) == ""


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_field_leads_elsewhere(deal: str, name: str) -> None:
    link = record_link(TEMPLATE, {"deal_id": deal, "id": name})
    if link:
        parts = urlsplit(link)
        assert (parts.scheme, parts.netloc) == ("https", "crm.example.com")
        assert not any(sign in link for sign in "\"'<> ")


@pytest.mark.parametrize(
    "template",
    [
        "javascript:alert({id})",
        "ftp://crm.example.com/{id}",
        "https://{id}/x",
        "https://crm.example.com/",
        "//crm.example.com/{id}",
        "https://crm.example.com/{id}" + "x" * 500,
        "https://crm.example.com/ {id}",
    ],
)
def test_other_templates_are_refused(template: str) -> None:
    with pytest.raises(RecordTemplateError):
        demand_template(template)


def test_a_template_may_be_plain_http() -> None:
    demand_template("http://crm.local/{id}")
