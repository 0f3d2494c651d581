"""Points, streaks and badges: what a day's work is worth beside money, as data of a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from service.plans.expression import Expr, Type
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
