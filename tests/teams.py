"""A company with leaders for tests: plans that pay on what a team did, and people who can be moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from json import loads
from typing import Any

from service.domain.event import Event, JsonValue
from service.domain.period import Period
from service.domain.person import Absence, Alias, Assignment, Person
from service.domain.source import SourceKind, new_source
from service.domain.target import TargetRow
from service.flows.add_source import add_source
from service.flows.assign_targets import assign_targets
from service.flows.fill_calendar import fill_calendar
from service.flows.publish_plan import Publication, publish_plan
from service.plans import Rules, load_texts
from service.store.aliases import replace_aliases
from service.store.earnings import list_lines
from service.store.people import replace_people
from service.store.scorecards import list_inputs, list_scorecards
from service.store.stale import mark_stale
from tests.company import OCTOBER, SOURCE, Company, an_assignment

ORG = """
schema: incentive/1
org: {currency: EUR, minor_units: 2, timezone: Europe/Sofia, week_starts: monday, calendar: company}
metrics:
  calls:     {title: Calls, from: call.ended, agg: count}
  collected: {title: Money received, from: [payment.received, payment.refunded], agg: sum, field: amount, type: money}
  won:       {title: Deals won, from: deal.won, agg: distinct, field: deal_id}
  decided:   {title: Deals decided, from: [deal.won, deal.lost], agg: distinct, field: deal_id}
  win_rate:  {title: Win rate, agg: ratio, of: won, over: decided, min_over: 2, otherwise: 10%}
  stalled:   {title: Stalled deals, from: crm.snapshot, agg: last, field: stalled_deals, better: lower}
  longest:   {title: Longest call, from: call.ended, agg: max, field: talk_s}
  voice:     {title: Share of voice, from: media.measured, agg: sum, field: share_of_voice, type: decimal(4)}
  ramped:    {title: Ramp finished, from: hr.ramp_finished, agg: count}
team_metrics:
  collected:   {title: Team money, agg: sum, of: collected, over: subordinates_all}
  direct:      {title: Money of those directly below, agg: sum, of: collected, over: subordinates_direct}
  planned:     {title: Team plan, agg: sum, of: target.collected, over: subordinates_all, type: money}
  at_standard: {title: Share at standard, agg: share, where: attainment.calls >= 80%, over: subordinates_all}
  winners:     {title: Share who win half, agg: share, where: metric.win_rate >= 50%, over: subordinates_all}
  stalled:     {title: Team stalled, agg: sum, of: stalled, over: subordinates_all, better: lower}
  newcomers:   {title: Newcomers, agg: count, of: ramped, over: subordinates_all}
  best:        {title: Best member, agg: max, of: collected, over: subordinates_all}
"""

CLOSER = """
schema: incentive/1
plan: closer
title: Closer
version: "1"
effective: {from: 2026-01-01}
extends: [_org]
standards:
  calls:     {metric: calls, per: day, target: {middle: 2}, calendar: workdays, cap: 150%}
  collected: {metric: collected, per: month, target: {middle: 2_200}, calendar: none, cap: 200%}
rules:
  commission:
    kind: tiers
    mode: marginal
    label: Commission
    measure: metric.collected
    tiers: [{from: 0, rate: 1%}, {from: 1_000, rate: 2%}]
  ceiling: {kind: cap, label: Cap, lines: [commission], max: 100}
examples:
  - name: Two tiers and the cap
    given: {target: {calls: 44, collected: 2200}, metric: {calls: 44, collected: 6_000.01}}
    expect: {commission: 110.00, ceiling: -10.00}
  - name: Under the cap
    given: {target: {calls: 44, collected: 2200}, metric: {calls: 44, collected: 1_000.51}}
    expect: {commission: 10.01, ceiling: 0.00}
"""

LEAD = """
schema: incentive/1
plan: group_lead
title: Group lead
version: "1"
effective: {from: 2026-01-01}
extends: [_org]
standards:
  team_plan: {metric: team.collected, per: month, target: team.planned, calendar: none, cap: 200%}
  coverage:  {metric: team.at_standard, per: month, target: 50%, calendar: none, cap: 150%}
rules:
  override:
    kind: override
    label: Override
    base: team.collected
    measure: attainment.team_plan
    tiers: [{from: 0%, rate: 1%}]
  direct:    {kind: rate, label: Direct, base: team.direct, rate: 1%}
  winners:   {kind: formula, label: Winners, amount: team.winners * 50, why: tried}
  stalled:   {kind: rate, label: Stalled, base: team.stalled, each: 1}
  newcomers: {kind: rate, label: Newcomers, base: team.newcomers, each: 10}
  best:      {kind: rate, label: Best, base: team.best, rate: 1%}
