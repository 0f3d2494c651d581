"""The JSON Schema of plan files for editors, made from the readers themselves, so that it cannot fall behind."""

from __future__ import annotations

from collections.abc import Mapping

from service.domain.event import JsonValue
from service.plans.finding import Findings, Place
from service.plans.form import Asked, Form
from service.plans.head import PLAN_FIELDS
from service.plans.kinds import KINDS
from service.plans.kinds.reader import Scope
from service.plans.kinds.tiers import MODES
from service.plans.names import Names, Speech
from service.plans.read import MapNode, Node, Scalar
from service.plans.rules import read_rule
from service.plans.standards import read_standard
from service.plans.vocabulary import SCHEMA, Vocabulary

DRAFT = "https://json-schema.org/draft/2020-12/schema"
"""The version of JSON Schema that editors understand today."""

PERCENT = r"^-?\d[\d_]*(\.\d+)?%$"

_SHAPES: Mapping[str, JsonValue] = {
    "text": {"type": ["string", "number"]},
    "name": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,63}$"},
    "flag": {"type": "boolean"},
    "number": {"type": "number"},
    "percent": {"type": "string", "pattern": PERCENT},
    "date": {"type": "string", "format": "date"},
    "expression": {"type": ["string", "number"]},
    "condition": {"type": ["string", "boolean"]},
    "names": {"type": ["string", "array"], "items": {"type": "string"}},
    "list": {"type": "array"},
    "map": {"type": "object"},
    "target": {"type": ["string", "number", "object"]},
    "standard": {"type": "string"},
}

_NOWHERE = Place("schema")


def plan_schema() -> dict[str, JsonValue]:
    """The schema of the file of a role."""
    fields: dict[str, JsonValue] = {field: {} for field in PLAN_FIELDS}
    fields["schema"] = {"const": SCHEMA}
    fields["budget"] = {"type": "number", "minimum": 0}
    fields["rules"] = {"type": "object", "additionalProperties": {"oneOf": [_kind(kind) for kind in KINDS]}}
    fields["standards"] = {"type": "object", "additionalProperties": _standard()}
    for field in ("extends", "remove", "accept", "examples"):
        fields[field] = {"type": "array"}
    for field in ("params", "curves", "pools", "points", "badges", "effective"):
        fields[field] = {"type": "object"}
    return {
        "$schema": DRAFT,
        "title": "Plan of a role",
        "type": "object",
        "properties": fields,
        "required": ["schema", "plan", "title"],
        "additionalProperties": False,
    }


def _kind(kind: str) -> JsonValue:
    """The fields of a kind: everything its reader asks for in any of its modes, required what it needs in all."""
    runs = [_asked({"kind": kind} | written) for written in _modes(kind)]
    together = {name: asked for run in runs for name, asked in run.items()}
    required = {name for name in together if all(name in run and run[name].required for run in runs)}
    properties: dict[str, JsonValue] = {name: _shape(asked) for name, asked in together.items()}
    properties["kind"] = {"const": kind}
    return _object(properties, required | {"kind"})


def _modes(kind: str) -> list[dict[str, str]]:
    """What decides which other fields a kind has."""
    modes = {"tiers": MODES, "override": ("marginal", "whole")}
    if kind == "kicker":
        return [{}, {"per": "0"}]
    return [{"mode": mode} for mode in modes[kind]] if kind in modes else [{}]


def _asked(texts: Mapping[str, str]) -> Mapping[str, Asked]:
    entries: dict[str, Node] = {name: Scalar(_NOWHERE, text, text) for name, text in texts.items()}
    form = Form(MapNode(_NOWHERE, entries), Findings(), "a rule")
    read_rule("rule", form, Speech(Names({}), Findings()), Scope())
    return form.asked


def _standard() -> JsonValue:
    form = Form(MapNode(_NOWHERE), Findings(), "a standard")
    read_standard("standard", form, Vocabulary())
    required = {name for name, asked in form.asked.items() if asked.required}
    return _object({name: _shape(asked) for name, asked in form.asked.items()}, required)


def _object(properties: dict[str, JsonValue], required: set[str]) -> JsonValue:
    names: list[JsonValue] = [*sorted(required)]
    return {"type": "object", "properties": properties, "required": names, "additionalProperties": False}


def _shape(asked: Asked) -> JsonValue:
    if asked.type == "choice":
        return {"enum": [*asked.options]}
    return _SHAPES[asked.type]
