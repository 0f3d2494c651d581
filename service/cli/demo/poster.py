"""The poster: the outcome of the demo as text for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import click

from service.cli.demo.outcome import LateNews, Outcome, Place, held_minor, released_minor, score_text
from service.domain.event import JsonValue
from service.domain.money import format_minor

SHOWN_PLACES = 8
"""The top of a board: who comes last is nobody's business."""

BAR_TENTHS = 50
"""Tenths of a percent for one block of a bar."""

WIDTH = 78

TITLES = {"closer": "Closers", "farmer": "Farmers"}


def poster(outcome: Outcome) -> str:
    """The boards, one explained statement and the payouts of the closed month."""
    lines: list[str] = []
    for board, places in outcome.boards.items():
        lines += [*_heading(f"{TITLES[board]}, {outcome.period}"), *_board(places)]
    lines += [*_heading(f"Statement of {outcome.statement.document['name']}, {outcome.period}"), *_statement(outcome)]
    lines += [*_heading(f"Payouts of {outcome.period}"), *_payouts(outcome)]
    lines += [*_heading(f"News for {outcome.period} that came after its close, paid with the next month")]
    lines += [*_late_news(outcome.late_news), *_heading("The books"), *_books(outcome)]
    return "\n".join(lines)


def _heading(text: str) -> list[str]:
    return ["", click.style(text, bold=True), click.style("─" * WIDTH, dim=True)]


def _board(places: Sequence[Place]) -> Iterator[str]:
    for place in places[:SHOWN_PLACES]:
        rank = f"{place.rank}{'=' if place.tied else '.'}"
        bar = click.style("█" * (place.score_tenths // BAR_TENTHS), fg="blue")
        yield f"{rank:>4} {place.name:<22} {place.team:<9} {score_text(place.score_tenths):>6} %  {bar}"
    if len(places) > SHOWN_PLACES:
        yield click.style(f"     and {len(places) - SHOWN_PLACES} more", dim=True)


def _statement(outcome: Outcome) -> Iterator[str]:
    document = outcome.statement.document
    for line in _maps(document["lines"]):
        note = "" if line["disposition"] == "payable" else f" ({line['disposition']})"
        yield f"{str(line['label']) + note:<60} {line['amount']!s:>17}"
        yield from (click.style(f"    {reason}", dim=True) for reason in _reasons(line["explanation"]))
    yield click.style("─" * WIDTH, dim=True)
    yield click.style(f"{'Payable':<60} {document['payable']!s:>17}", bold=True)
    yield click.style(f"hash {outcome.statement.document_hash}", dim=True)


def _reasons(explanation: JsonValue) -> Iterator[str]:
    """The steps of a line and what its factors rest on, a sentence each."""
    if not isinstance(explanation, dict):
        return
    for step in _maps(explanation.get("steps")):
        yield f"{step['text']} = {step['amount']}"
    for factor in _maps(explanation.get("factors")):
        yield f"x {factor['factor']} by {factor['rule']}: " + ", ".join(map(_because, _maps(factor.get("because"))))


def _because(condition: Mapping[str, JsonValue]) -> str:
    words = [condition.get("left"), condition.get("left_value"), condition.get("op"), condition.get("right_value")]
    return " ".join(str(word) for word in words if word is not None)


def _payouts(outcome: Outcome) -> Iterator[str]:
    report = outcome.payouts
    for payout in report.payouts:
        amount = format_minor(payout.amount_minor)
        yield f"{payout.personnel_number:>5} {payout.name:<22} {payout.role:<19} {payout.cost_centre:<14} {amount:>13}"
    yield click.style("─" * WIDTH, dim=True)
    total = f"{format_minor(report.total_minor)} {report.currency}"
    yield click.style(f"{f'{report.people} people':<60} {total:>17}", bold=True)
    yield f"{'Held back until customers have paid in full':<60} {format_minor(held_minor(outcome)):>17}"
    yield f"{'Released of it since, paid with the next month':<60} {format_minor(released_minor(outcome)):>17}"


def _late_news(news: Sequence[LateNews]) -> Iterator[str]:
    for item in news:
        rule = item.line.label.rpartition(": ")[2]
        yield f"{item.name:<22} {rule:<42} {format_minor(item.line.amount_minor):>12}"
    if not news:
        yield "none"


def _books(outcome: Outcome) -> Iterator[str]:
    states = ", ".join(f"{count:,} {state}" for state, count in sorted(outcome.season.states.items()))
    yield f"Events: {states}; taken in {outcome.season.ingest_s:.1f} s."
    balance = "balanced" if outcome.balanced else "OUT OF BALANCE"
    yield f"Ledger: {outcome.entries} entries, {balance}; the month closed in {outcome.season.close_s:.1f} s."


def _maps(value: JsonValue) -> list[dict[str, JsonValue]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
