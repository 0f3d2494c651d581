"""Mappings as nouns: values are found at their paths, compared as texts, and records have addresses."""

from __future__ import annotations

from decimal import Decimal

import pytest

from service.domain.event import JsonValue
from service.domain.mapping import (
    Condition,
    EventRule,
    ObjectRule,
    SourceMapping,
    ValueRule,
    as_text,
    plain_record_link,
    record_link,
    value_at,
)

DEAL = ObjectRule(
    "deal",
    (EventRule("deal.won"),),
    values={"deal_id": ValueRule("id"), "lead_id": ValueRule("lead")},
    record_url="https://{account}.example.com/deal/{id}",
)
LEAD = ObjectRule(
    "lead", (EventRule("lead.created"),), values={"lead_id": ValueRule("id")}, record_url="https://x.example.com/l/{id}"
)
MAPPING = SourceMapping("pipedrive", {"deal": DEAL, "lead": LEAD})


@pytest.mark.parametrize(("event_type", "data", "link"), [
    ("deal.won", {"deal_id": "8", "lead_id": "9"}, "https://acme.example.com/deal/8"),
    ("lead.created", {"deal_id": "8", "lead_id": "9"}, "https://x.example.com/l/9"),
    ("call.ended", {"deal_id": "8"}, "https://acme.example.com/deal/8"),
    ("deal.won", {"deal_id": "../8?x#y"}, "https://acme.example.com/deal/..%2F8%3Fx%23y"),
    ("deal.won", {}, None),
])  # fmt: skip
def test_an_event_leads_to_the_record_of_its_own_kind_else_to_one_it_names(
    event_type: str, data: dict[str, JsonValue], link: str | None
) -> None:
    assert record_link(MAPPING, "acme", event_type, data) == link


def test_the_account_cannot_change_the_host() -> None:
    assert record_link(MAPPING, "evil.com/", "deal.won", {"deal_id": "8"}) == "https://evil.com%2F.example.com/deal/8"


def test_a_sender_of_our_own_events_has_one_template() -> None:
    template = "https://crm.example.com/{kind}/{id}"
    assert plain_record_link(template, {"lead_id": "7", "deal_id": "8"}) == "https://crm.example.com/deal/8"
    assert plain_record_link(template, {"talk_s": 7}) is None


def test_a_value_is_found_at_its_path_or_not_at_all() -> None:
    fields: dict[str, JsonValue] = {"a": {"b": [{"c": "x"}]}, "d.e": "y", "f": "z"}
    assert value_at(fields, "a.b.0.c") == "x"
    assert value_at(fields, "d.e") == "y"
    for path in ("a.b.7.c", "a.b.-1", "f.g", "nothing", "a.b.x", ""):
        assert value_at(fields, path) is None


@pytest.mark.parametrize(("value", "text"), [
    (None, ""), (True, "true"), (False, "false"), (2000, "2000"), (Decimal("1.50"), "1.5"), (Decimal(100), "100"),
    (" x ", "x"), ({}, ""), ([1], ""),
])  # fmt: skip
def test_a_value_as_conditions_see_it(value: JsonValue, text: str) -> None:
    assert as_text(value) == text


def test_a_condition_without_values_asks_for_any() -> None:
    assert Condition("a").holds("x")
    assert not Condition("a").holds("")
    assert Condition("a", frozenset({"1"})).holds(1)
    assert Condition("a", frozenset({"1"}), negated=True).holds(2)


def test_the_fields_that_a_rule_names_are_known() -> None:
    rule = ObjectRule(
        "deal",
        (EventRule("deal.won", becomes=Condition("stage"), when=(Condition("kind"),), time="won_at", changes="s2"),),
        subject=ValueRule("owner.id"),
        values={"a": ValueRule("before.b"), "c": ValueRule(fixed="x")},
    )
    assert rule.named_fields == {"stage", "kind", "won_at", "s2", "owner", "b"}
