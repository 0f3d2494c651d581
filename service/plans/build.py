"""Building a plan: a merged tree, from files or from a stored document, to checked rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from service.domain.standard import Standard
from service.plans.curves import Curve
from service.plans.deals import DEAL_NAMES, names_of_deals
from service.plans.derive import definitions, inputs_of
from service.plans.document import DocumentError, Plain, hash_of, map_of_text, plain_of, text_of
from service.plans.expression import Name, Type, names_in, walk
from service.plans.finding import Findings
from service.plans.form import Form, check_ids
from service.plans.head import Head, head_of
from service.plans.kinds.reader import Scope
from service.plans.names import EMPLOYEE, Names, Speech
from service.plans.order import expressions_of, in_order
from service.plans.plan import Plan, Rule
from service.plans.points import Badge, PointRule, badges_of, points_of
from service.plans.pools import Pool, pools_of
from service.plans.read import ListNode, MapNode, Node
from service.plans.rules import kinds_of, rules_of
from service.plans.standards import Parameter, parameters_of, standards_of
from service.plans.teams import type_of_metric
from service.plans.vocabulary import Vocabulary, vocabulary_of

ENGINE = 1
"""Rises when the meaning of a kind or a rounding changes, so that old months replay with the old meaning."""

DOCUMENTS_KEPT = 256
"""Plans kept in memory by their text: ten roles with a few versions each."""

NAMED_SECTIONS = (
    "params", "standards", "rules", "points", "badges", "pools", "metrics", "team_metrics", "curves", "events",
)  # fmt: skip
"""Sections of entries with names; of the company's words only those that the plan uses are kept."""

UNSAID = frozenset({"note", "override"})
"""Fields without a meaning for pay; they are not in the document."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a plan is made of before its rules are read."""

    vocabulary: Vocabulary
    params: Mapping[str, Parameter]
    standards: Mapping[str, Standard]
    names: Names


def build_plan(node: MapNode, findings: Findings, *, segmented: bool = False) -> Plan:
    """Check a merged tree and make a plan of it; it may be used only if no error was noted.

    `segmented` makes the plan of a part of a month: caps and thresholds are multiplied by `calendar.segment_share`.
    """
    spelled: dict[int, str] = {}
    form = Form(node, findings, "the plan")
    head = head_of(form)
    vocabulary = vocabulary_of(node, findings, spelled)
    params, standards = form.entries("params"), form.entries("standards")
    check_ids([*params, *standards], findings, "parameter or standard")
    parts = _parts(vocabulary, parameters_of(params, findings), standards_of(standards, vocabulary, findings), form)
    speech = Speech(parts.names, findings, spelled)
    of_rules = Speech(replace(parts.names, types={**parts.names.types, **DEAL_NAMES}), findings, spelled)
    rules = form.entries("rules", required=True)
    scope = Scope(parts.standards, vocabulary.curves, kinds_of(rules, findings), segmented)
    ordered = in_order(rules_of(rules, of_rules, scope), findings)
    _check_line_names(ordered, findings)
    shared = _Shared(
        pools=pools_of(form.entries("pools"), speech, findings),
        points=points_of(form.entries("points"), speech, findings),
        badges=badges_of(form.entries("badges"), speech, findings),
    )
    made = _Made(head, parts, ordered, shared)
    return _plan(made, text_of(_document(made, node, spelled)), node)


@lru_cache(maxsize=DOCUMENTS_KEPT)
def plan_from_document(text: str) -> Plan:
    """The plan that a stored document was made from; it evaluates to the same cent.

    Raises `DocumentError` for a text that no plan was ever written as.
    """
    findings = Findings()
    plan = build_plan(map_of_text(text, "the stored plan"), findings)
    if findings.has_errors:
        raise DocumentError(f"The stored plan cannot be read: {findings.items[0].message}")
    return plan


@lru_cache(maxsize=DOCUMENTS_KEPT)
def segment_plan(text: str) -> Plan:
    """The plan of a stored document as it pays a part of a month."""
    return build_plan(map_of_text(text, "the stored plan"), Findings(), segmented=True)


