"""Close a month: freeze its lines, post balanced entries, issue statements, write the closing document."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.domain.audit import PERIOD_CLOSED, AuditEntry
from service.domain.chain import DocumentKey, DocumentKind
from service.domain.checklist import warnings_of
from service.domain.closing import (
    AlreadyClosedError,
    ClosedPerson,
    EarlierPeriodOpenError,
    MonthIncompleteError,
    NothingToCloseError,
    WorkIsStaleError,
    closing_document,
)
from service.domain.earning import Balances, Charge, EarningLine
from service.domain.event import JsonValue
from service.domain.ledger import closing_entries
from service.domain.period import Period, PeriodNotOverError, PeriodState
from service.domain.statement import Evaluated, MonthEvents, StatementContent, document_hash, statement_document
from service.plans import Plan, plan_from_document, vocabulary_from_document
from service.plans.carried import is_carrying
from service.plans.month_figures import MonthFigures, plan_lookup
from service.plans.month_inputs import inputs_from_snapshot, lacking
from service.plans.month_pools import Funded, pool_lines
from service.plans.words import words_of
from service.store.audit import add_new_audit
from service.store.awards import keep_badges
from service.store.chain import demand_signing_key, sign
from service.store.closing_people import ClosingPerson, list_closing_people
from service.store.earnings import add_new_lines, find_unposted_period, list_balances
from service.store.keeping import keep_known
from service.store.ledger import add_new_entries
from service.store.lineage import get_month_events
from service.store.matters import list_warnings
from service.store.month_work import get_company_month
from service.store.parts import add_new_parts, list_held
from service.store.periods import Closing as ClosingRow
from service.store.periods import add_new_closing, lock_period
from service.store.plans import get_document, list_in_force, list_labels
from service.store.scorecards import (
    InputRow,
    list_people_without_plan,
)
from service.store.session import follow_up
from service.store.stale import count_stale, mark_stale
from service.store.statements import StatementRow, add_new_statements
from service.store.vocabulary import get_vocabulary, list_vocabularies

DEFAULT_CURRENCY = "EUR"
"""The company's currency until a plan, and with it the vocabulary, is published: nothing is payable then."""


@dataclass(frozen=True, slots=True)
class Closed:
    """What a close did, for the one who asked for it."""

    period: Period
    version: int
    document: str
    document_hash: str


def close(
    session: Session, period: Period, closed_by: str, *, today: date, now: datetime, person_id: str | None = None
) -> Closed:
    """Close a period, or refuse with the reason and change nothing; `person_id` is who closes it, if that is known.

    Raises `AlreadyClosedError`, `PeriodNotOverError`, `EarlierPeriodOpenError`, `WorkIsStaleError`,
    `NothingToCloseError`, `MonthIncompleteError`, or what signing raises.
    """
    demand_signing_key(session)
    version = _next_version(session, period, today)
    people = list_closing_people(session, period)
    _refuse_incomplete(session, period, people)
    warnings = warnings_of(list_warnings(session, period))
    if _share_pools(session, period, people):
        people = list_closing_people(session, period)
    balances = list_balances(session, [person.person_id for person in people], period)
    closing = _Closing(period, version, _currency(session, period), now, balances)
    measures = words_of((version.starts_on, version.document) for version in list_vocabularies(session)).measures
    events = {person.person_id: get_month_events(session, (person.person_id, period), measures) for person in people}
    keep_known(session, period, version)
    # Again, after the events were read: one that came in meanwhile would be in the hash and not in the lines.
    _refuse_stale(session, period)
    statements = [_statement(session, closing, person, events[person.person_id]) for person in people]
    document = _document(session, closing, people, statements, events)
    row = ClosingRow(period, version, now, closed_by, document, document_hash(document), person_id)
    _post(session, row, people)
    add_new_statements(session, statements)
    _ask_for_following(session, closing, people)
    keep_badges(session, period.last_day)
    _note(session, row, warnings)
    sign(session, DocumentKey(DocumentKind.CLOSING, period, version), PeriodState.CLOSED, now)
    return Closed(period, version, document, row.document_hash)


def _post(session: Session, row: ClosingRow, people: Sequence[ClosingPerson]) -> None:
    """Record the closing with the entries of its lines, and what deals have in them."""
    lines = [line for person in people for line in person.lines]
    add_new_closing(session, row)
    add_new_entries(session, closing_entries(lines, row.version), row.closed_at)
    add_new_parts(session, row.version, lines)


def _note(session: Session, row: ClosingRow, warnings: Mapping[str, JsonValue]) -> None:
    detail: dict[str, JsonValue] = {
        "version": row.version,
        "document_hash": row.document_hash,
        "warnings": dict(warnings),
    }
    add_new_audit(session, AuditEntry(row.closed_at, row.closed_by, PERIOD_CLOSED, str(row.period), detail))


