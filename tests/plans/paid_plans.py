"""The plans whose amounts others published or we worked out by hand, their cases, and what of the language they pay."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from service.domain.metric import Better
from service.domain.money import Exact
from service.domain.period import Period
from service.plans import Evaluation, Plan, evaluate, get_plan, given_to_inputs, load_rules, read_given
from tests.plans.builders import NOVEMBER, PERSON, plan_of

OWN = Path(__file__).with_name("own")
AMOUNTS = OWN / "amounts"
PUBLISHED = yaml.safe_load(Path(__file__).with_name("published.yaml").read_text(encoding="utf-8"))

Case = Mapping[str, Any]
"""One case of a file of amounts, every scalar as it is written there."""


@dataclass(frozen=True, slots=True)
class Paid:
    """A plan and what one case makes of it."""

    plan: Plan
    given: Mapping[str, object]
    evaluation: Evaluation


@cache
def own_plans() -> Mapping[str, Plan]:
    """Our own plans without errors, by id."""
    rules = load_rules(OWN)
    return {name: get_plan(rules, name) for name in rules.plan_ids}


@cache
def cases_of(name: str) -> tuple[Case, ...]:
    """The cases of one of our own plans, in the order of its file."""
    return tuple(yaml.load((AMOUNTS / f"{name}.yaml").read_text(encoding="utf-8"), yaml.BaseLoader))  # noqa: S506  BaseLoader makes texts alone


def spelled(value: object) -> str:
    """A part of a case as it was written, for a file of inputs."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {spelled(item)}" for key, item in value.items()) + "}"
    return str(value)


def minor(amount: object) -> int:
    """An amount as it is written, in cents; a fraction of a cent is a mistake of the file."""
    cents = Decimal(str(amount).replace("_", "")) * 100
    assert cents == int(cents), amount
    return int(cents)


def share(text: str) -> Fraction:
    """A percentage as it is written."""
    return Fraction(text.removesuffix("%")) / 100


def own_cases() -> Iterator[tuple[str, Case]]:
    """Every case of our own plans whose inputs are written in it."""
    for path in sorted(AMOUNTS.glob("*.yaml")):
        yield from ((path.stem, case) for case in cases_of(path.stem) if "given" in case)


def published_inputs(case: Case) -> dict[str, Exact | str]:
    """What a published case gives, on top of an ordinary month."""
    return {**PERSON, **{name: Decimal(str(value)) for name, value in case["given"].items()}}


def all_paid() -> Iterator[Paid]:
    """Every case of the published plans and of our own, worked out."""
    for written in PUBLISHED:
        plan = plan_of(written["rules"], more=written.get("more", ""))
        for case in written["cases"]:
            yield Paid(plan, case["given"], evaluate(plan, published_inputs(case), NOVEMBER))
    for name, case in own_cases():
        plan, given = own_plans()[name], read_given(spelled(case["given"]), "given.yaml")
        flat = given_to_inputs(plan, given)
        yield Paid(plan, given, evaluate(plan, flat.inputs, flat.period))


def features_paid() -> set[str]:
    """What of the language moves money in some case: kinds, modes, curves and the rest, as words."""
    return set().union(*(_features(paid) for paid in all_paid()))


def _features(paid: Paid) -> set[str]:
    plan, document = paid.plan, json.loads(paid.plan.document)
    moved = {line.rule for line in paid.evaluation.lines if line.amount_minor}
    moved |= {name for name, factor in paid.evaluation.factors.items() if factor != 1}
    found = set().union(*(_of_rule(plan, document["rules"][name]) for name in moved)) if moved else set()
    if paid.given.get("members"):
        found |= {"pool"} | {f"pool by {_sharing(pool['share_by'])}" for pool in document["pools"].values()}
        found |= {f"pool over {pool['members']}" for pool in document["pools"].values()}
    needed = {plan.metrics[name.removeprefix("metric.")] for name in plan.derived if name.startswith("metric.")}
    found |= {"ratio with a minimum" for metric in needed if metric.min_over}
    found |= {"better: lower" for item in plan.standards.values() if plan.metrics[item.metric].better is Better.LOWER}
    found |= {"ramp" for item in plan.standards.values() if item.ramp}
    return found | {f"dated param in {_period(paid)}" for item in plan.params.values() if len(item.steps) > 1}


def _period(paid: Paid) -> Period:
    return given_to_inputs(paid.plan, paid.given).period


def _of_rule(plan: Plan, written: Mapping[str, Any]) -> set[str]:
    kind = written["kind"]
    found = {kind}
    if kind in {"tiers", "override"}:
        found.add(f"{kind} {written.get('mode', 'whole')}")
    if kind in {"fixed", "scorecard"}:
        found.add(f"prorate: {written.get('prorate', 'workdays')}")
    curves = [written.get("curve"), *(part.get("curve") for part in written.get("parts", []))]
    found |= {f"curve {plan.curves[name].kind}" for name in curves if name}
    found |= {f"accumulate: {written[key]}" for key in ("accumulate",) if key in written}
    return found | {key for key in ("window", "when", "above", "max_units") if key in written}


def _sharing(written: str) -> str:
    return "a metric" if written.startswith("metric.") else written
