"""Composed: the sections of a plan document - every rule in sentences, every number taken from the plan."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from service.plans.attribution import is_pro_rata
from service.plans.deals import DEAL_NAMES
from service.plans.document import Plain
from service.plans.expression import Expr, Type
from service.plans.finding import Findings, Place
from service.plans.names import Names, Speech
from service.plans.paper.spoken import Speaker
from service.plans.paper.wording import phrase, sentence
from service.plans.plan import Rule
from service.plans.read import Scalar
from service.plans.render import shown
from service.plans.scalar import scalar_of_canonical

MONEY_FIELDS = frozenset({"amount", "max", "min", "each"})
"""Fields in which a bare number is money."""


@dataclass(frozen=True, slots=True)
class Section:
    """One rule: its title, what it says, and the rows of its table."""

    title: str
    sentences: tuple[str, ...]
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Written:
    """The fields of one rule, spoken."""

    speaker: Speaker
    fields: Mapping[str, Plain]
    kind: Type = Type.ANY

    def expr(self, key: str) -> Expr | None:
        """An expression field."""
        value = self.fields.get(key)
        if value is None or isinstance(value, list | dict):
            return None
        meaning = scalar_of_canonical(value)
        text = value.removeprefix('"') if isinstance(value, str) else str(value)
        speech = Speech(Names({**self.speaker.plan.declared, **DEAL_NAMES}), Findings())
        return speech.read(Scalar(Place(""), meaning, text), None, key)

    def say(self, key: str) -> str:
        """A field in words; nothing if it is not written."""
        expr = self.expr(key)
        if expr is None:
            return ""
        return self.speaker.say(expr, Type.MONEY if key in MONEY_FIELDS else self.kind)

    def part(self, key: str, word: str | None = None) -> str:
        """A field as part of a sentence; nothing if it is not written."""
        return phrase(word or key, self.speaker.language, value=self.say(key)) if key in self.fields else ""

    def list(self, key: str) -> list[_Written]:
        """The maps of a list, spoken."""
        items = self.fields.get(key)
        maps = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
        return [_Written(self.speaker, item, self.kind) for item in maps]

    def text(self, key: str) -> str:
        """A word as it is written."""
        value = self.fields.get(key)
        return value if isinstance(value, str) else ""


def sections(speaker: Speaker) -> list[Section]:
    """Every rule of a plan as a section, in the order of the statement."""
    written = json.loads(speaker.plan.document)["rules"]
    return [_section(speaker, rule, _Written(speaker, written[rule.id])) for rule in speaker.plan.rules]


def _section(speaker: Speaker, rule: Rule, written: _Written) -> Section:
    key, values = _said(rule, written)
    said = [sentence(key, speaker.language, values)]
    if rule.when is not None and rule.kind != "draw":
        said.append(sentence("when", speaker.language, {"when": speaker.condition(rule.when)}))
    if rule.per_deal:
        said.append(sentence("per_deal", speaker.language, {}))
    if rule.accumulate:
        said.append(sentence(f"accumulate_{rule.accumulate}", speaker.language, {}))
    if release := rule.lowered.release:
        said.append(sentence(f"release_{release.otherwise}", speaker.language, {"days": str(release.within_days)}))
    return Section(speaker.title(rule.label, rule.label_bg), tuple(said), tuple(_rows(rule, written)))


def _said(rule: Rule, written: _Written) -> tuple[str, dict[str, str]]:
    speaker = written.speaker
    values = {key: written.say(key) for key in ("amount", "base", "measure", "per", "by", "max", "min", "share")}
    values |= {key: written.say(key) for key in ("max_share", "otherwise", "rate")}
    values |= {"above": written.part("above"), "max_units": written.part("max_units")}
    values["lines"] = speaker.rules(rule.lowered.applies_to if rule.meaning.is_factor else rule.lowered.lines)
    values["prorated"] = "" if written.text("prorate") == "none" else phrase("prorated", speaker.language)
    values["price"] = written.say("rate") or written.say("each")
    if not values["base"]:
        values["base"] = values["measure"]
    if not values["measure"]:
        values["measure"] = values["base"]
    return _key(rule, written), values


def _key(rule: Rule, written: _Written) -> str:
    match rule.kind:
        case "tiers" | "override":
            return written.text("mode") or "whole"
        case "rate":
            return "each" if "each" in written.fields else "rate"
        case "holdback" if is_pro_rata(rule):
            return "holdback_pro_rata"
        case "kicker":
            return "kicker" if "per" in written.fields else "kicker_once"
        case kind:
            return kind


def _rows(rule: Rule, written: _Written) -> list[str]:
    match rule.kind:
        case "scorecard":
            return [_part(part) for part in written.list("parts")]
        case "tiers" | "override":
            measured = written.expr("measure") or written.expr("base")
            kind = measured.type if measured else Type.ANY
            rows = [_Written(written.speaker, row.fields, kind) for row in written.list("tiers")]
            return [_tier(row) for row in rows]
        case "accelerator":
            return [_row(row, "from", row.say("extra") or row.say("each")) for row in written.list("steps")]
        case "multiplier":
            curve = written.speaker.plan.curves[rule.lowered.curve]
            return [_pair(written.speaker, x_y) for x_y in curve.points]
        case "gate":
            return [written.speaker.condition(condition) for condition in rule.lowered.conditions]
        case _:
            return []


def _part(part: _Written) -> str:
    name = part.text("standard")
    subject = part.speaker.standard(name) if name else part.say("share")
    curve = part.speaker.plan.curves.get(part.text("curve"))
    points = ", ".join(_pair(part.speaker, pair) for pair in curve.points) if curve else ""
    table = f" ({points})" if points else ""
    return phrase("part", part.speaker.language, weight=part.say("weight"), standard=subject, curve=table)


def _tier(row: _Written) -> str:
    worth = row.say("rate") or row.say("each") or row.say("amount")
    return _row(row, "above" if "above" in row.fields else "from", worth)


def _row(row: _Written, start: str, worth: str) -> str:
    word = "over" if start == "above" else "from"
    return phrase(word, row.speaker.language, start=row.say(start), worth=worth)


def _pair(speaker: Speaker, pair: tuple[Fraction, Fraction]) -> str:
    start, worth = (shown(value, Type.RATIO) for value in pair)
    return phrase("from", speaker.language, start=start, worth=worth)
