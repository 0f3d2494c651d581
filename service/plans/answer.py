"""The answer of `plan eval`: lines, factors, sums, reasons, pools where members are given, points where days are."""

from __future__ import annotations

from collections.abc import Mapping

from service.domain.event import JsonValue
from service.domain.money import Exact, format_minor
from service.plans.days_given import given_with_points
from service.plans.evaluate import evaluation_document, work_out
from service.plans.exact import Known
from service.plans.explain import evaluate
from service.plans.given import UnknownInputError, member_inputs
from service.plans.plan import Plan
from service.plans.pools import Pool, fund_minor, shares_of_pool


def answer(plan: Plan, given: Mapping[str, object]) -> dict[str, JsonValue]:
    """Everything a plan says to given inputs, as JSON values."""
    flat, worth = given_with_points(plan, given)
    document = evaluation_document(plan, evaluate(plan, flat.inputs, flat.period))
    if worth is not None:
        document |= worth.as_json()
    members = given.get("members")
    if plan.pools and isinstance(members, Mapping):
        known = work_out(plan, flat.inputs, flat.period).known
        values = {str(person): member_inputs(plan, str(person), own) for person, own in members.items()}
        document["pools"] = {pool.id: _shares(pool, known, values) for pool in plan.pools.values()}
    return document


def _shares(pool: Pool, known: Known, members: Mapping[str, Mapping[str, Exact]]) -> JsonValue:
    shares = shares_of_pool(pool, fund_minor(pool, known), _needed(pool.member_names, members))
    return {person: format_minor(amount) for person, amount in shares.items()}


def _needed(names: frozenset[str], members: Mapping[str, Mapping[str, Exact]]) -> dict[str, dict[str, Exact]]:
    found: dict[str, dict[str, Exact]] = {}
    for person, own in members.items():
        missing = sorted(names - own.keys())
        if missing:
            raise UnknownInputError(f"The member {person} has no {', '.join(missing)}; a missing input is never 0.")
        found[person] = {name: own[name] for name in names}
    return found
