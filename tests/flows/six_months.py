"""The plans and people of the six months: closers and leads, in as many versions as are asked for."""

from __future__ import annotations

from decimal import Decimal

from service.domain.period import Period
from service.domain.person import Assignment
from tests.company import an_assignment
from tests.flows.test_carried_laws import DRAW, UNDER
from tests.flows.test_clawback import KEPT, PLAN

PEOPLE = ("ann", "bob")
NUMBERS = {"ann": "0001", "bob": "0002"}
LEAD = """
schema: incentive/1
plan: group_lead
title: Lead
version: "1"
effective: {from: 2026-07-01}
extends: [_org]
rules:
  commission: {kind: rate, label: Commission, base: metric.gross, rate: 5%, pay_code: "220"}
examples:
  - name: A month
    given: {metric: {gross: 10_000}}
    expect: {commission: 500.00}
"""


def closer_text(version: int, first: Period) -> str:
    """The plan of a closer: ten percent in its first version, and one more in each later one."""
    text = PLAN.format(event="payment.refunded", more=KEPT + DRAW, expected=", kept: -200.00, start: 0.00") + UNDER
    text = text.replace("within: 300d", "within: 40d").replace(
        "label: Commission,", 'label: Commission, pay_code: "220",'
    )
    text = text.replace("label: Kept\n", 'label: Kept\n    pay_code: "221"\n')
    text = text.replace("label: Advance\n", 'label: Advance\n    pay_code: "222"\n')
    text = text.replace("label: Taken back\n", 'label: Taken back\n    pay_code: "223"\n')
    share = 9 + version
    given = {
        "rate: 10%": f"rate: {share}%",
        'version: "1"': f'version: "{version}"',
        "2026-07-01": f"{first.first_day}",
    }
    worked = {
        "commission: 1000.00": f"commission: {share * 100}.00",
        "back: -500.00": f"back: -{share * 50}.00",
        "kept: -200.00": f"kept: -{share * 20}.00",
        "start: 192.00": f"start: {200 - Decimal(share) * 8 / 10}",
        "start: -300.00": f"start: -{share * 40 - 100}.00",
    }
    for old, new in {**given, **worked}.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def person_of(name: str, **changes: object) -> Assignment:
    return an_assignment(name, personnel_number=NUMBERS[name], **changes)
