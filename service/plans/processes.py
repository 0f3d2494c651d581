"""Processes: how a sale proceeds, stage by stage, each entered by something that can be observed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from service.plans.finding import Findings, did_you_mean
from service.plans.form import Form, check_ids
from service.plans.moods import mood_in
from service.plans.read import MapNode, Node, Scalar


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact by which a stage is entered: a type of event, perhaps a stage name of the CRM."""

    type: str
    to_stage: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: its fact of entry, the standard conversion to the next, and the age at which a customer is stuck."""

    id: str
    title: str
    title_bg: str
    done_when: tuple[Entry, ...]
    next: Fraction | None
    max_days: int | None
    optional: bool


@dataclass(frozen=True, slots=True)
class Process:
    """A sales process: its stages in order."""

    id: str
    stages: tuple[Stage, ...]


def processes_of(
    entries: Sequence[tuple[str, Node]], event_types: frozenset[str], findings: Findings
) -> dict[str, Process]:
    """Read all processes."""
    check_ids(entries, findings, "process")
    found: dict[str, Process] = {}
    for name, node in entries:
        if not isinstance(node, MapNode):
            findings.add("E-SHAPE", node.place, f'Process "{name}" is a map of stages.')
            continue
        stages = [
            _stage(key, Form(stage, findings, f'stage "{key}"'), event_types)
            for key, stage in node.entries.items()
            if isinstance(stage, MapNode)
        ]
        found[name] = Process(name, tuple(stages))
    return found


def _stage(name: str, form: Form, event_types: frozenset[str]) -> Stage:
    title, title_bg = form.text("title", required=True), form.text("title_bg")
    for text in (name.replace("_", " "), title, title_bg):
        mood = mood_in(text)
        if mood:
            message = (
                f'Stage "{name}" is named after a state of mind ("{mood}"): customers pile up there and stop moving.'
            )
            hint = "Name the fact that ends it: proposal sent, contract signed."
            form.findings.add("E-STAGE", form.node.place, message, hint)
    entries = [entry for node in form.items("done_when", required=True) if (entry := _entry(node, form, event_types))]
    max_days = form.whole("max_days", -1)
    stage = Stage(
        id=name,
        title=title,
        title_bg=title_bg,
        done_when=tuple(entries),
        next=form.ratio("next"),
        max_days=None if max_days < 0 else max_days,
        optional=form.flag("optional"),
    )
    form.done()
    return stage


def _entry(node: Node, form: Form, event_types: frozenset[str]) -> Entry | None:
    if isinstance(node, Scalar):
        type_name, to_stage = node.text, ""
    elif isinstance(node, MapNode) and len(node.entries) == 1:
        type_name, inner = next(iter(node.entries.items()))
        field = Form(inner, form.findings, f"`{type_name}`") if isinstance(inner, MapNode) else None
        to_stage = field.text("to_stage", required=True) if field else ""
    else:
        message = "`done_when` holds event types, or {stage.entered: {to_stage: NAME}}."
        form.findings.add("E-SHAPE", node.place, message)
        return None
    if type_name not in event_types:
        hint = did_you_mean(type_name, event_types)
        form.findings.add("E-NAME", node.place, f"There is no event type `{type_name[:60]}`.", hint)
    return Entry(type_name, to_stage)
