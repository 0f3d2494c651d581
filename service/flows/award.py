"""Award badges: to whom everything done so far gives one, on the day that reached it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from service.domain.award import Badge
from service.plans import Plan, plan_from_document
from service.plans.awards import day_won, is_won
from service.store.awards import lock_badges, set_badges
from service.store.fact_days import sum_new_facts_by_day
from service.store.facts import sum_facts
from service.store.plans import get_document
from service.store.scorecards import PersonMonth, list_latest_plans


def award(session: Session, months: Sequence[PersonMonth]) -> None:
    """Look again for the badges of the people of these person-months, which the caller holds and has scored.

    A badge belongs to the plan of the person's latest month and is won on the first day on whose evening its condition
    holds, counted over everything the person ever did. It follows the facts until a close keeps it. The result is the
    same in whatever order months are scored: what lies before the first of them was looked at already.
    """
    plans = _plans(session, sorted({person_id for person_id, _ in months}))
    begin = {
        person_id: min(period for who, period in months if who == person_id).first_day
        for person_id in plans
    }
    held = lock_badges(session, [(who, plan.id, name) for who, plan in plans.items() for name in plan.badges])
    new = [badge for badge in held if badge.plan_hash != plans[badge.person_id].content_hash]
    known = [badge for badge in held if badge not in new and (badge.day is None or badge.day >= begin[badge.person_id])]
    found = [
        *_looked_for(session, [badge for badge in new if not badge.kept], plans, {}),
        *_looked_for(session, [badge for badge in known if not badge.kept], plans, begin),
    ]
    set_badges(session, [badge for badge in found if badge not in held])


def _plans(session: Session, person_ids: Collection[str]) -> dict[str, Plan]:
    """The plan of each person's latest month, where it gives badges."""
    hashes = list_latest_plans(session, person_ids)
    plans = {plan_hash: plan_from_document(get_document(session, plan_hash)) for plan_hash in set(hashes.values())}
    return {who: plans[plan_hash] for who, plan_hash in sorted(hashes.items()) if plans[plan_hash].badges}


def _looked_for(
    session: Session, badges: Sequence[Badge], plans: Mapping[str, Plan], begin: Mapping[str, date]
) -> list[Badge]:
    """The badges as the facts have them now, looked for from a day on; from ever where no day is given."""
    found = []
    for first in sorted({begin.get(badge.person_id, date.min) for badge in badges}):
        own = [badge for badge in badges if begin.get(badge.person_id, date.min) == first]
        person_ids = {badge.person_id for badge in own}
        levels = {name for who in person_ids for name in plans[who].metrics}
        earlier = ((date.min, first - timedelta(days=1)),) if first > date.min else ()
        before = sum_facts(session, person_ids, earlier, levels)
        days = sum_new_facts_by_day(session, person_ids, first)
        for badge in own:
            plan, who = plans[badge.person_id], badge.person_id
            day = day_won(plan, plan.badges[badge.badge], before.get(who, {}), days.get(who, {}))
            found.append(replace(badge, plan_hash=plan.content_hash, day=day))
    return found
