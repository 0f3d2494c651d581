"""What if: things that were not done, imagined in a person's open month, and what they would change in the money."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from service.domain.counting import Fact
from service.domain.earning import EarningLine
from service.domain.errors import BusinessConflictError, InvalidError, Problem
from service.domain.event import ItemResult, ItemState
from service.domain.metric import Aggregation, Metric, MetricSet
from service.domain.period import Period

MAX_METRICS = 20
"""Metrics of one question; whoever asks about more has another plan in mind."""

MAX_EVENTS = 50
"""Events of one question: each is taken the whole way, and somebody waits for the answer."""

MAX_DISTINCT = 1_000
"""Counted things of a distinct metric: each is a row of its own."""

ADDED_UP = frozenset({Aggregation.COUNT, Aggregation.SUM, Aggregation.DISTINCT})
"""What more can be done of: of a ratio or a largest value nothing is added."""

_AMOUNT = re.compile(r"\d{1,9}(\.\d{1,4})?")


class WhatIfRefusedError(InvalidError):
    """Something that cannot be imagined."""

    code = "what_if_refused"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("What is imagined cannot be worked out.", tuple(problems))


class MonthNotOpenError(BusinessConflictError):
    """A question about a month that is closed, or that has not begun."""

    code = "month_not_open"

    def __init__(self, period: Period) -> None:
        super().__init__(f"{period} is not an open month: it is closed, or it has not begun. Ask about another one.")


@dataclass(frozen=True, slots=True)
class LineChange:
    """What one rule gives for the work of a month, before and after, in minor units."""

    month: Period
    rule: str
    kind: str
    label: str
    label_bg: str
    before_minor: int
    after_minor: int

    @property
    def difference_minor(self) -> int:
        """What it gives more."""
        return self.after_minor - self.before_minor


def imagined_facts(
    person_id: str, day: date, added: Mapping[str, str], metrics: MetricSet, *, now: datetime
) -> list[Fact]:
    """So much more of each metric as facts of a person's day; raises `WhatIfRefusedError` with every mistake."""
    facts: list[Fact] = []
    problems: list[Problem] = []
    for name, text in sorted(added.items()):
        metric = metrics.metrics.get(name)
        stored = _stored(metric, text) if metric is not None and metric.aggregation in ADDED_UP else None
        if metric is None or stored is None:
            problems.append(Problem("not_addable", _why_not(name, metric), f"/add/{name}"))
        elif metric.aggregation is Aggregation.DISTINCT:
            facts += [Fact(person_id, day, name, "", 1, now, f"what if {number}") for number in range(stored)]
        elif stored:
            facts.append(Fact(person_id, day, name, "", stored, now))
    if problems:
        raise WhatIfRefusedError(problems)
    return facts


def demand_all_counted(results: Sequence[ItemResult]) -> None:
    """Refuse imagined events that would not count, each with the reason."""
    problems = [
        Problem(_word(item), _reason(item), f"/events/{item.index}")
        for item in results
        if item.state is not ItemState.ACCEPTED
    ]
    if problems:
        raise WhatIfRefusedError(problems)


def compared(before: Sequence[EarningLine], after: Sequence[EarningLine]) -> list[LineChange]:
    """The lines of a month before and after, those of one rule and month worked together, in their order."""
    found: dict[tuple[Period, str, str], LineChange] = {}
    for place, lines in enumerate((before, after)):
        for line in lines:
            key = line.month_worked, line.rule, line.kind
            known = found.get(key) or LineChange(*key, line.label, line.label_bg, 0, 0)
            sums = [known.before_minor, known.after_minor]
            sums[place] += line.amount_minor
            found[key] = LineChange(*key, line.label, line.label_bg, *sums)
    return list(found.values())


def _stored(metric: Metric, text: str) -> int | None:
    """What is added as it is kept, or None where it is no amount of this metric."""
    if not _AMOUNT.fullmatch(text):
        return None
    kept = Fraction(text) * 10**metric.value_type.places
    most = MAX_DISTINCT if metric.aggregation is Aggregation.DISTINCT else kept
    return kept.numerator if kept.denominator == 1 and kept <= most else None


def _why_not(name: str, metric: Metric | None) -> str:
    if metric is None:
        return f"No metric is called `{name[:64]}`."
    if metric.aggregation not in ADDED_UP:
        return f"{metric.title} is not added up, so nothing can be added to it. Imagine the events instead."
    unit = "an amount of money" if metric.is_money else "a number"
    return f'Write how much more of {metric.title} as {unit}, such as "3", up to nine digits ({MAX_DISTINCT} things).'


def _word(item: ItemResult) -> str:
    if item.rejection is not None:
        return item.rejection.code
    return item.quarantine.reason.value if item.quarantine is not None else item.state.value


def _reason(item: ItemResult) -> str:
    if item.rejection is not None:
        return item.rejection.detail
    return f"It would wait: {item.quarantine.detail}" if item.quarantine is not None else "It would not count."
