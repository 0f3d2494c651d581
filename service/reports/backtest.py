"""Backtests: a draft plan on the real facts of a month, and what is to be worked out next."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from service.domain.backtest import Backtest, MonthTried, PersonTried, Progress, UnknownBacktestError
from service.domain.company_month import CompanyMonth
from service.domain.earning import REDUCING, SETTLING, Charge, Disposition, pool_rule
from service.domain.metric import Metric
from service.domain.period import Period, months_between
from service.domain.team import everybody_above, trees
from service.plans import Plan, plan_from_document, vocabulary_from_document
from service.plans.accumulated import first_month
from service.plans.month_figures import MonthFigures, PlanOn
from service.plans.past import backdated
from service.plans.trial import month_worth, pool_parts
from service.store.backtests import find_progress, find_waiting
from service.store.derived_tables import earning_line
from service.store.month_work import get_company_month
from service.store.people import list_assignments, list_people_of
from service.store.periods import CLOSED_STATES, find_period
from service.store.plans import get_document, list_in_force, version_on
from service.store.tables import period as period_table
from service.store.vocabulary import get_vocabulary


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan to be tried, published or not, with the day from which it is meant to hold."""

    plan: Plan
    effective_from: date | None


def draft_of(asked: Backtest) -> Draft:
    """The draft of a backtest that was asked for."""
    return Draft(plan_from_document(asked.document), asked.effective_from)


def next_backtest(session: Session) -> tuple[Backtest, Period] | None:
    """The oldest backtest that has not ended, with its first month that is not worked out."""
    backtest_id = find_waiting(session)
    if backtest_id is None:
        return None
    progress = get_backtest(session, backtest_id)
    done = {month.period for month in progress.months}
    return next((progress.backtest, month) for month in progress.backtest.months if month not in done)


def get_backtest(session: Session, backtest_id: str) -> Progress:
    """How far a backtest is, or an `UnknownBacktestError`."""
    found = find_progress(session, backtest_id)
    if found is None:
        raise UnknownBacktestError(backtest_id)
    return found


def try_month(session: Session, draft: Draft, period: Period) -> MonthTried:
    """Everybody who had the draft's role in a month, or shares its pools: what the month was worth, and what it gives.

    A person's whole month is compared: days in another role are worth what the plan in force then gives.
    """
    plan = backdated(draft.plan, draft.effective_from) if draft.effective_from else draft.plan
    first, last = period.first_day, period.last_day
    assigned = list_assignments(session, first, last)
    wanted = {item.person_id for item in assigned if item.role == plan.id}
    above = set[str]().union(*everybody_above(trees(assigned, first, last), wanted).values())
    months = figures_with(session, plan, period, wanted | above)
    in_role = {who for who in wanted if any(item.basis.segment.role == plan.id for item in months[-1].of(who))}
    closed = find_period(session, period).state.is_closed
    shared = _shared(session, _Concerned(plan, in_role, above), months, closed=closed)
    posted, drafted = _posted(session, period), _drafted(session, period)
    people = []
    for person in list_people_of(session, in_role | shared.members):
        worth, pools = month_worth(person.person_id, months), shared.of(person.person_id)
        before = (
            posted.get(person.person_id, 0) + pools.posted_minor,
            drafted.get(person.person_id, 0) + pools.drafted_minor,
        )
        after = None if worth.missing else worth.payable_minor + pools.after_minor
        people.append(PersonTried(person.person_id, person.name, *before, after, worth.missing))
    return MonthTried(period, closed, tuple(people), _counted_otherwise(session, plan, period))


@dataclass(frozen=True, slots=True)
class _Concerned:
    """The draft, who had its role, and the leaders above them, whose pools may give them something."""

    draft: Plan
    in_role: Collection[str]
    above: Collection[str]


@dataclass(frozen=True, slots=True)
class _Parts:
    """One person's parts of pools in minor units: posted at the close, still to be shared, and with the draft."""

    posted_minor: int
    drafted_minor: int
    after_minor: int


@dataclass(frozen=True, slots=True)
class _Shared:
    """What pools give: posted, under the plans in force, and with the draft; `members` share a pool of the role."""

    posted: Mapping[str, int]
    in_force: Mapping[str, int]
    after: Mapping[str, int]
    members: frozenset[str]
    closed: bool

    def of(self, person_id: str) -> _Parts:
        """The parts of one person.

        A pool that was shared at the close is never shared again for facts that came later; so only what the draft
        changes is added to what was posted.
        """
        posted, now = self.posted.get(person_id, 0), self.in_force.get(person_id, 0)
        after = self.after.get(person_id, 0)
        return _Parts(posted, 0, posted + after - now) if self.closed else _Parts(0, now, after)


