"""Building a plan: a merged tree, from files or from a stored document, to checked rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from service.domain.standard import Standard
from service.plans.curves import Curve
from service.plans.derive import definitions, inputs_of
from service.plans.document import Plain, hash_of, map_of_text, plain_of, text_of
from service.plans.expression import Name, Type, names_in, walk
from service.plans.finding import Findings
from service.plans.form import Form, check_ids
from service.plans.kinds.reader import Scope
from service.plans.names import EMPLOYEE, Names, Speech
from service.plans.order import expressions_of, in_order
from service.plans.plan import Plan, Rule
from service.plans.read import ListNode, MapNode, Node
from service.plans.rules import kinds_of, rules_of
from service.plans.standards import Parameter, parameters_of, standards_of
from service.plans.teams import type_of_metric
from service.plans.vocabulary import SCHEMA, SECTIONS, Vocabulary, vocabulary_of

PLAN_FIELDS = (
    "schema", "plan", "title", "title_bg", "version", "effective", "extends", "remove", "period",
    "params", "standards", "curves", "rules", "pools", "points", "badges", "accept", "examples", "note",
)  # fmt: skip
"""What the file of a role may hold."""

ENGINE = 1
"""Rises when the meaning of a kind or a rounding changes, so that old months replay with the old meaning."""

DOCUMENTS_KEPT = 256
"""Plans kept in memory by their text: ten roles with a few versions each."""

UNSAID = frozenset({"note", "override"})
"""Fields without a meaning for pay; they are not in the document."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a plan is made of before its rules are read."""

    vocabulary: Vocabulary
    params: Mapping[str, Parameter]
    standards: Mapping[str, Standard]
    names: Names


def build_plan(node: MapNode, findings: Findings) -> Plan:
    """Check a merged tree and make a plan of it; it may be used only if no error was noted."""
    spelled: dict[int, str] = {}
    form = Form(node, findings, "the plan")
    head = _head(form)
    vocabulary = vocabulary_of(node, findings, spelled)
    params, standards = form.entries("params"), form.entries("standards")
    check_ids([*params, *standards], findings, "parameter or standard")
    parts = _parts(vocabulary, parameters_of(params, findings), standards_of(standards, vocabulary, findings), form)
    speech = Speech(parts.names, findings, spelled)
    rules = form.entries("rules", required=True)
    scope = Scope(parts.standards, vocabulary.curves, kinds_of(rules, findings))
    ordered = in_order(rules_of(rules, speech, scope), findings)
    _check_line_names(ordered, findings)
    document = text_of(_document(node, parts, ordered, spelled))
    return _plan(head, parts, ordered, document, node)


@lru_cache(maxsize=DOCUMENTS_KEPT)
def plan_from_document(text: str) -> Plan:
    """The plan that a stored document was made from; it evaluates to the same cent."""
    findings = Findings()
    plan = build_plan(map_of_text(text, "the stored plan"), findings)
    assert not findings.has_errors, [str(item) for item in findings.items]
    return plan


@dataclass(frozen=True, slots=True)
class _Head:
    """Who a plan is for and since when."""

    id: str
    title: str
    title_bg: str
    version: str
    effective_from: date | None
    effective_to: date | None
    period: str


def _head(form: Form) -> _Head:
    form.choice("schema", (SCHEMA,), required=True)
    effective = form.inner("effective")
    starts = effective.day("from", required=True) if effective else None
    ends = effective.day("to") if effective else None
    if effective:
        effective.done()
        if starts and starts.day != 1:
            effective.wrong("from", f"A plan begins on the first day of a month, not on {starts}.", code="E-DATE")
        if ends and (ends + timedelta(days=1)).day != 1:
            effective.wrong("to", f"A plan ends on the last day of a month, not on {ends}.", code="E-DATE")
        if starts and ends and ends < starts:
            effective.wrong("to", "The plan ends before it begins.", code="E-DATE")
    return _Head(
        id=form.text("plan", required=True),
        title=form.text("title", required=True),
        title_bg=form.text("title_bg"),
        version=form.text("version"),
        effective_from=starts,
        effective_to=ends,
        period=form.choice("period", ("month",), "month"),
    )


def _parts(
    vocabulary: Vocabulary, params: Mapping[str, Parameter], standards: Mapping[str, Standard], form: Form
) -> _Parts:
    metrics = vocabulary.metrics.metrics
    types = {f"metric.{name}": type_of_metric(metric, metrics) for name, metric in metrics.items()}
    types |= {f"team.{name}": team.type for name, team in vocabulary.team_metrics.items()}
    for standard in standards.values():
        full = standard.metric if "." in standard.metric else f"metric.{standard.metric}"
        types[f"target.{standard.id}"] = types.get(full, Type.ANY)
        types[f"attainment.{standard.id}"] = Type.RATIO
    types |= {f"param.{name}": parameter.type for name, parameter in params.items()}
    types |= {f"line.{name}": Type.MONEY for name, _ in form.entries("rules")}
    types |= dict(EMPLOYEE) | {"points.total": Type.POINTS}
    return _Parts(vocabulary, params, standards, Names(types))