@dataclass(frozen=True, slots=True)
class _Shared:
    """What a plan gives beside lines of pay."""

    pools: Mapping[str, Pool]
    points: Mapping[str, PointRule]
    badges: Mapping[str, Badge]


@dataclass(frozen=True, slots=True)
class _Made:
    """A plan understood, before its document is written."""

    head: Head
    parts: _Parts
    rules: tuple[Rule, ...]
    shared: _Shared

    def used_names(self) -> set[str]:
        """The names that the rules, the standards and the funds of pools look up."""
        funds = [expr for pool in self.shared.pools.values() for expr in (pool.base, pool.rate, pool.when, pool.most)]
        exprs = [expr for rule in self.rules for expr in expressions_of(rule)]
        names = set[str]().union(*(names_in(expr) for expr in [*exprs, *funds] if expr is not None))
        names |= {f"attainment.{name}" for name in self.parts.standards}
        return names | {f"balance.paid_{rule.id}" for rule in self.rules if rule.accumulate}

    def shown_names(self) -> set[str]:
        """Those and the names of points, badges and members, whose metrics belong to the document too."""
        names = {f"metric.{rule.metric}" for rule in self.shared.points.values() if rule.metric}
        conditions = [rule.when for rule in self.shared.points.values() if rule.when]
        conditions += [badge.when for badge in self.shared.badges.values()]
        names |= set[str]().union(*(names_in(expr) for expr in conditions))
        names |= set[str]().union(*(pool.member_names for pool in self.shared.pools.values()))
        return self.used_names() | {name.replace("lifetime.", "metric.", 1) for name in names}


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
                message = f'Rule "{rule.id}" uses "{key}" as a line, and it is a factor.'
                findings.add("E-TYPE", rule.place, message, "Name a line that it acts on.")


def _plan(made: _Made, document: str, node: MapNode) -> Plan:
    head, parts, names = made.head, made.parts, made.used_names()
    vocabulary = parts.vocabulary
    derived = definitions(names, vocabulary.metrics.metrics, parts.standards, parts.names.types)
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
        metrics={name: vocabulary.metrics.metrics[name] for name in sorted(_used_metrics(made))},
        team_metrics={name: vocabulary.team_metrics[name] for name in sorted(_used_team(made))},
        rules=made.rules,
        pools=made.shared.pools,
        points=made.shared.points,
        badges=made.shared.badges,
        derived=derived,
        inputs=inputs_of(names, derived),
        deal_names=names_of_deals(made.rules),
        declared=parts.names.types,
        document=document,
        content_hash=hash_of(document),
        budget=head.budget,
        examples=_list(node, "examples"),
        accept=_list(node, "accept"),
        source=node,
    )


def _used_metrics(made: _Made) -> set[str]:
    parts = made.parts
    known = parts.vocabulary.metrics.metrics
    words = _words(made.shown_names(), "metric") | {standard.metric for standard in parts.standards.values()}
    words |= {parts.vocabulary.team_metrics[name].of for name in _used_team(made)}
    conditions = [parts.vocabulary.team_metrics[name].where for name in _used_team(made)]
    words |= _words(set[str]().union(*(names_in(expr) for expr in conditions if expr is not None)), "metric")
    words |= {part for word in words & known.keys() for part in (known[word].of, known[word].over)}
    return words & known.keys()


def _used_team(made: _Made) -> set[str]:
    parts = made.parts
    words = _words(made.shown_names(), "team")
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


def _document(made: _Made, node: MapNode, spelled: Mapping[int, str]) -> Plain:
    parts = made.parts
    kept = {"metrics": _used_metrics(made), "team_metrics": _used_team(made)}
    kept["events"] = {name for key in kept["metrics"] for name in parts.vocabulary.metrics.metrics[key].types}
    kept["curves"] = set(_used_curves(node, parts.vocabulary.curves))
    document: dict[str, Plain] = {"engine": ENGINE}
    for key in ("schema", "plan", "title", "title_bg", "period", "org"):
        if key in node.entries:
            document[key] = _said(plain_of(node.entries[key], spelled))
    for key in NAMED_SECTIONS:
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
