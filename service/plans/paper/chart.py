"""The chart of a plan document: pay of the month against the result that moves it most, as inline SVG."""

from __future__ import annotations

from fractions import Fraction
from html import escape

from service.domain.money import MINOR_PER_UNIT
from service.plans.given import Given
from service.plans.lint.sweep import Sweep, sweeps
from service.plans.paper.spoken import Speaker
from service.plans.paper.steps import numbers_in
from service.plans.paper.wording import phrase
from service.plans.render import money_text, shown

WIDTH, HEIGHT, MARGIN = 640, 280, 48
"""Pixels of the drawing; it scales with its page."""


def chart(speaker: Speaker, given: Given) -> str:
    """An SVG of pay against one input, all else as in an example; empty if nothing moves."""
    swept = [sweep for sweep in sweeps(speaker.plan, given) if len(sweep.points) > 1]
    if not swept:
        return ""
    widest = max(swept, key=lambda sweep: (_range(sweep), sweep.name))
    title = phrase("chart", speaker.language, name=speaker.name(widest.name, widest.type))
    return _drawing(widest, title, speaker.language) if _range(widest) else ""


def _range(sweep: Sweep) -> int:
    totals = [point.total for point in sweep.points]
    return max(totals) - min(totals)


def _drawing(sweep: Sweep, title: str, language: str) -> str:
    right, top = sweep.points[-1].at, max(point.total for point in sweep.points)
    places = " ".join(f"{_across(point.at, right)},{_up(point.total, top)}" for point in sweep.points)
    amount = numbers_in(language, money_text(Fraction(top, MINOR_PER_UNIT)))
    base = HEIGHT - MARGIN
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(title)}</title>"
        f'<path d="M{MARGIN} {MARGIN // 2}V{base}H{WIDTH - MARGIN // 2}" fill="none" stroke="currentColor"/>'
        f'<polyline points="{places}" fill="none" stroke="currentColor" stroke-width="2"/>'
        f'<text x="{MARGIN + 4}" y="{MARGIN // 2 + 4}" font-size="12">{escape(amount)}</text>'
        f'<text x="{WIDTH - MARGIN // 2}" y="{base + 18}" font-size="12" text-anchor="end">'
        f"{escape(numbers_in(language, shown(right, sweep.type)))}</text>"
        f'<text x="{WIDTH // 2}" y="{HEIGHT - 8}" font-size="12" text-anchor="middle">{escape(title)}</text></svg>'
    )


def _across(at: Fraction, right: Fraction) -> int:
    return MARGIN + int((WIDTH - MARGIN - MARGIN // 2) * at / right)


def _up(total: int, top: int) -> int:
    room = HEIGHT - MARGIN - MARGIN // 2
    return HEIGHT - MARGIN - (room * max(total, 0) // top if top > 0 else 0)
