"""Plan files for tests: a small company, and a plan that a test only has to say its own part of."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import indent

from service.domain.money import Exact
from service.domain.period import Period
from service.plans import Evaluation, Finding, Plan, Rules, check, evaluate, get_plan, load_texts

COMPANY = """
schema: incentive/1
org: {currency: EUR, minor_units: 2, timezone: Europe/Sofia}
metrics:
  calls:     {title: Calls, from: call.ended, agg: count, where: {direction: out}}
  meetings:  {title: Meetings, from: meeting.held, agg: count}
  collected: {title: Money received, from: [payment.received, payment.refunded], agg: sum, field: amount, type: money}
  rejected:  {title: Leads sent back, from: lead.rejected, agg: distinct, field: lead_id, better: lower}
  won:       {title: Deals won, from: deal.won, agg: distinct, field: deal_id}
  closed:    {title: Deals decided, from: [deal.won, deal.lost], agg: distinct, field: deal_id}
  win_rate:  {title: Win rate, agg: ratio, of: won, over: closed, min_over: 5, otherwise: 0%}
  per_deal:  {title: Money per deal, agg: ratio, of: collected, over: won, otherwise: 0}
team_metrics:
  collected: {title: Team money, agg: sum, of: collected, over: subordinates_all}
  planned:   {title: Team plan, agg: sum, of: target.collected, over: subordinates_all, type: money}
  at_standard: {title: Share at standard, agg: share, where: attainment.calls >= 80%, over: subordinates_all}
curves:
  soft: {kind: linear, points: [[50%, 0%], [100%, 100%], [120%, 130%]], beyond: flat}
  thresholds: {kind: step, steps: [[0%, 0%], [80%, 100%], [100%, 150%]]}
"""

HEAD = """
schema: incentive/1
plan: closer
title: Closer
effective: {from: 2026-11-01}
extends: [_org]
standards:
  calls:     {metric: calls, per: day, target: {junior: 40, senior: 60}, cap: 150%}
  collected: {metric: collected, per: month, target: 60_000, calendar: none, cap: 200%}
"""

NOVEMBER = Period(2026, 11)

PERSON: Mapping[str, Exact | str] = {
    "employee.fixed_salary": 1500,
    "employee.soft_salary": 1000,
    "employee.fte": 1,
    "employee.grade": "senior",
    "employee.tenure_months": 14,
    "calendar.workdays": 21,
    "calendar.worked_days": 21,
    "metric.calls": 0,
    "metric.meetings": 0,
    "metric.collected": 0,
    "metric.rejected": 0,
    "metric.won": 0,
    "metric.closed": 0,
    "target.calls": 1260,
    "target.collected": 60_000,
    "team.collected": 0,
    "team.planned": 0,
    "team.at_standard": 0,
}


def plan_text(rules: str, *, head: str = HEAD, more: str = "") -> str:
    """The file of a closer with these rules."""
    return f"{head}\nrules:\n{indent(rules.strip(chr(10)), '  ')}\n{more}\n"


def load(rules: str, *, head: str = HEAD, more: str = "", company: str = COMPANY) -> Rules:
    """The company with a closer."""
    return load_texts({"_org.yaml": company, "closer.yaml": plan_text(rules, head=head, more=more)})


def plan_of(rules: str, *, head: str = HEAD, more: str = "", company: str = COMPANY) -> Plan:
    """A closer's plan without errors."""
    return get_plan(load(rules, head=head, more=more, company=company), "closer")


def findings_of(rules: str, *, head: str = HEAD, more: str = "", company: str = COMPANY) -> list[Finding]:
    """Everything that is wrong with a closer's plan."""
    return check(load(rules, head=head, more=more, company=company))


def messages(rules: str, *, head: str = HEAD, more: str = "", company: str = COMPANY) -> list[str]:
    """The same as text."""
    return [str(item) for item in findings_of(rules, head=head, more=more, company=company)]


def pay(plan: Plan, **given: Exact) -> Evaluation:
    """What a plan gives; `metric__calls=5` stands for `metric.calls`, the builder knows the rest."""
    inputs = dict(PERSON) | {name.replace("__", "."): value for name, value in given.items()}
    return evaluate(plan, inputs, NOVEMBER)


def amount(plan: Plan, rule: str = "pay", **given: Exact) -> int:
    """What one rule gives in minor units."""
    return next(line.amount_minor for line in pay(plan, **given).lines if line.rule == rule)
