"""A payee: as what a month pays somebody, kept with the statement so that an approved month stays as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from service.domain.event import JsonValue
from service.domain.period import Period
from service.domain.person import Assignment, Person, assignment_on


@dataclass(frozen=True, slots=True)
class Payee:
    """What somebody was on the last day of the month, or on their own last day; empty where nothing was known.

    Numbers and bank accounts are not in it: they say where money goes, and may be corrected.
    """

    role: str = ""
    team: str = ""
    legal_entity: str = ""
    cost_centre: str = ""
    pay_channel: str = ""

    def as_json(self) -> dict[str, JsonValue]:
        """For a statement."""
        return asdict(self)


def payee_of(person: Person, assignments: Sequence[Assignment], period: Period) -> Payee:
    """The payee that somebody is by these assignments, all of them theirs."""
    held = paid_assignment(person, assignments, period)
    if held is None:
        return Payee()
    return Payee(held.role, held.team, held.legal_entity, held.cost_centre, held.pay_channel.value)


def paid_assignment(person: Person, assignments: Sequence[Assignment], period: Period) -> Assignment | None:
    """The assignment under which a month is paid: of the last day, else the latest one of the month."""
    last_day = min(period.last_day, person.left_on or period.last_day)
    own = [item for item in assignments if item.starts_on <= period.last_day]
    return assignment_on(own, last_day) or (own[-1] if own else None)


def payee_from_json(told: Mapping[str, str]) -> Payee:
    """The payee that a statement tells."""
    return Payee(**told)
