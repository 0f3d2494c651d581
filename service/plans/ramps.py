"""The ramps of one role: where a target rises, what each ramp begins at, and the weeks until the target is reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from service.domain.crew import Crew
from service.domain.days import ONE_DAY, Span, each_of
from service.domain.measured import value_of
from service.domain.period import Period
from service.domain.ramp import (
    WEEK,
    RampWeek,
    first_step_days,
    median,
    next_step,
    step_on,
    week_of,
    weeks_before,
)
from service.domain.standard import Standard, true_attainment, unit_target
from service.plans.month_figures import PlanOn
from service.plans.plan import Plan

RampKey = tuple[str, str]
"""Person and standard."""

Start = tuple[str, str, date]
"""Person, standard and the first day of a ramp."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the plan in force on a day asks of a person by its table."""

    plan: Plan
    standard: Standard
    target: Fraction


@dataclass(frozen=True, slots=True)
class RampSpan:
    """The days to be worked out, from a Monday on, and the company's present day."""

    begin: date
    end: date
    today: date


def ramped_standards(plans: Iterable[Plan]) -> list[str]:
    """The standards that some of these plans reach in weekly steps."""
    return sorted({item.id for plan in plans for item in plan.standards.values() if _max_step(item) is not None})


class RoleRamps:
    """Works out the weeks of all ramps of a role from a Monday on; what was before stands in `carried`.

    `frozen` holds what ramps were found to begin at when they began; `begun` those that begin now.
    """

    def __init__(
        self, crew: Crew, plan_on: PlanOn, carried: Sequence[RampWeek], frozen: Mapping[Start, Fraction]
    ) -> None:
        self._crew, self._plan_on, self._frozen = crew, plan_on, frozen
        self.begun: dict[Start, Fraction] = {}
        self._running: set[RampKey] = set()
        self._medians: dict[str, dict[date, Fraction | None]] = {}
        self._weeks: dict[RampKey, list[RampWeek]] = {}
        for week in sorted(carried, key=lambda item: item.first_day):
            self._weeks.setdefault(week.key, []).append(week)

    def weeks(self, span: RampSpan, standards: Sequence[str], changes: Iterable[date]) -> list[RampWeek]:
        """All weeks, those before included; on the days of `changes` a plan, a grade or a role may begin."""
        self._running = {key for key, weeks in self._weeks.items() if weeks[-1].last_day >= span.begin - ONE_DAY}
        looked_at = set(changes)
        for day in each_of(((span.begin, span.end),)):
            if day in looked_at:
                self._look_for_rises(day, standards, span.today)
            if not day.weekday():
                self._running = {key for key in sorted(self._running) if self._go_on(key, day, span.today)}
        found = (week for weeks in self._weeks.values() for week in weeks)
        return sorted(found, key=lambda week: (week.key, week.first_day))

    def _look_for_rises(self, day: date, standards: Sequence[str], today: date) -> None:
        """Begin a ramp for whoever is asked more by the table than the day before, or anything for the first time."""
        for person_id in self._crew.person_ids:
            for name in standards:
                now, before = self._asked(person_id, name, day), self._asked(person_id, name, day - ONE_DAY)
                if now is not None and (before is None or now.target > before.target):
                    self._cut((person_id, name), day)
                    if _max_step(now.standard) is not None:
                        self._begin(person_id, now, before, day, today)

    def _begin(self, person_id: str, now: Asked, before: Asked | None, day: date, today: date) -> None:
        start = (person_id, now.standard.id, day)
        baseline = self._frozen.get(start)
        if baseline is None:
            baseline = self._baseline(person_id, now, before, day)
            if day <= today:
                self.begun[start] = baseline
        amount = next_step(baseline, now.target, Fraction(0))
        if amount < now.target:
            days, role, goal = first_step_days(day), self._crew.role, now.target
            week = RampWeek(person_id, role, now.standard.id, day, *days, amount, goal, decided=day <= today)
            self._weeks.setdefault(week.key, []).append(week)
            self._running.add(week.key)

    def _baseline(self, person_id: str, now: Asked, before: Asked | None, day: date) -> Fraction:
        """The median of what was done per unit in the last full weeks; without any, the target before or the lowest."""
        rates = []
        for week in weeks_before(day):
            units = sum((self._crew.part(person_id, now.standard, each) for each in each_of((week,))), Fraction(0))
            if units:
                rates.append(max(self._done(person_id, now, week), Fraction(0)) / units)
        found = median(rates)
        if found:
            return found
        if before is not None and before.target > 0:
            return before.target
        grades = [unit_target(now.standard, grade, Period.of(day).first_day) for grade in now.standard.target]
        return min(target for target in grades if target is not None)

    def _go_on(self, key: RampKey, monday: date, today: date) -> bool:
        """Add the step of a week, if the one before has ended; whether the ramp goes on."""
        last = self._weeks[key][-1]
        if last.last_day >= monday:
            return True
        asked = self._asked(*key, monday)
        ramp = asked.standard.ramp if asked else None
        if asked is None or ramp is None or ramp.max_step is None or last.amount >= asked.target:
            return False
        decided = monday <= today
        middle = None if ramp.hold_below is None or not decided else self._attained(key[1], monday - WEEK)
        held = middle is not None and ramp.hold_below is not None and middle < ramp.hold_below
        first_day, last_day = week_of(monday)
        week = replace(
            last,
            first_day=first_day,
            last_day=last_day,
            amount=last.amount if held else next_step(last.amount, asked.target, ramp.max_step),
            goal=asked.target,
            median=middle,
            hold_below=ramp.hold_below,
            held=held,
            decided=decided,
        )
        self._weeks[key].append(week)
        return True

    def _attained(self, standard_id: str, monday: date) -> Fraction | None:
        """The median attainment of those who were in the role all week, each of the own target."""
        if monday in self._medians.get(standard_id, {}):
            return self._medians[standard_id][monday]
        week = week_of(monday)
        found = []
        for person_id in self._crew.person_ids:
            days = [(day, self._asked(person_id, standard_id, day)) for day in each_of((week,))]
            wanted = [self._wanted(person_id, asked, day) for day, asked in days if asked is not None]
            target, last = sum(wanted, Fraction(0)), days[-1][1]
            if len(wanted) == len(days) and target and last is not None:
                found.append(true_attainment(self._done(person_id, last, week), target, last.standard))
        middle = self._medians.setdefault(standard_id, {})[monday] = median(found)
        return middle

    def _wanted(self, person_id: str, asked: Asked, day: date) -> Fraction:
        """The part of a person's own target that belongs to a day: assigned, else the ramp's step, else the table's."""
        assigned = self._crew.assigned_part(person_id, asked.standard.id, day)
        if assigned is not None:
            return assigned
        step = step_on(self._weeks.get((person_id, asked.standard.id), ()), day)
        amount = asked.target if step is None else min(step.amount, asked.target)
        return amount * self._crew.part(person_id, asked.standard, day)

    def _done(self, person_id: str, asked: Asked, week: Span) -> Fraction:
        sums = self._crew.add_up((week,), ()).get(person_id, {})
        return value_of(asked.plan.metrics[asked.standard.metric], sums, asked.plan.metrics)

    def _asked(self, person_id: str, standard_id: str, day: date) -> Asked | None:
        held = self._crew.assignment(person_id, day)
        plan = self._plan_on(self._crew.role, day) if held is not None else None
        standard = plan.standards.get(standard_id) if plan is not None else None
        if held is None or plan is None or standard is None or standard.assigned or standard.team_target:
            return None
        target = unit_target(standard, held.grade, Period.of(day).first_day)
        return None if target is None else Asked(plan, standard, target)

    def _cut(self, key: RampKey, day: date) -> None:
        """End a ramp the day before another one begins."""
        self._running.discard(key)
        kept = [week for week in self._weeks.get(key, ()) if week.first_day < day]
        self._weeks[key] = [replace(week, last_day=min(week.last_day, day - ONE_DAY)) for week in kept]
        if not kept:
            self._weeks.pop(key, None)


def _max_step(standard: Standard) -> Fraction | None:
    return standard.ramp.max_step if standard.ramp else None