def _shared(session: Session, concerned: _Concerned, months: Sequence[MonthFigures], *, closed: bool) -> _Shared:
    period = months[-1].month.period
    leaders = {*concerned.in_role, *concerned.above}
    in_force = figures_with(session, None, period, leaders) if _has_pools(session, concerned.draft, months) else None
    if in_force is None:
        return _Shared({}, {}, {}, frozenset(), closed)
    of_role = pool_parts(concerned.in_role, months).keys() | pool_parts(concerned.in_role, in_force).keys()
    return _Shared(
        _posted(session, period, pools=True),
        pool_parts(leaders, in_force),
        pool_parts(leaders, months),
        frozenset(of_role),
        closed,
    )


def _has_pools(session: Session, draft: Plan, months: Sequence[MonthFigures]) -> bool:
    """Whether a plan of that month shares anything, the draft's included."""
    month = months[-1].month
    versions = list_in_force(session, _roles(month), month.period.first_day, month.period.last_day)
    plans = (plan_from_document(get_document(session, row.plan_hash)) for row in versions)
    return bool(draft.pools) or any(plan.pools for plan in plans)


def figures_with(
    session: Session, draft: Plan | None, period: Period, person_ids: Collection[str]
) -> list[MonthFigures]:
    """The figures of a month, after those of the earlier months over which rules of these people accumulate."""
    now = _figures(session, draft, period, person_ids)
    plans = [item.plan for who in sorted(person_ids) for item in now.of(who) if item.plan is not None]
    begin = min((first for item in plans if (first := first_month(item, period))), default=period)
    return [*(_figures(session, draft, month, person_ids) for month in months_between(begin, period.preceding)), now]


def _figures(session: Session, draft: Plan | None, period: Period, person_ids: Collection[str]) -> MonthFigures:
    month = get_company_month(session, period, person_ids)
    return MonthFigures(month, _plan_on(session, month, draft))


def _roles(month: CompanyMonth) -> set[str]:
    return {item.role for held in month.assignments.values() for item in held}


def _plan_on(session: Session, month: CompanyMonth, draft: Plan | None) -> PlanOn:
    """The draft, if any, for its own role, else the plan in force then: what leaders read of others is under theirs."""
    versions = list_in_force(session, _roles(month), month.period.first_day, month.period.last_day)
    plans = {row.plan_hash: plan_from_document(get_document(session, row.plan_hash)) for row in versions}

    def plan_on(role: str, day: date) -> Plan | None:
        if draft is not None and role == draft.id:
            return draft
        version = version_on(versions, role, day)
        return plans[version.plan_hash] if version else None

    return plan_on


def _posted(session: Session, period: Period, *, pools: bool = False) -> dict[str, int]:
    """Minor units posted so far for work of a month, by person: by rules of plans, or as parts of pools."""
    of_pools = earning_line.c.rule.like(pool_rule("%"))
    return _cost(session, period, earning_line.c.period.in_(_closed()) & (of_pools if pools else ~of_pools))


def _drafted(session: Session, period: Period) -> dict[str, int]:
    """Minor units drafted and not posted yet for work of a month, by person: its lines, or corrections of it."""
    return _cost(session, period, earning_line.c.period.not_in(_closed()))


def _cost(session: Session, period: Period, wanted: ColumnElement[bool]) -> dict[str, int]:
    """What lines of a month cost: neither when it is paid nor what becomes of it later is on trial."""
    columns = earning_line.c
    rows = session.execute(
        select(columns.person_id, func.sum(columns.amount_minor))
        .where(columns.month_worked == str(period), wanted)
        .where(columns.disposition != Disposition.INFORMATION.value, columns.charge == Charge.EXPENSE.value)
        .where(columns.kind.not_in((*SETTLING, *REDUCING)))
        .group_by(columns.person_id)
    )
    return {person_id: int(amount) for person_id, amount in rows}


def _closed() -> Select[Any]:
    return select(period_table.c.period).where(period_table.c.state.in_(CLOSED_STATES))


def _counted_otherwise(session: Session, plan: Plan, period: Period) -> tuple[str, ...]:
    """The metrics of the draft whose facts of that month were counted by another definition, or by none."""
    document = get_vocabulary(session, period.last_day)
    known = vocabulary_from_document(document).metrics.metrics if document else {}
    used = [metric for metric in plan.metrics.values() if f"metric.{metric.id}" in plan.inputs]
    return tuple(sorted(item.id for item in used if _meaning(known.get(item.id)) != _meaning(item)))


def _meaning(metric: Metric | None) -> Metric | None:
    """A metric without what is only printed."""
    return metric and replace(metric, title="", title_bg="")
