"""The directory of plan files: read together, checked together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from service.plans.build import build_plan
from service.plans.examples import examples_of, run_examples
from service.plans.finding import Finding, Findings, PlanRefusedError, UnknownPlanError, in_order
from service.plans.head import check_fields
from service.plans.inherit import Sources, ancestry, merged, parents_of
from service.plans.plan import Plan
from service.plans.read import MapNode, Scalar, read
from service.plans.vocabulary import Vocabulary, vocabulary_of

COMPANY = "_org"
"""The file of the company's words."""

MAX_FILES = 200
"""Plan files of one company; there are ten roles."""


@dataclass(frozen=True, slots=True)
class Rules:
    """All plan files of a directory: the vocabulary, the plans by id, and everything that is wrong with them."""

    vocabulary: Vocabulary
    plans: Mapping[str, Plan]
    findings: tuple[Finding, ...]
    by_plan: Mapping[str, tuple[Finding, ...]]

    @property
    def plan_ids(self) -> list[str]:
        """The ids of all plan files, also of those with errors."""
        return sorted(self.by_plan)


def load_rules(directory: Path) -> Rules:
    """Read every plan file of a directory; what is wrong is noted, never raised."""
    files = sorted(directory.glob("*.yaml"))[:MAX_FILES]
    return load_texts({path.name: path.read_bytes() for path in files})


def load_texts(texts: Mapping[str, str | bytes]) -> Rules:
    """The same from memory: `{"_org.yaml": "...", "closer.yaml": "..."}`."""
    files: dict[str, MapNode] = {}
    noted: dict[str, Findings] = {}
    for file, text in texts.items():
        name = file.removesuffix(".yaml")
        noted[name] = Findings()
        files[name] = _read(name, text, noted[name])
    sources = Sources(files, noted)
    shared = Findings()
    vocabulary = vocabulary_of(files[COMPANY], shared) if COMPANY in files else Vocabulary()
    plans: dict[str, Plan] = {}
    by_plan: dict[str, tuple[Finding, ...]] = {}
    for name in sorted(files):
        if not name.startswith("_"):
            plans[name], by_plan[name] = _plan(name, sources)
    everywhere = [item for findings in (*noted.values(), shared) for item in findings.items]
    everywhere += [item for items in by_plan.values() for item in items]
    return Rules(vocabulary, plans, tuple(in_order(everywhere)), by_plan)


def load_plan(directory: Path, plan_id: str) -> Plan:
    """One plan without errors, read with the files it extends alone and without running its examples: at once."""
    paths = {path.stem: path for path in sorted(directory.glob("*.yaml"))[:MAX_FILES]}
    sources = Sources({}, {})
    waiting = [plan_id]
    while waiting:
        name = waiting.pop()
        if name in paths and name not in sources.files:
            findings = Findings()
            node = _read(name, paths[name].read_bytes(), findings)
            sources = Sources({**sources.files, name: node}, {**sources.findings, name: findings})
            waiting += [parent for parent, _ in parents_of(node)]
    if plan_id in sources.files and not plan_id.startswith("_"):
        plan, wrong = _built(plan_id, sources)
        if not wrong.has_errors:
            return plan
    return get_plan(load_rules(directory), plan_id)


def _read(name: str, text: str | bytes, findings: Findings) -> MapNode:
    node = read(text, f"{name}.yaml", findings)
    if node.entries:
        check_fields(name, node, findings)
    return node


def _plan(name: str, sources: Sources) -> tuple[Plan, tuple[Finding, ...]]:
    plan, findings = _built(name, sources)
    if not findings.has_errors:
        findings.items += _example_findings(plan)
    return plan, tuple(in_order(findings.items))


def _built(name: str, sources: Sources) -> tuple[Plan, Findings]:
    findings, family = Findings(), _family(name, sources)
    for key in family:
        for item in sources.findings[key].items:
            findings.items.append(item)
            findings.places.add(item.place)
    if any(not sources.files[key].entries and sources.findings[key].has_errors for key in family):
        # Of a file that could not be read nothing else is known: whatever else were said would follow from that.
        return build_plan(merged(name, sources, Findings()), Findings()), findings
    node = merged(name, sources, findings)
    plan = build_plan(node, findings)
    written = node.entries.get("plan")
    if isinstance(written, Scalar) and written.text != name:
        message = f"The plan calls itself `{written.text[:40]}` and stands in the file {name}.yaml."
        findings.add("E-NAME", written.place, message, "Both are the role.")
    return plan, findings


def _family(name: str, sources: Sources) -> list[str]:
    """A file and everything above it."""
    return ancestry(name, sources, Findings())


def _example_findings(plan: Plan) -> list[Finding]:
    _, wrong = examples_of(plan)
    for result in run_examples(plan):
        if not result.passed and result.place not in {item.place for item in wrong}:
            message = f'Example "{result.name}" does not hold: {"; ".join(result.differences)}.'
            wrong.append(Finding("E-EXAMPLE", message, result.place))
    return wrong


def check(rules: Rules, plan_ids: Sequence[str] = ()) -> list[Finding]:
    """Every finding of these plans at once, in the order of their places; of all files if none is named."""
    if not plan_ids:
        return list(rules.findings)
    return in_order(item for plan_id in plan_ids for item in _findings(rules, plan_id))


def _findings(rules: Rules, plan_id: str) -> tuple[Finding, ...]:
    if plan_id not in rules.by_plan:
        raise UnknownPlanError(plan_id, rules.by_plan)
    return rules.by_plan[plan_id]


def get_plan(rules: Rules, plan_id: str) -> Plan:
    """A plan without errors; raises `PlanRefusedError` with everything that is wrong, or `UnknownPlanError`."""
    errors = [item for item in _findings(rules, plan_id) if item.is_error and item.code != "E-EXAMPLE"]
    if errors:
        raise PlanRefusedError(plan_id, errors)
    return rules.plans[plan_id]
