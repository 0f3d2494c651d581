"""The figures of a month: every person's standards under their plan, and what teams did along the chain of managers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from service.domain.company_month import CompanyMonth
from service.domain.days import Days, common, holds
from service.domain.deal import WonDeal
from service.domain.measured import is_level, value_of, value_type_name
from service.domain.metric import Aggregation
from service.domain.pay_basis import PayBasis
from service.domain.standard import Standard, level_target, month_target
from service.plans.exact import Known
from service.plans.exact import holds as is_true
from service.plans.expression import Value, names_in
from service.plans.month_awards import SegmentAwards, month_awards
from service.plans.month_inputs import (
    FACTS,
    POINTS,
    TARGETS,
    TEAM,
    SegmentFigures,
    StandardResult,
    plan_inputs,
    shares,
    team_value_type,
)
from service.plans.plan import Plan
from service.plans.teams import OVER, TeamMetric

PlanOn = Callable[[str, date], Plan | None]
"""The plan of a role on a day."""

WHOLE = Fraction(1)

WINDOWED = "windowed."
"""How the names begin that a rule with a window reads."""


def plan_lookup(dated: Sequence[tuple[str, date, date | None, Plan]]) -> PlanOn:
    """Finds the plan of a role on a day among versions with their first and last days."""

    def plan_on(role: str, day: date) -> Plan | None:
        for plan_id, starts_on, ends_on, plan in dated:
            if plan_id == role and starts_on <= day and (ends_on is None or day <= ends_on):
                return plan
        return None

    return plan_on


def levels_of(plan: Plan) -> list[str]:
    """The metrics of a plan whose last day counts."""
    return sorted(metric.id for metric in plan.metrics.values() if metric.aggregation is Aggregation.LAST)


class MonthFigures:
    """Works out a month of the company, each person once; a leader's figures rest on those of the members."""

    def __init__(self, month: CompanyMonth, plan_on: PlanOn) -> None:
        self.month, self._plan_on = month, plan_on
        self._known: dict[str, list[SegmentFigures]] = {}
        self._asked: list[str] = []
        self._awards: dict[str, list[SegmentAwards | None]] = {}
        self._circular = False

    def of(self, person_id: str) -> list[SegmentFigures]:
        """The segments of a person's month, in the order of time."""
        known = self._known.get(person_id)
        if known is not None:
            return known
        if person_id in self._asked:
            # Two people who changed places inside the month are each above the other: what would rest on itself is
            # left out, and nothing of it is kept, so that nobody's figures depend on who was asked for first.
            self._circular = True
            return []
        self._asked.append(person_id)
        found = self._segments(person_id)
        self._asked.pop()
        if not self._circular:
            self._known[person_id] = found
        if not self._asked:
            self._circular = False
        return found

    def _segments(self, person_id: str) -> list[SegmentFigures]:
        bases = self.month.bases(person_id)
        whole = ((self.month.period.first_day, self.month.period.last_day),)
        found = []
        for basis in bases:
            days = ((basis.segment.first_day, basis.segment.last_day),)
            share = WHOLE if len(bases) == 1 else self.month.part(days, whole)
            found.append(self._segment(person_id, basis, days, share))
        if any(item.plan is not None and POINTS in item.plan.inputs for item in found):
            given = month_awards(self.month, person_id, found)
            return [_with_points(item, own) for item, own in zip(found, given, strict=True)]
        return found

    def awards(self, person_id: str) -> list[SegmentAwards | None]:
        """What the days of each segment of a person's month gave in points; None where the plan gives none."""
        if person_id not in self._awards:
            self._awards[person_id] = month_awards(self.month, person_id, self.of(person_id))
        return self._awards[person_id]

    def _segment(self, person_id: str, basis: PayBasis, days: Days, share: Fraction) -> SegmentFigures:
        plan = self._plan_on(basis.segment.role, basis.segment.first_day)
        if plan is None:
            return SegmentFigures(basis, None, share)
        sums = self.month.facts(person_id, days, levels_of(plan))
        figures = SegmentFigures(basis, plan, share, sums, self._team(person_id, plan, days))
        results = [self._result(person_id, figures, standard) for standard in plan.standards.values()]
        return replace(
            figures,
            results=(*results, *shares(plan, figures.team)),
            windowed=self._windowed(person_id, plan, days),
            deals=self._deals(person_id, plan, days),
        )

    def _deals(self, person_id: str, plan: Plan, days: Days) -> tuple[WonDeal, ...]:
        """The deals won on these days, where the plan pays single deals."""
        return tuple(deal for deal in self.month.won(person_id) if holds(days, deal.day)) if plan.runs_per_deal else ()

    def _windowed(self, person_id: str, plan: Plan, days: Days) -> dict[str, Fraction]:
        """What rules with a window of their own read: facts of those of the days that lie in it."""
        windows = {rule.id: rule.window for rule in plan.rules if rule.window is not None}
        found: dict[str, Fraction] = {}
        for name in sorted(plan.inputs):
            if name.startswith(WINDOWED):
                rule_id, _, key = name.removeprefix(WINDOWED).split(".")
                sums = self.month.facts(person_id, common(days, (windows[rule_id],)), levels_of(plan))
                found[name] = value_of(plan.metrics[key], sums, plan.metrics)
        return found

    def _result(self, person_id: str, figures: SegmentFigures, standard: Standard) -> StandardResult:
        plan = figures.plan
        assert plan is not None, "a standard belongs to a plan"
        weight = plan.score_weights().get(standard.id, Fraction(0))
        target = self._target(person_id, figures, standard)
        if standard.metric.startswith(TEAM):
            name = standard.metric.removeprefix(TEAM)
            kind = team_value_type(plan.team_metrics[name])
            return StandardResult(standard, weight, kind, figures.team[name], target)
        metric = plan.metrics[standard.metric]
        actual = value_of(metric, figures.sums, plan.metrics)
        ramp = self.month.ramp_document(person_id, figures.basis, standard)
        return StandardResult(standard, weight, value_type_name(metric, plan.metrics), actual, target, ramp)

    def _target(self, person_id: str, figures: SegmentFigures, standard: Standard) -> Fraction | None:
        """The target of a segment: assigned for the month, else the team's, else by the ramp, else by the table."""
        assert figures.plan is not None, "a standard belongs to a plan"
        period, basis = self.month.period, figures.basis
        is_height = _is_height(figures.plan, standard)
        if standard.team_target:
            return figures.team[standard.team_target]
        assigned = self.month.assigned(person_id, standard.id)
        if assigned is not None:
            return assigned if is_height else assigned * figures.share
        stays = self.month.stays(person_id, basis, standard)
        if is_height:
            return level_target(standard, stays, period)
        target = month_target(standard, stays, period, basis.workdays)
        return target if target is None or standard.prorated else target * figures.share

    def _team(self, person_id: str, plan: Plan, days: Days) -> dict[str, Fraction]:
        found = {}
        for name, metric in plan.team_metrics.items():
            members = self.month.members(person_id, days[0], direct=metric.over == OVER[0])
            found[name] = self._team_value(plan, metric, members, self.month.last_workday(days[0]))
        return found

    def _team_value(self, plan: Plan, metric: TeamMetric, members: Mapping[str, Days], last: date) -> Fraction:
        """A sum or the largest over the days each member was there; else of the members on the last working day."""
        there = {person_id: days for person_id, days in members.items() if holds(days, last)}
        match metric.aggregation:
            case "share":
                passed = [
                    answer for person_id in there if (answer := self._meets(plan, metric, person_id, last)) is not None
                ]
                return Fraction(sum(passed), len(passed)) if passed else Fraction(0)
            case "count":
                return Fraction(sum(self._is_counted(plan, metric, person_id, last) for person_id in there))
            case "max":
                return max((self._value(plan, metric, item) for item in members.items()), default=Fraction(0))
            case _:
                counted = there if _is_last(plan, metric) else members
                return sum((self._value(plan, metric, item) for item in counted.items()), Fraction(0))

    def _value(self, plan: Plan, metric: TeamMetric, member: tuple[str, Days]) -> Fraction:
        """What a member adds to a team metric: facts of the days in the team, or that part of a target."""
        person_id, days = member
        if metric.of.startswith(TARGETS):
            return self._target_part(person_id, metric.of.removeprefix(TARGETS), days)
        own = plan.metrics[metric.of]
        return value_of(own, self.month.facts(person_id, days, levels_of(plan)), plan.metrics)

    def _target_part(self, person_id: str, standard_id: str, days: Days) -> Fraction:
        total = Fraction(0)
        for figures in self.of(person_id):
            target = figures.target(standard_id)
            if target is not None:
                total += target * self.month.part(common(days, (figures.span,)), (figures.span,))
        return total

    def members(self, leader_id: str, leading: SegmentFigures, over: str) -> dict[str, Known]:
        """What is known of those below a leader on the last working day of a segment, by person id."""
        assert leading.plan is not None, "a leader without a plan is asked about nobody"
        last = self.month.last_workday(leading.span)
        below = self.month.members(leader_id, leading.span, direct=over == OVER[0])
        there = [person_id for person_id, days in below.items() if holds(days, last)]
        return {person_id: self._member(leading.plan, person_id, last) for person_id in there}

    def _is_counted(self, plan: Plan, metric: TeamMetric, person_id: str, last: date) -> bool:
        known = self._member(plan, person_id, last)
        counted = known.get(metric.of if "." in metric.of else f"{FACTS}{metric.of}", Fraction(0))
        reached = isinstance(counted, Fraction) and counted > 0
        return reached and (metric.where is None or bool(self._meets(plan, metric, person_id, last)))

    def _meets(self, plan: Plan, metric: TeamMetric, person_id: str, last: date) -> bool | None:
        """Whether a member meets the condition of a team metric; None without what it asks for."""
        assert metric.where is not None, "a share has a condition"
        known = self._member(plan, person_id, last)
        return is_true(metric.where, known) if names_in(metric.where) <= known.keys() else None

    def _member(self, plan: Plan, person_id: str, last: date) -> Known:
        """What is known of a member in the segment of a day: facts by the leader's words, standards by the own plan."""
        for place, figures in enumerate(self.of(person_id)):
            if not figures.span[0] <= last <= figures.span[1]:
                continue
            known: dict[str, Value] = {}
            if figures.plan is not None:
                given = plan_inputs(figures).items()
                known = {name: value if isinstance(value, str) else Fraction(value) for name, value in given}
                known |= {f"attainment.{item.standard.id}": item.attainment for item in figures.results if _asks(item)}
            sums = self.month.facts(person_id, (figures.span,), levels_of(plan))
            values = {f"{FACTS}{key}": value_of(item, sums, plan.metrics) for key, item in plan.metrics.items()}
            if any(POINTS in pool.member_names for pool in plan.pools.values()):
                own = self.awards(person_id)[place]
                known[POINTS] = Fraction(own.total if own else 0)
            return known | values
        return {}


def _with_points(figures: SegmentFigures, given: SegmentAwards | None) -> SegmentFigures:
    if figures.plan is None or POINTS not in figures.plan.inputs:
        return figures
    return replace(figures, points=given.total if given else 0)


def _asks(result: StandardResult) -> bool:
    """Whether a standard asks anything of a person: of somebody who was away all month it does not."""
    return result.target is not None and (result.target > 0 or result.standard.better == "lower")


def _is_last(plan: Plan, metric: TeamMetric) -> bool:
    own = plan.metrics.get(metric.of)
    return metric.aggregation == "last" or (own is not None and own.aggregation is Aggregation.LAST)


def _is_height(plan: Plan, standard: Standard) -> bool:
    """Whether a standard is about a level or a share, which is the same for half a month."""
    if standard.metric.startswith(TEAM):
        return plan.team_metrics[standard.metric.removeprefix(TEAM)].aggregation != "sum"
    return is_level(plan.metrics[standard.metric])
