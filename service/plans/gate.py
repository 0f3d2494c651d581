"""The gate of publication: examples pass, most numbers are guarded, and no finding is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from types import MappingProxyType

from service.plans.directory import Rules, check
from service.plans.finding import Finding, in_order
from service.plans.guard import guard_report
from service.plans.lint import lint

GUARDED_SHARE = Fraction(80, 100)
"""The share of a plan's numbers that its examples must guard: below it, a slip of a digit would go unnoticed."""

SHOWN_UNGUARDED = 8
"""Unguarded numbers named in the message; the report of `plan test --mutate` has them all."""


Costs = Mapping[str, Sequence[Finding]]
"""What the facts of the past say about the cost of plans, by plan; of one that is not in it nobody knows."""


def audit(rules: Rules, plan_ids: Sequence[str], today: date, costs: Costs = MappingProxyType({})) -> list[Finding]:
    """Every finding of these plans, or of all, and what the linter questions and nobody accepts on this day."""
    findings = check(rules, plan_ids)
    for plan_id in plan_ids or rules.plan_ids:
        if not any(item.is_error for item in check(rules, [plan_id])):
            findings += lint(rules.plans[plan_id], today, costs.get(plan_id, ()))
    return in_order(findings)


def unpublishable(
    rules: Rules, plan_id: str, today: date | None = None, costs: Costs = MappingProxyType({})
) -> list[Finding]:
    """Why a plan may not be published, with the linter's questions if a day is given; nothing if it may."""
    findings = check(rules, [plan_id]) if today is None else audit(rules, [plan_id], today, costs)
    if any(item.is_error for item in findings):
        return findings
    plan = rules.plans[plan_id]
    if plan.effective_from is None:
        findings.append(
            Finding("E-DATE", "The plan does not say from when it holds.", plan.source.place, "Add `effective:`.")
        )
    report = guard_report(plan)
    if report.share < GUARDED_SHARE:
        named = ", ".join(f"{where} ({value})" for where, value in report.unguarded[:SHOWN_UNGUARDED])
        message = (
            f"Examples guard {report.guarded} of {report.numbers} numbers; at least 80% must be. Not guarded: {named}."
        )
        findings.append(Finding("W-GUARD", message, plan.examples.place, "Add examples at these numbers."))
    return findings
