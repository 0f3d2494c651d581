"""Plans that others published over several months pay the published amounts through real ingests, scores and closes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from service.domain.event import CreditClaim, Event, JsonValue, Part
from service.domain.money import format_minor
from service.plans import load_texts
from service.runtime import Runtime
from tests.company import SOURCE, an_assignment
from tests.deals import AUGUST, DECEMBER, JULY, NOVEMBER, OCTOBER, SEPTEMBER, DealCompany, on_day

PUBLISHED = yaml.load(Path(__file__).with_name("published_months.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506  BaseLoader makes texts alone
MONTHS = (JULY, AUGUST, SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER)
TYPES = {"won": "deal.won", "lost": "deal.lost", "paid": "payment.received"}

WORDS = """
schema: incentive/1
org: {{currency: EUR, minor_units: 2, timezone: Europe/Sofia}}
metrics:
  collected: {{title: Money received, from: payment.received, agg: sum, field: amount, type: money}}
  shared: {{title: Money shared, from: payment.received, agg: sum, field: amount, type: money, credit: deal_team}}
team_metrics:
  collected: {{title: Team money, agg: sum, of: collected, over: subordinates_all}}
credits:
  deal_team: {credits}
"""

HEAD = """
schema: incentive/1
plan: {name}
title: {name}
effective: {{from: 2026-07-01}}
extends: [_org]
"""


def founded(runtime: Runtime, case: Mapping[str, Any]) -> DealCompany:
    """The company of a case, in July."""
    shares = case.get("credits", {"owner": "100%"})
    texts = {"_org.yaml": WORDS.format(credits=str(shares).replace("'", ""))}
    texts |= {f"{name}.yaml": HEAD.format(name=name) + text for name, text in case["plans"].items()}
    rules = load_texts(texts)
    assert not rules.findings, [str(item) for item in rules.findings]
    leader = case.get("leader")
    company = DealCompany(runtime, now=on_day(JULY, 1))
    held = [
        an_assignment(name, role=role, manager_id=None if name == leader else leader)
        for name, role in case["people"].items()
    ]
    company.found_team(held, rules)
    company.refresh()
    return company


def told(text: str, place: int, month: int) -> Event:
    """An event as a case writes it."""
    first, *others = text.split(" with ")
    who, kind, deal, *amount = first.split()
    data: dict[str, JsonValue] = {"deal_id": deal, "currency": "EUR"}
    data |= {"amount": amount[0]} if amount else {}
    credit = tuple(CreditClaim(name, Part(part)) for name, part in (one.split(" as ") for one in others))
    return Event(SOURCE, f"e-{month}-{place}", TYPES[kind], on_day(MONTHS[month], 10 + place), who, data, credit)


def written(amount: str) -> str:
    return format_minor(int(Decimal(amount) * 100))


@pytest.mark.parametrize("case", PUBLISHED, ids=[case["source"].partition(":")[0] for case in PUBLISHED])
def test_a_published_plan_pays_month_by_month_what_its_source_prints(runtime: Runtime, case: Mapping[str, Any]) -> None:
    company = founded(runtime, case)
    for place, month in enumerate(case["months"]):
        events = [told(text, number, place) for number, text in enumerate(month.get("events", ()))]
        if events:
            company.send(*events)
        company.close_month(MONTHS[place])
        expected = {name: written(month["pays"].get(name, "0")) for name in case["people"]}
        assert {name: company.statement(name, MONTHS[place])["payable"] for name in case["people"]} == expected
        for balance in ("held", "draw"):
            for name, amount in month.get(balance, {}).items():
                assert company.statement(name, MONTHS[place])["balances"][balance] == written(amount)
    for name in case["people"]:
        paid = sum(Decimal(month["pays"].get(name, "0")) for month in case["months"])
        assert company.accounts(name)["payable"] == paid * 100


def test_every_kind_that_lives_across_months_is_published_somewhere() -> None:
    text = "".join(plan for case in PUBLISHED for plan in case["plans"].values())
    wanted = (
        "kind: draw",
        "kind: clawback",
        "kind: holdback",
        "kind: override",
        "accumulate: quarter",
        "accumulate: year",
    )
    assert [word for word in wanted if word not in text] == []
    assert any("credits" in case for case in PUBLISHED)
    assert len({case["url"] for case in PUBLISHED}) == len(PUBLISHED)