@dataclass(frozen=True, slots=True)
class _Closing:
    """What every statement of one closing shares."""

    period: Period
    version: int
    currency: str
    now: datetime
    balances: Mapping[str, Balances]


def _document(
    session: Session,
    closing: _Closing,
    people: Sequence[ClosingPerson],
    statements: Sequence[StatementRow],
    events: Mapping[str, MonthEvents],
) -> str:
    return closing_document(
        closing.period,
        closing.version,
        closing.currency,
        [
            ClosedPerson(
                person.person_id,
                person.lines,
                row.document_hash,
                events[person.person_id].receipts_hash,
                person.targets,
            )
            for person, row in zip(people, statements, strict=True)
        ],
        list_people_without_plan(session, closing.period),
    )


def _next_version(session: Session, period: Period, today: date) -> int:
    """Hold the period and check that it may be closed now; the number of its next closing."""
    row = lock_period(session, period)
    if row.state.is_closed:
        raise AlreadyClosedError(period, row.version)
    if today <= period.last_day:
        raise PeriodNotOverError(period, today)
    if earlier := find_unposted_period(session, period):
        raise EarlierPeriodOpenError(period, earlier)
    _refuse_stale(session, period)
    return row.version + 1


def _refuse_stale(session: Session, period: Period) -> None:
    if waiting := count_stale(session, period):
        raise WorkIsStaleError(period, waiting)


def _refuse_incomplete(session: Session, period: Period, people: Sequence[ClosingPerson]) -> None:
    if not people and not list_people_without_plan(session, period):
        raise NothingToCloseError(period)
    missing = lacking(
        (person.person_id, _plan(session, row), row.snapshot) for person in people for row in person.inputs
    )
    if missing:
        raise MonthIncompleteError(period, missing)


def _share_pools(session: Session, period: Period, people: Sequence[ClosingPerson]) -> list[EarningLine]:
    """Share the pools of leaders' plans among their members: added to the members' lines, once and for all."""
    funded = [
        Funded(person.person_id, position, plan, inputs_from_snapshot(json.loads(row.snapshot)))
        for person in people
        for position, row in enumerate(person.inputs)
        if (plan := _plan(session, row)).pools
    ]
    if not funded:
        return []
    month = get_company_month(session, period, {item.leader_id for item in funded})
    roles = {held.role for own in month.assignments.values() for held in own}
    versions = list_in_force(session, roles, period.first_day, period.last_day)
    dated = [
        (row.plan_id, row.starts_on, row.ends_on, plan_from_document(get_document(session, row.plan_hash)))
        for row in versions
    ]
    taken = {person.person_id: len(person.lines) for person in people}
    lines = pool_lines(funded, MonthFigures(month, plan_lookup(dated)), taken)
    add_new_lines(session, lines)
    return lines


def _statement(session: Session, closing: _Closing, person: ClosingPerson, events: MonthEvents) -> StatementRow:
    labels = list_labels(session, [row.plan_hash for row in person.inputs])
    document = statement_document(
        StatementContent(
            person_id=person.person_id,
            name=person.name,
            period=closing.period,
            version=closing.version,
            currency=closing.currency,
            role=person.card.role if person.card else "",
            team=person.card.team if person.card else "",
            lines=person.lines,
            balances=closing.balances.get(person.person_id, Balances()),
            scorecard=json.loads(person.card.document) if person.card else {},
            evaluated=[
                Evaluated(_plan(session, row).id, labels[row.plan_hash], row.plan_hash, json.loads(row.snapshot))
                for row in person.inputs
            ],
            events=events,
            payee=person.payee,
        )
    )
    return StatementRow(
        person.person_id, closing.period, closing.version, closing.now, document, document_hash(document)
    )


def _ask_for_following(session: Session, closing: _Closing, people: Sequence[ClosingPerson]) -> None:
    """Ask to score the next month of those who carry something into it: held money, an advance, what is due back.

    Somebody who left is among them: what is held back of them is paid when its condition is met.
    """
    carrying = {
        person.person_id
        for person in people
        if any(line.parts or line.charge is not Charge.EXPENSE for line in person.lines)
        or any(is_carrying(_plan(session, row)) for row in person.inputs)
    }
    held = {
        item.person_id for item in list_held(session, [person.person_id for person in people]) if item.part.amount_minor
    }
    if carrying | held:
        following = closing.period.following
        mark_stale(session, [(person_id, following) for person_id in sorted(carrying | held)], closing.now)
        follow_up(session, "refresh")


def _currency(session: Session, period: Period) -> str:
    document = get_vocabulary(session, period.last_day)
    return vocabulary_from_document(document).currency if document else DEFAULT_CURRENCY


def _plan(session: Session, row: InputRow) -> Plan:
    return plan_from_document(get_document(session, row.plan_hash))
