"""Acceptances: findings that a named person takes, with a reason, until a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from service.plans.finding import Finding, Findings, Place
from service.plans.form import Form
from service.plans.plan import Plan
from service.plans.read import MapNode

LOOKED_AT_ELSEWHERE = frozenset({"W-BUDGET"})
"""Findings that rest on facts of the past: without a database behind the check nobody knows whether they hold."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """One entry of `accept:`."""

    lint: str
    at: str
    because: str
    by: str
    until: date | None
    place: Place


def acceptances(plan: Plan) -> tuple[list[Acceptance], list[Finding]]:
    """The entries of `accept:`, and what is wrong with how they are written."""
    findings = Findings()
    found: list[Acceptance] = []
    for node in plan.accept.items:
        if not isinstance(node, MapNode):
            fields = "`lint`, `at`, `because`, `by` and `until`"
            findings.add("E-SHAPE", node.place, f"An acceptance is a map with {fields}.")
            continue
        form = Form(node, findings, "the acceptance")
        acceptance = Acceptance(
            lint=form.text("lint", required=True),
            at=form.text("at", required=True),
            because=form.text("because", required=True),
            by=form.text("by", required=True),
            until=form.day("until", required=True),
            place=node.place,
        )
        form.done()
        if acceptance.lint.startswith("E-"):
            form.wrong("lint", f"{acceptance.lint} is an error and cannot be accepted away.")
        found.append(acceptance)
    return found, findings.items


def accepted(plan: Plan, found: Sequence[Finding], today: date) -> list[Finding]:
    """The findings that nobody accepts, and the acceptances that no longer hold."""
    entries, wrong = acceptances(plan)
    valid = {(entry.lint, entry.at) for entry in entries if entry.until and entry.until >= today}
    left = [item for item in found if item.is_error or (item.code, item.subject) not in valid]
    present = {(item.code, item.subject) for item in found}
    for entry in entries:
        if entry.until and entry.until < today:
            message = f"The acceptance of {entry.lint} at {entry.at} by {entry.by} ended on {entry.until}."
            wrong.append(Finding("W-ACCEPT", message, entry.place, "Renew it or correct the plan.", entry.at))
        elif (entry.lint, entry.at) not in present and entry.lint not in LOOKED_AT_ELSEWHERE:
            message = f"The acceptance of {entry.lint} at {entry.at} matches no finding."
            wrong.append(Finding("W-ACCEPT", message, entry.place, "Leave it out.", entry.at))
    return [*left, *wrong]
