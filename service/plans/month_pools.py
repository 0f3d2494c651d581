"""Pools at the close of a month: a leader's fund becomes lines of the members, to the last cent that may be paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeGuard

from service.domain.earning import POOL, Disposition, EarningLine, pool_rule
from service.domain.money import Exact, format_minor
from service.plans.evaluate import SEGMENT, Inputs, work_out
from service.plans.month_figures import MonthFigures
from service.plans.plan import Plan
from service.plans.pools import Pool, fund_minor, shares_of_pool
from service.plans.render import canonical


@dataclass(frozen=True, slots=True)
class Funded:
    """A leader's segment of a month whose plan has pools, with what the plan is evaluated on."""

    leader_id: str
    position: int
    plan: Plan
    inputs: Inputs


def pool_lines(funded: Sequence[Funded], figures: MonthFigures, taken: Mapping[str, int]) -> list[EarningLine]:
    """The members' lines from all pools; `taken` are the positions that lines of the month have already.

    Somebody of whom the pool asks what nobody knows (an attainment of a standard the own plan has not) has no part.
    """
    following = dict(taken)
    lines: list[EarningLine] = []
    for item in funded:
        # Positions count only segments with a plan, as the inputs do.
        leading = [segment for segment in figures.of(item.leader_id) if segment.plan is not None][item.position]
        for pool in item.plan.pools.values():
            members = {
                person_id: {name: value for name in sorted(pool.member_names) if _is_number(value := known.get(name))}
                for person_id, known in figures.members(item.leader_id, leading, pool.members).items()
            }
            complete = {person_id: own for person_id, own in members.items() if own.keys() == pool.member_names}
            fund, parts = _shared(item, pool, figures, complete)
            for person_id, amount in parts.items():
                position = following.get(person_id, 0)
                following[person_id] = position + 1
                lines.append(_line(item, pool, figures, (person_id, position, amount), fund))
    return lines


def _shared(
    item: Funded, pool: Pool, figures: MonthFigures, members: Mapping[str, Mapping[str, Exact]]
) -> tuple[int, dict[str, int]]:
    """The fund, and the part of everybody who gets one."""
    given = item.inputs.get(SEGMENT, 1)
    share = Fraction(1) if isinstance(given, str) else Fraction(given)
    known = work_out(item.plan, item.inputs, figures.month.period).known
    fund = fund_minor(pool, known, share)
    return fund, {person_id: amount for person_id, amount in shares_of_pool(pool, fund, members).items() if amount}


def _line(item: Funded, pool: Pool, figures: MonthFigures, part: tuple[str, int, int], fund: int) -> EarningLine:
    person_id, position, amount = part
    return EarningLine(
        person_id=person_id,
        period=figures.month.period,
        month_worked=figures.month.period,
        position=position,
        rule=pool_rule(pool.id),
        kind=POOL,
        label=pool.label,
        label_bg=pool.label_bg or pool.label,
        amount_minor=amount,
        disposition=Disposition.PAYABLE,
        plan_hash=item.plan.content_hash,
        explanation={
            "pool": pool.id,
            "leader": item.leader_id,
            "fund": format_minor(fund),
            "share_by": canonical(pool.share_by),
            "amount": format_minor(amount),
        },
    )


def _is_number(value: object) -> TypeGuard[Fraction]:
    return isinstance(value, Fraction)
