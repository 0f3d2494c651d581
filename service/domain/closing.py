"""A closing: the document that freezes a month, with a hash of everything it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain.earning import EarningLine
from service.domain.errors import BusinessConflictError, Problem
from service.domain.event import canonical_json
from service.domain.money import format_minor
from service.domain.period import Period
from service.domain.statement import ENGINE, document_hash, line_document, totals

NAMED_AT_MOST = 20
"""People named in one refusal; of more it gives the number, so that the message stays readable."""


class AlreadyClosedError(BusinessConflictError):
    """A closed month was to be closed again."""

    code = "already_closed"

    def __init__(self, period: Period, version: int) -> None:
        super().__init__(
            f"Period {period} is closed already (version {version}). Nothing was changed; its statements are at "
            f"/v1/statements/<person>/{period}."
        )


class EarlierPeriodOpenError(BusinessConflictError):
    """Months are closed in their order, or corrections would land in a month before the one they correct."""

    code = "earlier_period_open"

    def __init__(self, period: Period, earlier: Period) -> None:
        super().__init__(
            f"Period {period} cannot be closed while {earlier} has money and is open. Close {earlier} first."
        )


class WorkIsStaleError(BusinessConflictError):
    """Somebody's month is still being calculated."""

    code = "work_is_stale"

    def __init__(self, period: Period, count: int) -> None:
        super().__init__(
            f"Period {period} cannot be closed yet: {count} person-months are still being calculated. Try again in a "
            "few seconds; if the number does not fall, look whether a worker runs (`stimul refresh` does it by hand)."
        )


class MonthIncompleteError(BusinessConflictError):
    """Somebody would be unpaid without a word, because an input of the plan is missing."""

    code = "month_incomplete"

    def __init__(self, period: Period, missing: Mapping[str, Sequence[str]]) -> None:
        people = sorted(missing)
        named = "; ".join(f"{person}: {', '.join(missing[person])}" for person in people[:NAMED_AT_MOST])
        more = f"; and {len(people) - NAMED_AT_MOST} more" if len(people) > NAMED_AT_MOST else ""
        super().__init__(
            f"Period {period} cannot be closed: the plan of these people lacks an input ({named}{more}). Assign the "
            "targets (POST /v1/targets) or correct the grade, then close again.",
            tuple(Problem("missing_input", f"{person} lacks {name}.") for person in people for name in missing[person]),
        )


class NothingToCloseError(BusinessConflictError):
    """A month in which nobody worked was to be closed."""

    code = "nothing_to_close"

    def __init__(self, period: Period) -> None:
        super().__init__(
            f"Period {period} cannot be closed: nobody was employed in it. Check the month, or import the people first."
        )


@dataclass(frozen=True, slots=True)
class ClosedPerson:
    """What the closing says of one person."""

    person_id: str
    lines: Sequence[EarningLine]
    statement_hash: str
    events_hash: str
    targets: Mapping[str, str]


def closing_document(
    period: Period, version: int, currency: str, people: Sequence[ClosedPerson], without_plan: Sequence[str]
) -> str:
    """The canonical JSON that people approve: plans, engine, hashes of events and lines, targets and totals."""
    lines = [line for person in people for line in person.lines]
    sums = totals(lines)
    return canonical_json(
        {
            "period": str(period),
            "version": version,
            "currency": currency,
            "engine": ENGINE,
            "plans": sorted({line.plan_hash for line in lines if line.plan_hash}),
            "people": [
                {
                    "person": person.person_id,
                    "payable": format_minor(totals(person.lines).payable_minor),
                    "statement_hash": person.statement_hash,
                    "targets": dict(person.targets),
                }
                for person in people
            ],
            "without_plan": sorted(without_plan),
            "events_hash": document_hash("\n".join(f"{person.person_id} {person.events_hash}" for person in people)),
            "lines_hash": document_hash(canonical_json([[line.person_id, line_document(line)] for line in lines])),
            "total": format_minor(sums.total_minor),
            "payable": format_minor(sums.payable_minor),
            "proposed": format_minor(sums.proposed_minor),
            "forfeited": format_minor(sums.forfeited_minor),
        }
    )
