"""The head of a plan file: who it is for, since when, and which fields it may hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from service.domain.period import Period
from service.plans.finding import Findings
from service.plans.form import Form
from service.plans.read import MapNode
from service.plans.vocabulary import SCHEMA, SECTIONS

PLAN_FIELDS = (
    "schema", "plan", "title", "title_bg", "version", "effective", "extends", "remove", "period", "budget",
    "params", "standards", "curves", "rules", "pools", "points", "badges", "accept", "examples", "note",
)  # fmt: skip
"""What the file of a role may hold."""


@dataclass(frozen=True, slots=True)
class Head:
    """Who a plan is for and since when."""

    id: str
    title: str
    title_bg: str
    version: str
    effective_from: date | None
    effective_to: date | None
    period: str
    budget: Fraction | None


def head_of(form: Form) -> Head:
    """Read the fields that say who a plan is for and since when."""
    form.choice("schema", (SCHEMA,), required=True)
    effective = form.inner("effective")
    starts = effective.day("from", required=True) if effective else None
    ends = effective.day("to") if effective else None
    if effective:
        effective.done()
        if starts and starts.day != 1:
            message = f"A plan begins on the first day of a month, not on {starts}."
            effective.wrong(
                "from", message, f"Write {starts.replace(day=1)}, or the first of the month after.", "E-DATE"
            )
        if ends and (ends + timedelta(days=1)).day != 1:
            message = f"A plan ends on the last day of a month, not on {ends}."
            effective.wrong("to", message, f"Write {Period.of(ends).last_day}, or leave it out.", "E-DATE")
        if starts and ends and ends < starts:
            effective.wrong(
                "to",
                "The plan ends before it begins.",
                "Leave `to:` out: it then holds until the next version.",
                "E-DATE",
            )
    return Head(
        id=form.text("plan", required=True),
        title=form.text("title", required=True),
        title_bg=form.text("title_bg"),
        version=form.text("version"),
        effective_from=starts,
        effective_to=ends,
        period=form.choice("period", ("month",), "month"),
        budget=form.exact("budget"),
    )


def check_fields(name: str, node: MapNode, findings: Findings) -> None:
    """Note fields that a file cannot hold: the company's words stand only in files whose name begins with `_`."""
    form = Form(node, findings, f"the file {name}.yaml")
    shared = name.startswith("_")
    for field in (*PLAN_FIELDS, *SECTIONS) if shared else PLAN_FIELDS:
        form.value(field, "any")
    if not shared:
        for key in node.entries:
            if key in SECTIONS and key not in PLAN_FIELDS:
                message = f"`{key}` belongs to the company and stands in _org.yaml, not in the file of a role."
                findings.add("E-SHAPE", node.place_of(key), message)
    form.done()
