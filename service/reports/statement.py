"""A person's statement of a period: the frozen one of a close, or the estimate of an open month."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.domain.earning import Balances
from service.domain.errors import NotFoundError
from service.domain.event import JsonValue
from service.domain.figures import Language
from service.domain.money import format_minor
from service.domain.period import Period, PeriodState
from service.domain.statement import Evidence, line_document, totals
from service.domain.statement_link import StatementLink
from service.plans.words import words_of
from service.store.approvals import list_withdrawals
from service.store.earnings import list_balances, list_lines
from service.store.lineage import list_evidence
from service.store.people import get_person
from service.store.periods import find_period
from service.store.scorecards import list_inputs, list_scorecards
from service.store.statements import Issued, find_issued_statement, find_latest_issued, find_statement, list_issued
from service.store.vocabulary import list_vocabularies

WITHDRAWN = "withdrawn"
"""The status of a statement whose closing was taken back before it was approved."""


class StatementMissingError(NotFoundError):
    """There is nothing to state for this person and month."""

    code = "no_statement"

    def __init__(self, person_id: str, period: Period) -> None:
        super().__init__(
            f"There is no statement for {person_id} in {period}: no plan was in force for their role, or nothing was "
            "recorded for that month."
        )


NEWS = timedelta(days=14)
"""How long a person's day says that a statement is ready: through a leave of two weeks."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement and how firm its numbers are."""

    status: str
    issued_at: datetime | None
    document_hash: str
    document: dict[str, JsonValue]


def get_statement(session: Session, person_id: str, period: Period, version: int | None = None) -> Statement:
    """The statement of a closed period, or the estimate of an open one; with a version, what that closing issued."""
    if version is not None:
        return get_issued_statement(session, person_id, period, version)
    person = get_person(session, person_id)
    state = find_period(session, period).state
    if state.is_closed:
        row = find_statement(session, person_id, period)
        if row is None:
            raise StatementMissingError(person_id, period)
        return Statement(state.status, row.issued_at, row.document_hash, json.loads(row.document))
    return _estimate(session, person_id, person.name, period)


def get_issued_statement(session: Session, person_id: str, period: Period, version: int) -> Statement:
    """The statement that one closing issued: also of a closing that was withdrawn (status "withdrawn")."""
    get_person(session, person_id)
    row = find_issued_statement(session, person_id, period, version)
    if row is None:
        raise StatementMissingError(person_id, period)
    status = status_of(session, period, version)
    return Statement(status, row.issued_at, row.document_hash, json.loads(row.document))


def status_of(session: Session, period: Period, version: int) -> str:
    """How firm the statements of one closing are."""
    taken_back = version in {item.version for item in list_withdrawals(session, period)}
    return WITHDRAWN if taken_back else find_period(session, period).state.status


def ready_statements(session: Session, period: Period) -> list[Issued]:
    """Whose statements of a month were issued, without an amount."""
    return list_issued(session, period)


def find_ready(session: Session, person_id: str, now: datetime) -> Period | None:
    """The month whose statement was issued to a person lately, so that it is news."""
    found = find_latest_issued(session, person_id)
    return found.period if found and now - found.issued_at < NEWS else None


def link_to(
    session: Session, person_id: str, period: Period, language: Language, expires_at: datetime
) -> StatementLink:
    """A link to the statement of a closed month; raises `StatementMissingError` where none was issued."""
    get_person(session, person_id)
    row = find_statement(session, person_id, period)
    if row is None:
        raise StatementMissingError(person_id, period)
    return StatementLink(person_id, period, row.version, language, expires_at)


def _estimate(session: Session, person_id: str, name: str, period: Period) -> Statement:
    lines = list_lines(session, period, [person_id])
    cards = list_scorecards(session, [(person_id, period)])
    if not lines:
        raise StatementMissingError(person_id, period)
    sums = totals(lines)
    document: dict[str, JsonValue] = {
        "person": person_id,
        "name": name,
        "period": str(period),
        "version": 0,
        "role": cards[0].role if cards else "",
        "team": cards[0].team if cards else "",
        "plans": [
            {"hash": row.plan_hash, "inputs": json.loads(row.snapshot)}
            for row in list_inputs(session, [(person_id, period)])
        ],
        "scorecard": json.loads(cards[0].document) if cards else {},
        "lines": [line_document(line) for line in lines],
        "total": format_minor(sums.total_minor),
        "payable": format_minor(sums.payable_minor),
        "proposed": format_minor(sums.proposed_minor),
        "forfeited": format_minor(sums.forfeited_minor),
        "balances": list_balances(session, [person_id], period).get(person_id, Balances()).as_json(),
    }
    return Statement(PeriodState.OPEN.status, None, "", document)


def get_evidence(session: Session, person_id: str, period: Period, metric: str) -> list[Evidence]:
    """Every event behind one metric of a person's month as known now, in the order of time."""
    get_person(session, person_id)
    words = words_of((version.starts_on, version.document) for version in list_vocabularies(session))
    return list_evidence(session, (person_id, period), [metric], words.measures)
