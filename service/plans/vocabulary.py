"""The vocabulary: the company's words and numbers that every plan speaks, from _org.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from service.domain.metric import MetricSet
from service.plans.curves import Curve, curves_of
from service.plans.document import map_of_text, ordered_text_of, plain_of
from service.plans.event_names import EVENT_NAMES
from service.plans.finding import Findings
from service.plans.form import Form, check_ids
from service.plans.metrics import bands_of, credits_of, metrics_of
from service.plans.processes import Process, processes_of
from service.plans.read import ListNode, MapNode, Node, Scalar
from service.plans.teams import TeamMetric, team_metrics_of

SECTIONS = (
    "schema", "org", "events", "bands", "metrics", "credits", "team_metrics", "processes", "curves"
)  # fmt: skip
"""What the company's file may hold."""

SCHEMA = "incentive/1"
"""The name of this language and its version."""

DOCUMENTS_KEPT = 16
"""Vocabularies kept in memory by their text: one is in force, a few more while months are rebuilt."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything the company measures, and how; `document` is its text as it is stored."""

    currency: str = "EUR"
    minor_units: int = 2
    timezone: str = "UTC"
    metrics: MetricSet = field(default_factory=lambda: MetricSet({}))
    team_metrics: Mapping[str, TeamMetric] = field(default_factory=dict)
    curves: Mapping[str, Curve] = field(default_factory=dict)
    processes: Mapping[str, Process] = field(default_factory=dict)
    own_types: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    document: str = "{}"

    @property
    def event_types(self) -> frozenset[str]:
        """Our event types and the company's own."""
        return EVENT_NAMES | frozenset(self.own_types)


def vocabulary_of(node: MapNode, findings: Findings, spelled: dict[int, str] | None = None) -> Vocabulary:
    """Understand the company's file; what other files add to it (rules, plans) is not looked at."""
    spelled = {} if spelled is None else spelled
    form = Form(node, findings, "the company's file")
    currency, minor_units, timezone = _org(form.inner("org"))
    own_types = _own_types(form, findings)
    event_types = EVENT_NAMES | frozenset(own_types)
    names = {section: form.entries(section) for section in ("metrics", "bands", "team_metrics", "processes", "curves")}
    for section, entries in names.items():
        if section != "bands":
            check_ids(entries, findings, section.removesuffix("s").replace("_", " "))
    metrics = metrics_of(names["metrics"], event_types, findings)
    deal_team = form.inner("credits")
    shares = credits_of(deal_team.inner("deal_team") if deal_team else None)
    return Vocabulary(
        currency=currency,
        minor_units=minor_units,
        timezone=timezone,
        metrics=MetricSet(metrics, bands_of(names["bands"], findings), shares, timezone, currency),
        team_metrics=team_metrics_of(names["team_metrics"], metrics, findings, spelled),
        curves=curves_of(names["curves"], findings),
        processes=processes_of(names["processes"], event_types, findings),
        own_types=own_types,
        document=ordered_text_of(plain_of(_sections(node), spelled)),
    )


@lru_cache(maxsize=DOCUMENTS_KEPT)
def vocabulary_from_document(text: str) -> Vocabulary:
    """The vocabulary that a stored document was made from."""
    findings = Findings()
    vocabulary = vocabulary_of(map_of_text(text, "the company's vocabulary"), findings)
    assert not findings.has_errors, findings.items
    return vocabulary


def _sections(node: MapNode) -> MapNode:
    kept = {key: item for key, item in node.entries.items() if key in SECTIONS and key != "schema"}
    return MapNode(node.place, kept, node.key_places)


def _org(form: Form | None) -> tuple[str, int, str]:
    if form is None:
        return "EUR", 2, "UTC"
    currency = form.text("currency", required=True)
    if not (len(currency) == len("EUR") and currency.isascii() and currency.isupper()):
        form.wrong("currency", f"`{currency[:20]}` is not a currency code like EUR.")
    minor_units = form.whole("minor_units", 2)
    if minor_units != 2:  # noqa: PLR2004  places of a cent
        form.wrong("minor_units", "Only currencies with cents (minor_units: 2) can be paid.")
    timezone = form.text("timezone", required=True) or "UTC"
    if not _known_zone(timezone):
        form.wrong("timezone", f"`{timezone[:60]}` is not a time zone like Europe/Sofia.")
        timezone = "UTC"
    form.choice("week_starts", ("monday",), "monday")
    form.text("calendar")
    rounding = form.inner("rounding")
    if rounding:
        rounding.choice("money", ("half_up",), "half_up")
        rounding.choice("points", ("down",), "down")
        rounding.done()
    form.text("note")
    form.done()
    return currency, minor_units, timezone


def _known_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _own_types(form: Form, findings: Findings) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, node in form.entries("events"):
        if name in EVENT_NAMES or name.count(".") != 1:
            message = f"`{name[:60]}` cannot be a type of your own: noun.verb, and not one of ours."
            findings.add("E-NAME", node.place, message)
        found[name] = _field_names(node)
    return found


def _field_names(node: Node) -> tuple[str, ...]:
    match node:
        case ListNode():
            return tuple(item.text for item in node.items if isinstance(item, Scalar))
        case MapNode():
            return tuple(node.entries)
        case Scalar():
            return ()
