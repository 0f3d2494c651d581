"""One plan of eight rules three times: for Stimul, for zen-engine, and by hand over fractions, which is right."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from service.domain.money import Exact, to_minor
from service.plans.fast import Stored

COMPANY = """
schema: incentive/1
org: {currency: EUR, minor_units: 2, timezone: Europe/Sofia}
metrics:
  calls:     {title: Calls, from: call.ended, agg: count}
  meetings:  {title: Meetings, from: meeting.held, agg: count}
  collected: {title: Money, from: payment.received, agg: sum, field: amount, type: money}
  rejected:  {title: Leads sent back, from: lead.rejected, agg: count, better: lower}
  won:       {title: Deals won, from: deal.won, agg: count}
curves:
  straight: {kind: linear, points: [[50%, 0%], [100%, 100%], [120%, 130%]], beyond: flat, below: first}
"""

PLAN = """
schema: incentive/1
plan: seller
title: Seller
effective: {from: 2026-11-01}
extends: [_org]
standards:
  calls:     {metric: calls, per: month, target: assigned}
  collected: {metric: collected, per: month, target: assigned}
rules:
  base: {kind: fixed, label: Fixed, amount: employee.fixed_salary}
  soft: {kind: scorecard, label: Soft, amount: employee.soft_salary, parts: [
    {standard: calls, weight: 40%, curve: straight}, {standard: collected, weight: 60%, curve: straight}]}
  pay:  {kind: tiers, label: Commission, mode: marginal, measure: metric.collected, tiers: [
    {from: 0, rate: 3%}, {from: 30_000, rate: 4.25%}, {from: 60_000, rate: 5%}]}
  open: {kind: gate, require: [attainment.calls >= 80%, metric.meetings >= 5], otherwise: 50%, applies_to: [pay]}
  kick: {kind: kicker, label: Deals, amount: 300, per: metric.won, above: 2, max_units: 10}
  sent: {kind: penalty, label: Leads sent back, amount: 5, per: metric.rejected, above: 10, max: 200}
  held: {kind: holdback, label: Held back, lines: [pay], share: 20%, release: {
    when: deal.paid_in_full, within: 90d, otherwise: pay}}
  top:  {kind: cap, label: Cap, lines: [pay, kick, held], max: 6_000}
examples:
  - name: A month on plan
    given:
      employee: {fixed_salary: 1_500, soft_salary: 1_000}
      calendar: {workdays: 21, worked_days: 21}
      target: {calls: 1_260, collected: 60_000}
      metric: {calls: 1_260, meetings: 20, collected: 60_000, rejected: 12, won: 3}
    expect: {base: 1_500.00, soft: 1_000.00, pay: 2_175.00, kick: 300.00, sent: -10.00, held: -435.00, top: 0.00}
