"""Publish a plan: store its document under its hash and put it in force, with the company's vocabulary it speaks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.config import PLAN_NOTICE_DAYS
from service.domain.audit import PLAN_PUBLISHED, PLAN_PUBLISHED_WITHOUT_NOTICE, AuditEntry
from service.domain.errors import InvalidError, Problem
from service.domain.event import JsonValue
from service.domain.notice import (
    REASON_CHARACTERS,
    NoticeTooShortError,
    ReasonTooLongError,
    earliest_start,
    notice_horizon,
)
from service.domain.period import Period, PeriodClosedError
from service.plans import Finding, Plan, Rules, get_plan
from service.plans.gate import Costs, unpublishable
from service.plans.paper import as_html, paper
from service.plans.paper.wording import LANGUAGES
from service.plans.payable import unpaid
from service.store.audit import add_new_audit
from service.store.calendar import get_work_calendar
from service.store.people import list_assignments
from service.store.periods import find_last_closed
from service.store.plans import PlanInForce, PublishedPlan, add_new_papers, add_new_version, list_versions
from service.store.recounts import mark_recount
from service.store.session import follow_up
from service.store.stale import mark_stale
from service.store.vocabulary import add_new_vocabulary, get_vocabulary


class PlanNotPublishableError(InvalidError):
    """A plan with open findings, failing examples or unguarded numbers was to be published."""

    code = "plan_not_publishable"

    def __init__(self, plan_id: str, findings: list[Finding]) -> None:
        super().__init__(
            f"Plan {plan_id} was not published: {len(findings)} findings are open. "
            f"`stimul plan check {plan_id}` shows them with their places.",
            tuple(Problem(finding.code, str(finding)) for finding in findings),
        )


class PlanNotNewerError(InvalidError):
    """A version was to start before one that is published already."""

    code = "plan_not_newer"

    def __init__(self, plan_id: str, starts_on: date, published_from: date) -> None:
        super().__init__(
            f"Plan {plan_id} from {starts_on} was not published: a version from {published_from} is in force, and "
            "versions follow each other in time. Set effective.from to that day or later."
        )


@dataclass(frozen=True, slots=True)
class Publication:
    """Who publishes, the notice due in working days, the reason if it is done without, and what plans would cost."""

    published_by: str
    without_notice_reason: str = ""
    notice_days: int = PLAN_NOTICE_DAYS
    costs: Costs = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Published:
    """What was published; `vocabulary_from` is the day from which facts must be made again, if the metrics changed."""

    plan_id: str
    version: str
    plan_hash: str
    starts_on: date
    vocabulary_from: date | None


def publish_plan(
    session: Session, rules: Rules, plan_id: str, publication: Publication, *, today: date, now: datetime
) -> Published:
    """Publish a plan of a rules folder; the same content for the same day again changes nothing.

    Raises `PlanNotPublishableError`, `PlanNotNewerError`, `NoticeTooShortError`, or `PeriodClosedError` if it would
    start inside a closed month.
    """
    findings = unpublishable(rules, plan_id, today, publication.costs)
    if findings:
        raise PlanNotPublishableError(plan_id, findings)
    plan = get_plan(rules, plan_id)
    if refused := unpaid(plan):
        raise PlanNotPublishableError(plan_id, refused)
    starts_on, known = _start(session, plan)
    if known is None or known.ends_on != plan.effective_to:
        reason = "" if known else _reason(session, plan_id, starts_on, publication, today)
        _put_in_force(session, plan, starts_on, replace(publication, without_notice_reason=reason), now)
    vocabulary_from = _publish_vocabulary(session, rules, starts_on, now)
    _mark_role(session, plan_id, starts_on, today, now)
    return Published(plan_id, plan.version, plan.content_hash, starts_on, vocabulary_from)


def _start(session: Session, plan: Plan) -> tuple[date, PlanInForce | None]:
    """From when the plan is to hold, and its version if just this content is in force from that day already."""
    starts_on = plan.effective_from
    assert starts_on is not None, "a publishable plan says from when"
    versions = list_versions(session, plan.id)
    if versions and versions[-1].starts_on > starts_on:
        raise PlanNotNewerError(plan.id, starts_on, versions[-1].starts_on)
    wanted = starts_on, plan.content_hash
    known = versions[-1] if versions and (versions[-1].starts_on, versions[-1].plan_hash) == wanted else None
    last_closed = find_last_closed(session)
    if last_closed is not None and starts_on <= last_closed.last_day and known is None:
        raise PeriodClosedError(Period.of(starts_on))
    return starts_on, known


def _reason(session: Session, plan_id: str, starts_on: date, publication: Publication, today: date) -> str:
    """Why the plan starts with less notice than is due; empty if there is enough."""
    reason, due = publication.without_notice_reason.strip(), publication.notice_days
    if len(reason) > REASON_CHARACTERS:
        raise ReasonTooLongError
    # The first plan of a role changes nobody's plan: there is nothing to give notice of.
    if not list_versions(session, plan_id):
        return reason
    if not due:
        return ""
    calendar = get_work_calendar(session, today, notice_horizon(today, due))
    earliest = earliest_start(today, due, calendar)
    if starts_on >= earliest:
        return ""
    if not reason:
        raise NoticeTooShortError(plan_id, starts_on, earliest, due)
    return reason


def _put_in_force(session: Session, plan: Plan, starts_on: date, publication: Publication, now: datetime) -> None:
    who, reason = publication.published_by, publication.without_notice_reason
    add_new_version(
        session,
        PublishedPlan(
            plan_id=plan.id,
            version=plan.version,
            plan_hash=plan.content_hash,
            document=plan.document,
            starts_on=starts_on,
            ends_on=plan.effective_to,
            published_by=who,
            without_notice_reason=reason,
        ),
        now,
    )
    add_new_papers(session, plan.content_hash, {language: as_html(paper(plan, language)) for language in LANGUAGES})
    detail: dict[str, JsonValue] = {"version": plan.version, "hash": plan.content_hash, "from": str(starts_on)}
    what = PLAN_PUBLISHED_WITHOUT_NOTICE if reason else PLAN_PUBLISHED
    add_new_audit(session, AuditEntry(now, who, what, plan.id, detail | ({"reason": reason} if reason else {})))


def _publish_vocabulary(session: Session, rules: Rules, starts_on: date, now: datetime) -> date | None:
    """Put the company's metrics in force; a change begins with the first month that is not closed."""
    document = rules.vocabulary.document
    last_closed = find_last_closed(session)
    first_day = max(starts_on, last_closed.following.first_day) if last_closed else starts_on
    if get_vocabulary(session, first_day) == document:
        return None
    add_new_vocabulary(session, first_day, document, now)
    if mark_recount(session, now):
        follow_up(session, "recount")
    return first_day


def _mark_role(session: Session, role: str, starts_on: date, today: date, now: datetime) -> None:
    """Ask to score everybody of the role again, month by month since the plan holds."""
    months = []
    period = Period.of(starts_on)
    while period <= Period.of(today):
        people = {
            item.person_id for item in list_assignments(session, period.first_day, period.last_day) if item.role == role
        }
        months += [(person_id, period) for person_id in sorted(people)]
        period = period.following
    mark_stale(session, months, now)
    follow_up(session, "refresh")