examples:
  - name: All of it
    given:
      target: {coverage: 50%}
      team:
        {collected: 1000, planned: 1000, at_standard: 50%, direct: 500, winners: 100%, stalled: 3, newcomers: 1,
         best: 700}
    expect: {override: 10.00, direct: 5.00, winners: 50.00, stalled: 3.00, newcomers: 10.00, best: 7.00}
"""


FIRST = Publication("finance", "The first plans of the company.")


def team_rules(**plans: str) -> Rules:
    """The company's words with some plans; a closer's and a leader's where nothing else is said."""
    texts = {"closer": CLOSER, "group_lead": LEAD} | plans
    return load_texts({"_org.yaml": ORG} | {f"{name}.yaml": text for name, text in texts.items()})


class TeamCompany(Company):
    """A company whose people are as a test says; changed people are marked as an import marks them."""

    def found_team(self, assignments: Iterable[Assignment], rules: Rules | None = None) -> None:
        """Sender, calendar, people and plans."""
        held = list(assignments)
        names = sorted({item.person_id for item in held})
        with self.runtime.transaction() as session:
            add_source(session, new_source(SOURCE, SourceKind.NATIVE, "", now=datetime(2026, 1, 1, tzinfo=UTC)))
            fill_calendar(session, [2025, 2026, 2027])
            replace_people(session, [a_person(name) for name in names], held, [])
            aliases = [Alias(SOURCE, name, name, date(2025, 1, 1)) for name in names]
            replace_aliases(session, [(SOURCE, name) for name in names], aliases)
        self.publish_all(rules or team_rules())

    def publish_all(self, rules: Rules) -> None:
        """Publish every plan of the rules."""
        with self.runtime.transaction() as session:
            for plan_id in sorted(rules.plans):
                publish_plan(session, rules, plan_id, FIRST, today=self.now.date(), now=self.now)

    def move(self, person_id: str, assignments: Iterable[Assignment], absences: Iterable[Absence] = ()) -> None:
        """Give somebody other assignments, and ask to score whom that concerns."""
        held = list(assignments)
        managers = {item.manager_id for item in held if item.manager_id}
        with self.runtime.transaction() as session:
            replace_people(session, [a_person(person_id)], held, list(absences))
            mark_stale(session, [(name, OCTOBER) for name in {person_id, *managers}], self.now)

    def assign(self, person_id: str, standard: str, amount: str, period: Period = OCTOBER) -> None:
        """Set a target by hand."""
        row = TargetRow("row 1, {}", person_id, str(period), standard, amount)
        with self.runtime.transaction() as session:
            assign_targets(session, [row], "head", now=self.now)

    def numbers(self, person_id: str, period: Period = OCTOBER) -> list[dict[str, Fraction]]:
        """The inputs of every segment of a person's month."""
        with self.runtime.reading() as session:
            rows = list_inputs(session, [(person_id, period)])
        return [{name: Fraction(text) for name, text in loads(row.snapshot)["numbers"].items()} for row in rows]

    def standards(self, person_id: str, period: Period = OCTOBER) -> dict[str, dict[str, Any]]:
        """The standards on a person's scorecard."""
        with self.runtime.reading() as session:
            (card,) = list_scorecards(session, [(person_id, period)])
        return {item["id"]: item for item in loads(card.document)["standards"]}

    def lines(self, person_id: str, period: Period = OCTOBER) -> dict[str, int]:
        """Minor units by rule, all segments and drafted corrections together."""
        with self.runtime.reading() as session:
            found = list_lines(session, period, [person_id])
        rules = {line.rule for line in found}
        return {rule: sum(line.amount_minor for line in found if line.rule == rule) for rule in sorted(rules)}


def a_person(person_id: str) -> Person:
    """Somebody who has been here for long."""
    return Person(person_id, person_id.title(), date(2025, 1, 1))


def a_lead(person_id: str, **changes: object) -> Assignment:
    """A group lead."""
    return an_assignment(person_id, **({"role": "group_lead"} | changes))


def an_event(kind: str, name: str, external_id: str, at: datetime, data: Mapping[str, JsonValue]) -> Event:
    """Any event."""
    return Event(SOURCE, external_id, kind, at, name, dict(data))


def on(day: int, month: int = 10) -> datetime:
    """Noon of a day of autumn 2026."""
    return datetime(2026, month, day, 9, tzinfo=UTC)