"""

LINES = ("base", "soft", "pay", "kick", "sent", "held", "top")
"""The lines in one order for all three; the eighth rule is the gate."""

_CURVE = "({0} <= 0.5 ? 0 : {0} <= 1 ? ({0} - 0.5) * 2 : {0} <= 1.2 ? 1 + ({0} - 1) * 1.5 : 1.3)"
_ROUND = "round(({0}) * 100) / 100"
_EXPRESSIONS = {
    "calls": "calls / calls_target",
    "money": "collected / collected_target",
    "open": "$.calls >= 0.8 and meetings >= 5 ? 1 : 0.5",
    "base": _ROUND.format("fixed * worked / workdays"),
    "soft": _ROUND.format(
        f"soft * worked / workdays * (0.4 * {_CURVE.format('$.calls')} + 0.6 * {_CURVE.format('$.money')})"
    ),
    "pay": _ROUND.format(
        "(min([collected, 30000]) * 0.03 + max([min([collected, 60000]) - 30000, 0]) * 0.0425"
        " + max([collected - 60000, 0]) * 0.05) * $.open"
    ),
    "kick": _ROUND.format("min([max([won - 2, 0]), 10]) * 300"),
    "sent": _ROUND.format("-min([max([rejected - 10, 0]) * 5, 200])"),
    "held": _ROUND.format("-max([$.pay, 0]) * 0.2"),
    "top": _ROUND.format("min([6000 - ($.pay + $.kick + $.held), 0])"),
}


def zen_graph() -> str:
    """The plan as a decision of zen-engine: one node of named expressions, which is its fastest form."""
    rows = [{"id": name, "key": name, "value": value} for name, value in _EXPRESSIONS.items()]
    nodes: list[dict[str, object]] = [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "plan", "name": "plan", "type": "expressionNode", "content": {"expressions": rows}},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [
        {"id": "1", "sourceId": "in", "targetId": "plan", "type": "edge"},
        {"id": "2", "sourceId": "plan", "targetId": "out", "type": "edge"},
    ]
    for node in nodes:
        node["position"] = {"x": 0, "y": 0}
    return json.dumps({"nodes": nodes, "edges": edges})


@dataclass(frozen=True, slots=True)
class Month:
    """One person's month; money in cents."""

    fixed: int
    soft: int
    collected: int
    collected_target: int
    calls: int
    calls_target: int
    meetings: int
    won: int
    rejected: int
    worked: int
    workdays: int

    @property
    def stored(self) -> Stored:
        """As Stimul stores its inputs."""
        return {
            "employee.fixed_salary": self.fixed,
            "employee.soft_salary": self.soft,
            "metric.collected": self.collected,
            "target.collected": Fraction(self.collected_target, 100).as_integer_ratio(),
            "metric.calls": self.calls,
            "target.calls": (self.calls_target, 1),
            "metric.meetings": self.meetings,
            "metric.won": self.won,
            "metric.rejected": self.rejected,
            "calendar.worked_days": self.worked,
            "calendar.workdays": self.workdays,
        }

    @property
    def inputs(self) -> dict[str, Exact | str | bool]:
        """As `evaluate` takes them: exact numbers in units of the currency."""
        whole: dict[str, Exact | str | bool] = {
            "metric.calls": self.calls,
            "target.calls": self.calls_target,
            "metric.meetings": self.meetings,
            "metric.won": self.won,
            "metric.rejected": self.rejected,
            "calendar.worked_days": self.worked,
            "calendar.workdays": self.workdays,
        }
        money = {
            "employee.fixed_salary": self.fixed,
            "employee.soft_salary": self.soft,
            "metric.collected": self.collected,
            "target.collected": self.collected_target,
        }
        return whole | {name: Decimal(cents).scaleb(-2) for name, cents in money.items()}

    @property
    def context(self) -> dict[str, float]:
        """As zen-engine takes them: numbers in units of the currency."""
        whole = ("calls", "calls_target", "meetings", "won", "rejected", "worked", "workdays")
        money = ("fixed", "soft", "collected", "collected_target")
        return {name: getattr(self, name) for name in whole} | {name: getattr(self, name) / 100 for name in money}


def months(number: int, seed: int) -> list[Month]:
    """Random months around plan."""
    chance = random.Random(seed)  # noqa: S311  measured months must be repeatable, not secret
    pick = chance.randint
    return [
        Month(
            fixed=pick(70_000, 300_000),
            soft=pick(20_000, 150_000),
            collected=pick(0, 15_000_000),
            collected_target=pick(20, 80) * 100_000,
            calls=pick(0, 2_000),
            calls_target=pick(500, 1_500),
            meetings=pick(0, 12),
            won=pick(0, 15),
            rejected=pick(0, 60),
            worked=pick(0, 19),
            workdays=pick(19, 23),
        )
        for _ in range(number)
    ]


def exact(month: Month) -> tuple[int, ...]:
    """The amounts in cents, worked out by hand over fractions."""
    collected, presence = Fraction(month.collected, 100), Fraction(month.worked, month.workdays)
    calls = Fraction(month.calls, month.calls_target)
    money = Fraction(month.collected, month.collected_target)
    base = to_minor(Fraction(month.fixed, 100) * presence)
    score = Fraction(4, 10) * _curve(calls) + Fraction(6, 10) * _curve(money)
    soft = to_minor(Fraction(month.soft, 100) * presence * score)
    slices = min(collected, Fraction(30_000)) * Fraction(3, 100)
    slices += max(min(collected, Fraction(60_000)) - 30_000, Fraction(0)) * Fraction(425, 10_000)
    slices += max(collected - 60_000, Fraction(0)) * Fraction(5, 100)
    is_open = calls >= Fraction(8, 10) and month.meetings >= 5  # noqa: PLR2004  the gate of the plan above
    pay = to_minor(slices * (1 if is_open else Fraction(1, 2)))
    kick = min(max(month.won - 2, 0), 10) * 30_000
    sent = -min(max(month.rejected - 10, 0) * 500, 20_000)
    held = to_minor(-Fraction(max(pay, 0), 100) * Fraction(2, 10))
    return base, soft, pay, kick, sent, held, min(600_000 - (pay + kick + held), 0)


def _curve(ratio: Fraction) -> Fraction:
    if ratio <= Fraction(1, 2):
        return Fraction(0)
    if ratio <= 1:
        return (ratio - Fraction(1, 2)) * 2
    return min(1 + (ratio - 1) * Fraction(3, 2), Fraction(13, 10))
