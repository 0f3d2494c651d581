"""Who is in a closing: each person with the drafted lines of the period and what they were drafted from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.domain.earning import EarningLine
from service.domain.payee import Payee, payee_of
from service.domain.period import Period
from service.domain.team import by_person
from service.store.earnings import list_lines
from service.store.people import list_assignments_of, list_people_of
from service.store.scorecards import InputRow, ScorecardRow, list_period_inputs, list_scorecards


@dataclass(frozen=True, slots=True)
class ClosingPerson:
    """One person with something to close."""

    person_id: str
    name: str
    lines: Sequence[EarningLine]
    card: ScorecardRow | None
    inputs: Sequence[InputRow]
    payee: Payee

    @property
    def targets(self) -> dict[str, str]:
        """The exact targets of the month by standard."""
        standards = json.loads(self.card.document).get("standards", []) if self.card else []
        return {item["id"]: item["target"] for item in standards if item["target"] is not None}


def list_closing_people(session: Session, period: Period) -> list[ClosingPerson]:
    """Everybody who has lines or a plan in a period."""
    lines: dict[str, list[EarningLine]] = {}
    for line in list_lines(session, period):
        lines.setdefault(line.person_id, []).append(line)
    inputs: dict[str, list[InputRow]] = {}
    for row in list_period_inputs(session, period):
        inputs.setdefault(row.person_id, []).append(row)
    person_ids = sorted({*lines, *inputs})
    cards = {card.person_id: card for card in list_scorecards(session, [(person, period) for person in person_ids])}
    assignments = by_person(list_assignments_of(session, person_ids))
    return [
        ClosingPerson(
            person.person_id,
            person.name,
            lines.get(person.person_id, ()),
            cards.get(person.person_id),
            inputs.get(person.person_id, ()),
            payee_of(person, assignments.get(person.person_id, ()), period),
        )
        for person in list_people_of(session, person_ids)
    ]