def _check_line_names(rules: Iterable[Rule], findings: Findings) -> None:
    lines = {rule.id for rule in rules if not rule.meaning.is_factor}
    factors = {rule.id for rule in rules if rule.meaning.is_factor}
    for rule in rules:
        for name in (item for expr in expressions_of(rule) for item in walk(expr) if isinstance(item, Name)):
            key = name.name.removeprefix("line.")
            if name.name.startswith("line.") and key in factors and key not in lines:
                findings.add("E-TYPE", rule.place, f'Rule "{rule.id}" uses "{key}" as a line, and it is a factor.')


def _used_names(parts: _Parts, rules: Iterable[Rule]) -> set[str]:
    names = set[str]().union(*(names_in(expr) for rule in rules for expr in expressions_of(rule)))
    names |= {f"attainment.{name}" for name in parts.standards}
    return names | {f"balance.paid_{rule.id}" for rule in rules if rule.accumulate}


def _plan(head: _Head, parts: _Parts, rules: tuple[Rule, ...], document: str, node: MapNode) -> Plan:
    vocabulary, names = parts.vocabulary, _used_names(parts, rules)
    derived = definitions(names, vocabulary.metrics.metrics, parts.standards, parts.names.types)
    metrics = _used_metrics(parts, rules)
    return Plan(
        id=head.id,
        title=head.title,
        title_bg=head.title_bg,
        version=head.version,
        effective_from=head.effective_from,
        effective_to=head.effective_to,
        period=head.period,
        currency=vocabulary.currency,
        timezone=vocabulary.timezone,
        params=parts.params,
        standards=parts.standards,
        curves={name: vocabulary.curves[name] for name in _used_curves(node, vocabulary.curves)},
        metrics={name: vocabulary.metrics.metrics[name] for name in sorted(metrics)},
        team_metrics={name: vocabulary.team_metrics[name] for name in sorted(_used_team(parts, rules))},
        rules=rules,
        derived=derived,
        inputs=inputs_of(names, derived),
        declared=parts.names.types,
        document=document,
        content_hash=hash_of(document),
        examples=_list(node, "examples"),
        accept=_list(node, "accept"),
        source=node,
    )


def _used_metrics(parts: _Parts, rules: Iterable[Rule]) -> set[str]:
    known = parts.vocabulary.metrics.metrics
    words = _words(_used_names(parts, rules), "metric") | {standard.metric for standard in parts.standards.values()}
    words |= {parts.vocabulary.team_metrics[name].of for name in _used_team(parts, rules)}
    words |= {part for word in words & known.keys() for part in (known[word].of, known[word].over)}
    return words & known.keys()


def _used_team(parts: _Parts, rules: Iterable[Rule]) -> set[str]:
    words = _words(_used_names(parts, rules), "team")
    for standard in parts.standards.values():
        words |= {standard.team_target, standard.metric.removeprefix("team.")}
    return words & parts.vocabulary.team_metrics.keys()


def _words(names: Iterable[str], family: str) -> set[str]:
    return {name.rpartition(".")[2] for name in names if name.startswith(f"{family}.") or f".{family}." in name}


def _used_curves(node: MapNode, curves: Mapping[str, Curve]) -> list[str]:
    rules = node.entries.get("rules")
    used: set[str] = set()
    stack: list[Node] = [rules] if rules else []
    while stack:
        item = stack.pop()
        if isinstance(item, MapNode):
            curve = item.entries.get("curve")
            used.add(getattr(curve, "text", ""))
            stack += item.entries.values()
        elif isinstance(item, ListNode):
            stack += item.items
    return sorted(used & curves.keys())


def _document(node: MapNode, parts: _Parts, rules: tuple[Rule, ...], spelled: Mapping[int, str]) -> Plain:
    kept = {"metrics": _used_metrics(parts, rules), "team_metrics": _used_team(parts, rules)}
    kept["events"] = {name for key in kept["metrics"] for name in parts.vocabulary.metrics.metrics[key].types}
    kept["curves"] = set(_used_curves(node, parts.vocabulary.curves))
    document: dict[str, Plain] = {"engine": ENGINE}
    for key in ("schema", "plan", "title", "title_bg", "period", "org", "points", "badges", "pools"):
        if key in node.entries:
            document[key] = _said(plain_of(node.entries[key], spelled))
    for key in ("params", "standards", "rules", "metrics", "team_metrics", "curves", "events"):
        section = node.entries.get(key)
        if isinstance(section, MapNode):
            wanted = kept.get(key, set(section.entries))
            whole = {name: plain_of(item, spelled) for name, item in section.entries.items() if name in wanted}
            document[key] = {name: _said(item) for name, item in whole.items()}
    return document


def _said(value: Plain) -> Plain:
    if isinstance(value, dict):
        return {key: item for key, item in value.items() if key not in UNSAID}
    return value


def _list(node: MapNode, key: str) -> ListNode:
    found = node.entries.get(key)
    return found if isinstance(found, ListNode) else ListNode(node.place)


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
