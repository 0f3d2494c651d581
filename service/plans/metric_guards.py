"""Guards and demands of a metric as they are written: how often an event may count, and how surely it must be sent."""

from __future__ import annotations

from service.domain.delivery import Trust
from service.domain.metric import Aggregation
from service.domain.metric_guard import Guards, TrustDemand
from service.plans.form import Form
from service.plans.read import MapNode

GUARDED = (Aggregation.COUNT, Aggregation.SUM, Aggregation.DISTINCT)
"""What can be guarded: a level or a record is of one event, and a ratio is made of metrics with guards of their own."""

MOST_PER_HOUR = 3_600
"""An event a second: more than that is no limit."""

LONGEST_GAP_S = 86_400
"""A day: guards look at one day at a time."""


def guards_of(form: Form, aggregation: Aggregation, *, is_money: bool) -> Guards | None:
    """Read `guards: {max_per_hour: 30, min_gap_s: 20, distinct_counterparty_per_day: number_hash}`."""
    inner = form.inner("guards")
    if inner is None:
        return None
    found = Guards(
        _whole(inner, "max_per_hour", MOST_PER_HOUR),
        _whole(inner, "min_gap_s", LONGEST_GAP_S),
        inner.text("distinct_counterparty_per_day"),
    )
    inner.done()
    if not inner.node.entries:
        form.wrong("guards", f"`guards` of {form.what} asks for nothing.", "Give a limit, or leave it out.")
    elif is_money or aggregation not in GUARDED:
        form.wrong("guards", f"{form.what.capitalize()} cannot have guards: they are for counts, and sums of no money.")
    return found


def trust_of(form: Form, field: str) -> TrustDemand | None:
    """Read `trust: 2`, or `trust: {from: 1_000, level: 2}` for a metric with a field."""
    if not form.has("trust"):
        return None
    written = form.node.entries["trust"]
    if not isinstance(written, MapNode):
        return TrustDemand(_level(form, "trust"))
    inner = form.inner("trust")
    assert inner is not None, "a map was found"
    start = inner.exact("from", required=True)
    level = _level(inner, "level")
    inner.done()
    if not field:
        form.wrong("trust", f"`from` in `trust` of {form.what} is about a `field`, and there is none.")
    return TrustDemand(level, start)


def _level(form: Form, name: str) -> int:
    level = form.whole(name)
    if not Trust.SHARED <= level <= Trust.TIMED:
        form.wrong(name, f"`{name}` of {form.what} is 1 (a shared key), 2 (a signature) or 3 (one with its time).")
    return level


def _whole(form: Form, name: str, most: int) -> int:
    number = form.whole(name)
    if form.has(name) and not 1 <= number <= most:
        form.wrong(name, f"`{name}` of {form.what} is a whole number from 1 to {most}.")
    return number
