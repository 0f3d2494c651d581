"""Next steps: what the next thing done would pay, as answers tell it."""

from __future__ import annotations

from collections.abc import Sequence

from marshmallow import Schema, fields

from service.domain.money import format_minor
from service.plans.hints import Hint, told


class NextStepSchema(Schema):
    """The nearest step in one metric that pays more."""

    metric = fields.String(metadata={"example": "metric.meetings_held"})
    title = fields.String()
    title_bg = fields.String()
    step = fields.String(metadata={"description": "How much more (or less, below zero), exact", "example": "3"})
    gain = fields.String(metadata={"example": "50.00"})
    text = fields.String(metadata={"example": "3 more of “Meetings” unlocks 50.00"})


def next_step_documents(steps: Sequence[Hint], language: str) -> list[dict[str, object]]:
    """Next steps for JSON, told in a language."""
    return [
        {
            "metric": step.name,
            "title": step.title,
            "title_bg": step.title_bg,
            "step": str(step.step),
            "gain": format_minor(step.gain_minor),
            "text": told(step, language),
        }
        for step in steps
    ]
