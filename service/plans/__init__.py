"""The plan language: plan text to checked plans, and plans to amounts and reasons; no database, no framework.

From files: `load_rules(directory)` or `load_texts({"closer.yaml": text})` reads everything and notes what is wrong;
`check(rules, plan_ids)` lists it, `get_plan(rules, plan_id)` gives a plan that may be used, and
`load_plan(directory, plan_id)` is the short way to one plan. `gate` has `audit`, which is `check` and the linter, and
`unpublishable`, which says why a plan may not be published yet.

Without files: `plan_from_document(plan.document)` and `vocabulary_from_document(vocabulary.document)` make the same
again from the stored text; `plan.content_hash` is the sha256 of the document.

To pay: `evaluate(plan, inputs, period)`, with `missing_inputs(plan, inputs)` before it where inputs may be incomplete.
For people: `read_given` and `given_to_inputs` read the inputs of `--given`; `answer(plan, given)` is the whole answer
as JSON values, with pools. `examples.run_examples` and `guard.guard_report` run the examples of a plan, and run them
against changed numbers. What tries plans out stands in modules of its own, so that an evaluation starts without it.
"""

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

__all__ = [
    "DocumentError",
    "Evaluation",
    "Finding",
    "Given",
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
    "check",
    "evaluate",
    "evaluation_document",
    "get_plan",
    "given_to_inputs",
    "load_plan",
    "load_rules",
    "load_texts",
    "missing_inputs",
    "plan_from_document",
    "read_given",
    "vocabulary_from_document",
]
