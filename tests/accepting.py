"""Rules whose every question of the linter somebody has accepted: for tests that are about something else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

from service.plans import Plan, Rules, check
from service.plans.finding import Findings
from service.plans.lint import lint
from service.plans.plan import NOWHERE
from service.plans.read import ListNode, read


def accepting(rules: Rules, today: date) -> Rules:
    """The same rules, in which finance accepts whatever the linter asks about them."""
    sound = {name for name in rules.plans if not any(item.is_error for item in check(rules, [name]))}
    plans = {name: _accepted(plan, today) if name in sound else plan for name, plan in rules.plans.items()}
    return replace(rules, plans=plans)


def _accepted(plan: Plan, today: date) -> Plan:
    asked = lint(replace(plan, accept=ListNode(NOWHERE)), today)
    entries = [
        {"lint": code, "at": at, "because": "a test", "by": "finance", "until": "2099-12-31"}
        for code, at in sorted({(item.code, item.subject) for item in asked})
    ]
    text = json.dumps({"accept": entries}).replace('"2099-12-31"', "2099-12-31")
    accept = read(text, "accept.yaml", Findings()).entries["accept"]
    assert isinstance(accept, ListNode), text
    return replace(plan, accept=accept)
