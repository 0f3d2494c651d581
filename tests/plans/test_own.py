"""Fifteen plans of our own give the amounts worked out by hand beside them, to the cent, however they are run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from service.cli import main
from service.domain.event import Event, Part
from service.domain.fact import Party, contributions
from service.domain.money import format_minor
from service.domain.period import Period
from service.plans import answer, evaluate, given_to_inputs, load_rules, read_given
from service.plans.curves import KINDS as CURVES
from service.plans.fast import amounts
from service.plans.kinds import KINDS
from service.plans.kinds.tiers import MODES
from service.plans.rules import SPANS
from service.plans.teams import OVER
from tests.plans.paid_plans import (
    AMOUNTS,
    OWN,
    Case,
    cases_of,
    features_paid,
    minor,
    own_cases,
    own_plans,
    share,
    spelled,
)

CASES = pytest.mark.parametrize(
    ("name", "case"), list(own_cases()), ids=[f"{name}: {case['name']}" for name, case in own_cases()]
)
SUMS = ("total", "payable")
NOVEMBER = Period(2026, 11)


def expected(name: str, case: Case) -> dict[str, dict[str, object]]:
    """The lines in minor units, the factors as fractions, and the sums that a case names."""
    plan, written = own_plans()[name], case["expect"]
    factors = {rule.id for rule in plan.rules if rule.meaning.is_factor}
    return {
        "lines": {key: minor(value) for key, value in written.items() if key not in factors and key not in SUMS},
        "factors": {key: share(value) for key, value in written.items() if key in factors},
        "sums": {key: minor(value) for key, value in written.items() if key in SUMS},
    }


@CASES
def test_a_plan_of_our_own_gives_the_amounts_worked_out_by_hand(name: str, case: Case) -> None:
    plan, given = own_plans()[name], read_given(spelled(case["given"]), "given.yaml")
    flat = given_to_inputs(plan, given)
    result = evaluate(plan, flat.inputs, flat.period)
    lines = {line.rule: line.amount_minor for line in result.lines}
    wanted = expected(name, case)
    assert {key: lines[key] for key in wanted["lines"]} == wanted["lines"]
    assert {key: result.factors[key] for key in wanted["factors"]} == wanted["factors"]
    assert {"total": result.total_minor, "payable": result.payable_minor} == {
        "total": result.total_minor,
        "payable": result.payable_minor,
    } | wanted["sums"]
    assert amounts(plan, flat.inputs, flat.period) == lines


@CASES
def test_the_command_gives_the_same(name: str, case: Case, tmp_path: Path) -> None:
    given = tmp_path / "given.yaml"
    given.write_text(spelled(case["given"]))
    done = CliRunner().invoke(
        main, ["plan", "eval", name, "--rules", str(OWN), "--given", str(given), "--format", "json"]
    )
    assert done.exit_code == 0, done.output
    said, wanted = json.loads(done.stdout), expected(name, case)
    assert said["lines"] | {key: format_minor(value) for key, value in wanted["lines"].items()} == said["lines"]  # type: ignore[arg-type]  # amounts are whole cents
    assert {key: Fraction(said["factors"][key]) for key in wanted["factors"]} == wanted["factors"]
    assert {key: minor(said[key]) for key in wanted["sums"]} == wanted["sums"]
    pools = {
        pool: {who: f"{Decimal(paid):.2f}" for who, paid in own.items()} for pool, own in case.get("pools", {}).items()
    }
    assert said.get("pools", {}) == pools
    assert (
        said["pools" if pools else "lines"]
        == answer(own_plans()[name], read_given(given.read_text(), "g"))["pools" if pools else "lines"]
    )


@pytest.mark.parametrize("case", cases_of("partners"), ids=lambda case: case["name"])
def test_shared_money_is_split_to_the_cent_before_the_plan_sees_it(case: Case) -> None:
    metrics, plan = load_rules(OWN).vocabulary.metrics, own_plans()["partners"]
    credited: dict[str, int] = {}
    for number, payment in enumerate(case["payments"]):
        for found in contributions(_event(number, payment), _parties(payment), metrics):
            if found.metric_id == "shared":
                credited[found.person_id] = credited.get(found.person_id, 0) + found.value
    assert credited == {person: minor(amount) for person, amount in case["credited"].items()}
    paid = {
        person: evaluate(plan, {"metric.shared": Decimal(amount).scaleb(-2)}, NOVEMBER).total_minor
        for person, amount in credited.items()
    }
    assert paid == {person: minor(amount) for person, amount in case["expect"].items()}


def _event(number: int, payment: Mapping[str, Any]) -> Event:
    kind = "payment.refunded" if "refund" in payment else "payment.received"
    data = {"amount": payment["amount"], "currency": "EUR"}
    return Event("crm", str(number), kind, datetime(2026, 11, 3, 12, tzinfo=UTC), "u1", data)


def _parties(payment: Mapping[str, Any]) -> list[Party]:
    return [Party(person, Part(part)) for part, person in payment["parts"].items()]


def test_fifteen_plans_have_two_to_four_cases_each_with_its_arithmetic() -> None:
    assert len(own_plans()) >= 15
    assert {path.stem for path in AMOUNTS.glob("*.yaml")} == set(own_plans())
    for name in own_plans():
        assert 2 <= len(cases_of(name)) <= 4, name
        assert all(line.strip() for case in cases_of(name) for line in case["because"]), name


def test_together_with_the_published_ones_they_pay_through_everything_the_language_has() -> None:
    """A new kind, mode, curve or span without a case whose money it moves fails here."""
    wanted = {
        *KINDS,
        *(f"tiers {mode}" for mode in MODES),
        *(f"override {mode}" for mode in ("marginal", "whole")),
        *(f"curve {kind}" for kind in CURVES),
        *(f"accumulate: {span}" for span in SPANS),
        *(f"pool over {members}" for members in OVER),
        *("pool", "pool by equal", "pool by points.total", "pool by a metric"),
        *("prorate: workdays", "prorate: none", "ratio with a minimum", "better: lower", "ramp"),
        *("window", "when", "above", "max_units"),
        *(f"dated param in {month}" for month in ("2026-10", "2026-11")),
    }
    assert wanted - features_paid() == set()
