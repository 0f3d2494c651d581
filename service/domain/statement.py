"""A statement: what a person was told at close, as one canonical document with a hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.domain.earning import Balances, Charge, Disposition, EarningLine
from service.domain.event import JsonValue, canonical_json
from service.domain.metric import Metric
from service.domain.money import format_minor
from service.domain.payee import Payee
from service.domain.period import Period

ENGINE = 1
"""Rises when a kind or the rounding changes its meaning; with plan hash and snapshot it makes the same lines again."""


EVIDENCE_EVENTS = 200
"""Events of a metric's types up to which a statement names them one by one: deals, payments and meetings, but not every
call. Of the others it gives the number; `/v1/statements/<person>/<period>/events` lists them."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One event behind a metric: its receipt, and what it added in the metric's natural unit as exact text."""

    metric: str
    receipt_id: str
    type: str
    occurred_at: datetime
    value: str


@dataclass(frozen=True, slots=True)
class MonthEvents:
    """The events behind one person's month: how many of each type, and a hash over all their receipts.

    The hash does not depend on the order in which they arrived. `evidence` has those of the metrics with few events.
    """

    counts: Mapping[str, int]
    receipts_hash: str
    evidence: Sequence[Evidence] = ()

    def as_json(self) -> dict[str, JsonValue]:
        """For the statement: the receipts by metric, each with what it added."""
        receipts: dict[str, JsonValue] = {}
        for metric in sorted({item.metric for item in self.evidence}):
            own = [item for item in self.evidence if item.metric == metric]
            receipts[metric] = [{"receipt_id": item.receipt_id, "value": item.value} for item in own]
        return {"counts": dict(self.counts), "receipts_hash": self.receipts_hash, "receipts": receipts}

    def few_of(self, metrics: Iterable[Metric]) -> list[str]:
        """The metrics whose events are few enough to be named one by one."""
        return [
            metric.id
            for metric in metrics
            if metric.types and sum(self.counts.get(name, 0) for name in metric.types) <= EVIDENCE_EVENTS
        ]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One stretch of the month under one plan: its version and what it was evaluated on."""

    plan_id: str
    version: str
    plan_hash: str
    snapshot: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class StatementContent:
    """Everything a statement says; nothing in it depends on when it was issued."""

    person_id: str
    name: str
    period: Period
    version: int
    currency: str
    role: str
    team: str
    lines: Sequence[EarningLine]
    balances: Balances
    scorecard: Mapping[str, JsonValue]
    evaluated: Sequence[Evaluated]
    events: MonthEvents
    payee: Payee


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of a set of lines, in minor units."""

    total_minor: int
    payable_minor: int
    proposed_minor: int
    forfeited_minor: int


def totals(lines: Sequence[EarningLine]) -> Totals:
    """Add up lines: `total` is all of them, `payable` what finance pays, `proposed` what waits for finance.

    What is forfeited was taken out of both when it was held back; it is beside them. What is set off was in `proposed`
    when it was posted, and moves from there to what is paid less: it changes no total.
    """

    def added(*wanted: Disposition) -> int:
        return sum(line.amount_minor for line in lines if line.disposition in wanted)

    set_off = sum(line.amount_minor for line in lines if line.charge is Charge.PROPOSED)
    payable, proposed = added(Disposition.PAYABLE), added(Disposition.PROPOSED) - set_off
    return Totals(added(Disposition.INFORMATION) + payable + proposed, payable, proposed, added(Disposition.FORFEITED))


def statement_document(content: StatementContent) -> str:
    """The canonical JSON of a statement."""
    sums = totals(content.lines)
    return canonical_json(
        {
            "person": content.person_id,
            "name": content.name,
            "period": str(content.period),
            "version": content.version,
            "currency": content.currency,
            "role": content.role,
            "team": content.team,
            "payee": content.payee.as_json(),
            "engine": ENGINE,
            "plans": [
                {"plan": item.plan_id, "version": item.version, "hash": item.plan_hash, "inputs": dict(item.snapshot)}
                for item in content.evaluated
            ],
            "scorecard": dict(content.scorecard),
            "lines": [line_document(line) for line in content.lines],
            "total": format_minor(sums.total_minor),
            "payable": format_minor(sums.payable_minor),
            "proposed": format_minor(sums.proposed_minor),
            "forfeited": format_minor(sums.forfeited_minor),
            "balances": content.balances.as_json(),
            "events": content.events.as_json(),
        }
    )


def line_document(line: EarningLine) -> dict[str, JsonValue]:
    """One line as a statement shows it, with what each deal has in it where it is told by deal."""
    deals: dict[str, JsonValue] = {"deals": [part.as_json() for part in line.parts]} if line.parts else {}
    return {
        "month": str(line.month_worked),
        "rule": line.rule,
        "kind": line.kind,
        "label": line.label,
        "label_bg": line.label_bg,
        "amount": format_minor(line.amount_minor),
        "disposition": line.disposition.value,
        # In whose words the reasons are: a correction has those of the plan of its month.
        "plan": line.plan_hash,
        "explanation": dict(line.explanation),
        **deals,
    }


def document_hash(document: str) -> str:
    """sha256 of a canonical document, in hexadecimal."""
    return hashlib.sha256(document.encode()).hexdigest()
