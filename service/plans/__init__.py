"""The plan language: plan text to checked plans, and plans to amounts and reasons; no database, no framework.

From files: `load_rules(directory)` or `load_texts({"closer.yaml": text})` reads everything and notes what is wrong;
`check(rules, plan_ids)` lists it, `get_plan(rules, plan_id)` gives a plan that may be used, and
`unpublishable(rules, plan_id, today)` says why it may not be published yet. `audit(rules, plan_ids, today)` is `check`
and the linter. `load_plan(directory, plan_id)` is the short way to one plan.

Without files: `plan_from_document(plan.document)` and `vocabulary_from_document(vocabulary.document)` make the same
again from the stored text; `plan.content_hash` is the sha256 of the document.

To pay: `evaluate(plan, inputs, period)`, with `missing_inputs(plan, inputs)` before it where inputs may be incomplete.
For people: `read_given` and `given_to_inputs` read the inputs of `--given`; `answer(plan, given)` is the whole answer
as JSON values, with pools; `run_examples` and `guard_report` run the examples of a plan, and run them against changed
numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from service.plans.answer import answer
from service.plans.build import plan_from_document
from service.plans.directory import Rules, check, get_plan, load_plan, load_rules, load_texts
from service.plans.document import DocumentError
from service.plans.evaluate import (
    Evaluation,
    ImproperInputError,
    Inputs,
    Line,
    MissingInputError,
    evaluation_document,
    missing_inputs,
)
from service.plans.explain import evaluate
from service.plans.finding import Finding, Place, PlanRefusedError, UnknownPlanError
from service.plans.given import Given, UnknownInputError, given_to_inputs, read_given
from service.plans.plan import Plan, Rule
from service.plans.processes import Process, Stage
from service.plans.teams import TeamMetric
from service.plans.vocabulary import Vocabulary, vocabulary_from_document

if TYPE_CHECKING:
    from service.plans.examples import ExampleResult, run_examples
    from service.plans.gate import audit, unpublishable
    from service.plans.guard import GuardReport, guard_report

__all__ = [
    "DocumentError",
    "Evaluation",
    "ExampleResult",
    "Finding",
    "Given",
    "GuardReport",
    "ImproperInputError",
    "Inputs",
    "Line",
    "MissingInputError",
    "Place",
    "Plan",
    "PlanRefusedError",
    "Process",
    "Rule",
    "Rules",
    "Stage",
    "TeamMetric",
    "UnknownInputError",
    "UnknownPlanError",
    "Vocabulary",
    "answer",
    "audit",
    "check",
    "evaluate",
    "evaluation_document",
    "get_plan",
    "given_to_inputs",
    "guard_report",
    "load_plan",
    "load_rules",
    "load_texts",
    "missing_inputs",
    "plan_from_document",
    "read_given",
    "run_examples",
    "unpublishable",
    "vocabulary_from_document",
]

LATER: Mapping[str, str] = {
    "ExampleResult": "service.plans.examples",
    "GuardReport": "service.plans.guard",
    "audit": "service.plans.gate",
    "guard_report": "service.plans.guard",
    "run_examples": "service.plans.examples",
    "unpublishable": "service.plans.gate",
}
"""What tries plans out, with the linter: imported when it is first asked for, so that `plan eval` starts sooner."""


def __getattr__(name: str) -> object:
    """What is imported later."""
    if name not in LATER:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(LATER[name]), name)
