"""What would better be settled before a month is closed, counted from the rows."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from service.domain.checklist import CheckItem, Matter, lacks_target, named
from service.domain.earning import Disposition
from service.domain.hold import HoldState
from service.domain.period import Period
from service.domain.proposal import ProposalState
from service.domain.reduction import ReductionState, reductions
from service.domain.share_claim import ClaimState
from service.store.derived_tables import earning_line, scorecard
from service.store.earnings import list_reducing_lines
from service.store.intake_tables import proposal, share_claim
from service.store.questions import count_open
from service.store.reductions import list_decisions
from service.store.scorecards import list_people_without_plan
from service.store.tables import event, quarantine
from service.store.trust_tables import event_hold


def list_warnings(session: Session, period: Period) -> list[CheckItem]:
    """Everything that is open about a month and does not keep it from being closed; what is settled counts 0."""
    return [
        _quarantined(session, period),
        named(Matter.HELD_EVENTS, _receipts(session, period, event_hold, HoldState.HELD)),
        named(Matter.SHARE_CLAIMS, _receipts(session, period, share_claim, ClaimState.HELD)),
        _proposals(session, period),
        named(Matter.WITHOUT_PLAN, list_people_without_plan(session, period)),
        _without_target(session, period),
        CheckItem(Matter.QUESTIONS, count_open(session, period=period)),
        _undecided(session),
        _negative(session, period),
    ]


def _quarantined(session: Session, period: Period) -> CheckItem:
    columns = quarantine.c
    rows = session.execute(
        select(columns.reason, func.count().label("number"))
        .join(event, event.c.event_id == columns.event_id)
        .where(event.c.period == str(period), columns.discarded_at.is_(None))
        .group_by(columns.reason)
        .order_by(columns.reason)
    ).all()
    names = tuple(f"{row.reason}: {row.number}" for row in rows)
    return CheckItem(Matter.QUARANTINED, sum(row.number for row in rows), names)


def _receipts(session: Session, period: Period, matter: Table, state: StrEnum) -> list[str]:
    """The events of the month with a matter in this state."""
    rows = session.scalars(
        select(event.c.receipt_id)
        .join(matter, matter.c.event_id == event.c.event_id)
        .where(event.c.period == str(period), matter.c.state == state.value)
        .order_by(event.c.event_id)
    )
    return list(rows)


def _proposals(session: Session, period: Period) -> CheckItem:
    """Facts are proposed for a month, corrections for the receipt of an event."""
    columns = proposal.c
    receipts = select(event.c.receipt_id).where(event.c.receipt_id == columns.subject, event.c.period == str(period))
    rows = session.scalars(
        select(columns.proposal_id)
        .where(columns.state == ProposalState.OPEN.value)
        .where((columns.subject == str(period)) | receipts.exists())
        .order_by(columns.proposed_at, columns.proposal_id)
    )
    return named(Matter.PROPOSALS, list(rows))


def _without_target(session: Session, period: Period) -> CheckItem:
    columns = scorecard.c
    rows = session.execute(
        select(columns.person_id, columns.document)
        .where(columns.period == str(period), columns.plan_hash != "")
        .order_by(columns.person_id)
    )
    return named(Matter.WITHOUT_TARGET, [row.person_id for row in rows if lacks_target(row.document)])


def _undecided(session: Session) -> CheckItem:
    latest = {decision.key: decision for decision in list_decisions(session)}
    waiting = [
        f"{found.person_id} {found.month}"
        for found in reductions(list_reducing_lines(session, posted=True))
        if found.state(latest.get(found.key)) is ReductionState.WAITS
    ]
    return named(Matter.REDUCTIONS, waiting)


def _negative(session: Session, period: Period) -> CheckItem:
    columns = earning_line.c
    rows = session.scalars(
        select(columns.person_id)
        .where(columns.period == str(period), columns.disposition == Disposition.PAYABLE.value)
        .group_by(columns.person_id)
        .having(func.sum(columns.amount_minor) < 0)
        .order_by(columns.person_id)
    )
    return named(Matter.NEGATIVE_PAYABLES, list(rows))
