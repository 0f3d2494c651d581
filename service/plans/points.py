"""Points, streaks and badges: what a day's work is worth beside money, as data of a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from service.plans.exact import Known, holds, number
from service.plans.expression import Expr, Name, Type
from service.plans.finding import Findings, did_you_mean
from service.plans.form import Form, check_ids
from service.plans.names import Names, Speech
from service.plans.read import MapNode, Node, Scalar

KINDS = ("per", "when", "streak")
"""For each counted thing; for a day that meets a condition; for working days in a row."""


@dataclass(frozen=True, slots=True)
class PointRule:
    """One way to get points."""

    id: str
    kind: str
    label: str
    label_bg: str
    metric: str = ""
    each: Fraction = Fraction(0)
    daily_max: int | None = None
    when: Expr | None = None
    points: int = 0
    rewards: tuple[tuple[int, int], ...] = ()
    freezes_per_month: int = 0


@dataclass(frozen=True, slots=True)
class Badge:
    """A thing won once, when something in a whole working life is reached."""

    id: str
    label: str
    label_bg: str
    when: Expr


def points_of(entries: Sequence[tuple[str, Node]], speech: Speech, findings: Findings) -> dict[str, PointRule]:
    """Read `points:`."""
    check_ids(entries, findings, "point rule")
    found: dict[str, PointRule] = {}
    for name, node in entries:
        if isinstance(node, MapNode):
            found[name] = _rule(name, Form(node, findings, f'point rule "{name}"'), speech)
        else:
            findings.add("E-SHAPE", node.place, f'Point rule "{name}" is a map with `kind` and `label`.')
    return found


def _rule(name: str, form: Form, speech: Speech) -> PointRule:
    kind = form.choice("kind", KINDS, "per", required=True)
    metric = form.text("metric", required=kind == "per")
    if metric and f"metric.{metric}" not in speech.names.types:
        known = [word.removeprefix("metric.") for word in speech.names.types if word.startswith("metric.")]
        form.wrong("metric", f"There is no metric `{metric[:60]}`.", did_you_mean(metric, known), "E-NAME")
    daily_max = form.whole("daily_max", -1)
    rule = PointRule(
        id=name,
        kind=kind,
        label=form.text("label", required=True),
        label_bg=form.text("label_bg"),
        metric=metric,
        each=form.exact("each", required=kind == "per") or Fraction(0),
        daily_max=None if daily_max < 0 else daily_max,
        when=speech.expression(form, "when", Type.BOOL, required=kind != "per"),
        points=form.whole("points"),
        rewards=_rewards(form, required=kind == "streak"),
        freezes_per_month=form.whole("freezes_per_month"),
    )
    form.choice("calendar", ("workdays",), "workdays")
    form.flag("override")
    form.text("note")
    form.done()
    return rule


def _rewards(form: Form, *, required: bool) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for key, node in form.entries("rewards", required=required):
        value = node.value if isinstance(node, Scalar) else None
        if not key.isdecimal() or isinstance(value, bool) or not isinstance(value, int) or value < 0:
            form.findings.add("E-SHAPE", node.place, f"`rewards` of {form.what} says {{days: points}}, whole numbers.")
        else:
            found.append((int(key), value))
    return tuple(sorted(found))


def badges_of(entries: Sequence[tuple[str, Node]], speech: Speech, findings: Findings) -> dict[str, Badge]:
    """Read `badges:`; their conditions are about a whole working life."""
    check_ids(entries, findings, "badge")
    types = {name.replace("metric.", "lifetime.", 1): kind for name, kind in speech.names.types.items()}
    lifetime = {name: kind for name, kind in types.items() if name.startswith("lifetime.")}
    own = Speech(Names(lifetime, ("lifetime",), {}), findings, speech.spelled)
    found: dict[str, Badge] = {}
    for name, node in entries:
        if not isinstance(node, MapNode):
            findings.add("E-SHAPE", node.place, f'Badge "{name}" is a map with `label` and `when`.')
            continue
        form = Form(node, findings, f'badge "{name}"')
        when = own.expression(form, "when", Type.BOOL, required=True)
        label, label_bg = form.text("label", required=True), form.text("label_bg")
        form.flag("override")
        form.text("note")
        form.done()
        if when is not None:
            found[name] = Badge(name, label, label_bg, when)
    return found


def day_points(rules: Mapping[str, PointRule], known: Known) -> dict[str, int]:
    """The points of one working day by rule; `known` are the facts, targets and attainments of that day."""
    found: dict[str, int] = {}
    for rule in rules.values():
        if rule.kind == "per":
            value = floor(number(Name(f"metric.{rule.metric}", Type.NUM), known) * rule.each)
            found[rule.id] = max(value if rule.daily_max is None else min(value, rule.daily_max), 0)
        elif rule.kind == "when" and rule.when is not None:
            found[rule.id] = rule.points if holds(rule.when, known) else 0
    return found


def streak_points(rule: PointRule, days: Sequence[bool], length: int = 0) -> tuple[int, int]:
    """The points of a month's working days in order, and the length carried on.

    A day that misses takes a freeze, which keeps the length; without one the streak begins again. Days off are not
    among the days, so they neither extend nor break it.
    """
    rewards, freezes, total = dict(rule.rewards), rule.freezes_per_month, 0
    for done in days:
        if done:
            length += 1
            total += rewards.get(length, 0)
        elif freezes and length:
            freezes -= 1
        else:
            length = 0
    return total, length


def badges_won(badges: Mapping[str, Badge], known: Known) -> list[str]:
    """The badges whose condition holds; `known` are the sums of a whole working life as `lifetime.X`."""
    return [badge.id for badge in badges.values() if holds(badge.when, known)]
