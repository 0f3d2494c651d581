"""Lines with their reasons in the language of the reader, in the words of the plan that made each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.domain.earning import EarningLine
from service.plans import plan_from_document
from service.plans.paper.spoken import Speaker
from service.plans.paper.told import Told, told
from service.store.plans import get_document


@dataclass(frozen=True, slots=True)
class LineTold:
    """A line and why it is what it is."""

    line: EarningLine
    label: str
    why: Told


def told_lines(session: Session, lines: Sequence[EarningLine], language: str) -> list[LineTold]:
    """Each of the lines with its reasons; the lines stay as they are kept."""
    hashes = {line.plan_hash for line in lines}
    plans = {plan_hash: plan_from_document(get_document(session, plan_hash)) for plan_hash in sorted(hashes)}
    found = []
    for line in lines:
        speaker = Speaker(plans[line.plan_hash], language, line.month_worked)
        label = speaker.title(line.label, line.label_bg) or line.rule
        found.append(LineTold(line, label, told(speaker, line.rule, line.explanation)))
    return found
