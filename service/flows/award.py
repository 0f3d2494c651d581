"""Award badges: to whom everything done so far gives one, on the day that reached it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from service.domain.award import Badge
from service.plans import Plan, plan_from_document
from service.plans.awards import day_won
from service.store.awards import lock_badges, set_badges
from service.store.fact_days import sum_new_facts_by_day
from service.store.facts import sum_facts
from service.store.plans import get_document
from service.store.scorecards import PersonMonth, list_plans_had

Plans = Mapping[tuple[str, str], Plan]
"""The plans of people by person and role."""


def award(session: Session, months: Sequence[PersonMonth]) -> None:
    """Look again for the badges of the people of these person-months, which the caller holds and has scored.

    A badge is won on the first day on whose evening its condition holds, counted over everything the person ever did,
    by the latest plan of each role that the person had. It follows the facts until a close keeps it. What lies before
    the first of these months was looked at before, so the order in which months are scored changes nothing.
    """
    begin = {who: min(period for name, period in months if name == who).first_day for who, _ in months}
    plans = _plans(session, sorted(begin))
    wanted = [(who, plan_id, name) for (who, plan_id), plan in plans.items() for name in plan.badges]
    held = [badge for badge in lock_badges(session, wanted) if not badge.kept] if wanted else []
    new = [badge for badge in held if badge.plan_hash != _plan(plans, badge).content_hash]
    known = [badge for badge in held if badge not in new and not (badge.day and badge.day < begin[badge.person_id])]
    found = [*_looked_for(session, new, plans, {}), *_looked_for(session, known, plans, begin)]
    set_badges(session, [badge for badge in found if badge not in held])


def _plans(session: Session, person_ids: Sequence[str]) -> Plans:
    had = list_plans_had(session, person_ids)
    by_hash = {
        plan_hash: plan_from_document(get_document(session, plan_hash)) for plan_hash in {item for _, item in had}
    }
    return {(who, by_hash[plan_hash].id): by_hash[plan_hash] for who, plan_hash in had}


def _plan(plans: Plans, badge: Badge) -> Plan:
    return plans[badge.person_id, badge.plan_id]


def _looked_for(session: Session, badges: Sequence[Badge], plans: Plans, begin: Mapping[str, date]) -> list[Badge]:
    """The badges as the facts have them now, looked for from a day on; from ever where no day is given."""
    found = []
    for first in sorted({begin.get(badge.person_id, date.min) for badge in badges}):
        own = [badge for badge in badges if begin.get(badge.person_id, date.min) == first]
        person_ids = {badge.person_id for badge in own}
        levels = {name for badge in own for name in _plan(plans, badge).metrics}
        earlier = ((date.min, first - timedelta(days=1)),) if first > date.min else ()
        before = sum_facts(session, person_ids, earlier, levels)
        days = sum_new_facts_by_day(session, person_ids, first)
        for badge in own:
            plan, who = _plan(plans, badge), badge.person_id
            day = day_won(plan, plan.badges[badge.badge], before.get(who, {}), days.get(who, {}))
            found.append(replace(badge, plan_hash=plan.content_hash, day=day))
    return found
