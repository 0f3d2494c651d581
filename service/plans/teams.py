"""Team metrics: a number over the people below a leader, taken along the chain of managers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain.metric import Aggregation, Better, Metric
from service.plans.expression import Expr, Type
from service.plans.finding import Findings, did_you_mean
from service.plans.form import Form
from service.plans.names import EMPLOYEE, Names, Speech
from service.plans.read import MapNode, Node

OVER = ("subordinates_direct", "subordinates_all")
"""The people directly below, or everybody below."""


@dataclass(frozen=True, slots=True)
class TeamMetric:
    """A sum, a share, a count or the largest over the members of a team; `of` is a metric or `target.S`."""

    id: str
    title: str
    title_bg: str
    aggregation: str
    of: str
    where: Expr | None
    over: str
    type: Type
    better: Better


def type_of_metric(metric: Metric, metrics: Mapping[str, Metric]) -> Type:
    """What the number of a metric is in an expression."""
    if metric.aggregation is Aggregation.RATIO:
        parts = [metrics[part].value_type.name == "money" for part in (metric.of, metric.over) if part in metrics]
        return Type.MONEY if parts == [True, False] else Type.RATIO
    return Type.MONEY if metric.value_type.name == "money" else Type.NUM


def team_metrics_of(
    entries: Sequence[tuple[str, Node]], metrics: Mapping[str, Metric], findings: Findings, spelled: dict[int, str]
) -> dict[str, TeamMetric]:
    """Read all team metrics; `spelled` receives the one spelling of their conditions."""
    found: dict[str, TeamMetric] = {}
    types = {f"metric.{name}": type_of_metric(metric, metrics) for name, metric in metrics.items()}
    open_families = {"attainment": Type.RATIO, "target": Type.ANY}
    speech = Speech(Names(types | dict(EMPLOYEE), open_families=open_families), findings, spelled)
    for name, node in entries:
        if isinstance(node, MapNode):
            found[name] = _team_metric(name, Form(node, findings, f'team metric "{name}"'), metrics, speech)
        else:
            findings.add("E-SHAPE", node.place, f'Team metric "{name}" is a map with `title`, `agg` and `over`.')
    return found


def _team_metric(name: str, form: Form, metrics: Mapping[str, Metric], speech: Speech) -> TeamMetric:
    aggregation = form.choice("agg", ("sum", "share", "count", "max", "last"), "sum", required=True)
    of = form.text("of", required=aggregation != "share")
    if of and "." not in of and of not in metrics:
        form.wrong("of", f"There is no metric `{of}`.", did_you_mean(of, metrics), "E-NAME")
    where = speech.expression(form, "where", Type.BOOL, required=aggregation == "share")
    declared = form.choice("type", ("num", "money"), "")
    team_metric = TeamMetric(
        id=name,
        title=form.text("title", required=True),
        title_bg=form.text("title_bg"),
        aggregation=aggregation,
        of=of,
        where=where,
        over=form.choice("over", OVER, OVER[1], required=True),
        type=_type(aggregation, of, declared, metrics),
        better=Better(form.choice("better", list(Better), "higher")),
    )
    form.flag("override")
    form.text("note")
    form.done()
    return team_metric


def _type(aggregation: str, of: str, declared: str, metrics: Mapping[str, Metric]) -> Type:
    if aggregation == "share":
        return Type.RATIO
    if declared:
        return Type.MONEY if declared == "money" else Type.NUM
    if aggregation == "count" or of not in metrics:
        return Type.NUM
    return type_of_metric(metrics[of], metrics)
