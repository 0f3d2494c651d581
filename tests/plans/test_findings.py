"""Every finding is told with its place, what it costs, and what to do; what is said stands in findings.yaml."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from service.plans import Finding, check, load_texts
from service.plans.gate import audit, unpublishable
from tests.plans.builders import COMPANY, HEAD, plan_text
from tests.plans.vocabulary_in_code import codes

TODAY = date(2026, 11, 23)
SALARY = "base: {kind: fixed, label: F, amount: employee.fixed_salary}\n"
MONTH = """
examples:
  - name: A month
    given:
      employee: {fixed_salary: 1000, soft_salary: 500, grade: senior, tenure_months: 9}
      calendar: {workdays: 21, worked_days: 21}
      target: {calls: 1000, collected: 50_000}
      metric: {calls: 900, meetings: 20, collected: 40_000, rejected: 5, won: 6, closed: 10}
      team: {collected: 100_000, planned: 90_000, at_standard: 85%}
"""
PLACE = re.compile(r"(closer|_org|_orgg)\.yaml:\d+:\d+: [EW]-[A-Z-]+ \S")
TOLD: Sequence[Mapping[str, Any]] = yaml.safe_load(Path(__file__).with_name("findings.yaml").read_text("utf-8"))
MISTAKES: Sequence[Mapping[str, Any]] = yaml.safe_load(Path(__file__).with_name("mistakes.yaml").read_text("utf-8"))
COSTLY = frozenset({"W-RAMP", "W-CLIFF", "W-NONMONO", "W-UNBOUNDED", "W-NEGATIVE", "W-GAMING"})
ELSEWHERE = {
    "E-UNPAID": "a plan that the books cannot pay is refused when it is published: test_payable.py",
    "W-BUDGET": "its question is asked of past months: test_budget.py",
}
"""Findings that no text of a plan alone brings about."""


def changed(text: str, parts: Mapping[str, str]) -> str:
    """A file with some texts in it replaced."""
    for old, new in parts.items():
        assert old in text
        text = text.replace(old, new)
    return text


def said_of(case: Mapping[str, Any]) -> list[Finding]:
    """Everything that is said about the plan of a case, also when it is to be published."""
    head, company = changed(HEAD, case.get("head", {})), changed(COMPANY, case.get("swallowed", {}))
    month = f"{MONTH}      {case['month']}\n" if "month" in case else MONTH
    text = plan_text(SALARY + case["rules"], head=head, more=f"{month}    expect: {{}}\n{case.get('more', '')}")
    rules = load_texts({"_org.yaml": f"{company}{case.get('company', '')}\n", "closer.yaml": text})
    found = check(rules)
    if not any(item.is_error for item in found):
        found = [*audit(rules, ["closer"], TODAY), *unpublishable(rules, "closer", TODAY)]
    return [item for item in dict.fromkeys(found) if item.code == case["code"]]


@pytest.mark.parametrize("case", TOLD, ids=[f"{case['code']}-{place}" for place, case in enumerate(TOLD)])
def test_a_finding_is_told_with_its_place_and_its_way_out(case: Mapping[str, Any]) -> None:
    found = said_of(case)
    assert [str(item) for item in found] == case["told"]
    assert found
    assert all(PLACE.match(line) for line in case["told"])
    assert all(item.suggestion for item in found)
    assert (case["code"] in COSTLY) == any(
        re.search(r"\d\.\d\d", line) and found[0].amount_minor for line in case["told"]
    )


def test_every_code_of_the_language_is_shown_in_a_message() -> None:
    shown = {line.split()[1] for case in (*TOLD, *MISTAKES) for line in case["told"]}
    assert set(codes()) - shown == set(ELSEWHERE)
