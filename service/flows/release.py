"""Draft what open months let go of held money: released where its deal is paid in full or its time has come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from sqlalchemy.orm import Session

from service.domain.deal import Settled, settled
from service.domain.earning import ADJUSTMENT, SETTLING, Charge, Disposition, EarningLine
from service.domain.part import LinePart, PartOf
from service.domain.period import Period
from service.domain.settlement import SettledRule, settling_line
from service.plans import plan_from_document
from service.plans.attribution import is_pro_rata
from service.plans.plan import Rule
from service.store.deals import list_deal_events
from service.store.earnings import list_drafts_with_parts, replace_lines_of
from service.store.parts import Held, list_held
from service.store.periods import lock_period
from service.store.plans import get_document
from service.store.scorecards import PersonMonth

FIRST_POSITION = 10_000
"""Where these lines stand among those that correct the same month: behind the lines of the longest plan."""


def release(session: Session, months: Sequence[PersonMonth]) -> None:
    """Replace the lines by which those of these person-months that are open let held money go.

    The caller holds them and has drafted their other lines.
    """
    for period in sorted({period for _, period in months}):
        if lock_period(session, period, shared=True).state.is_closed:
            continue
        person_ids = sorted(person_id for person_id, own in months if own == period)
        drafts = list_drafts_with_parts(session, person_ids)
        held = _held([*list_held(session, person_ids), *_drafted(drafts, period)])
        deals = {item.part.deal_id for item in held if item.part.deal_id}
        events = list_deal_events(session, deals) if deals else {}
        rules = _rules(session, held)
        let_go = [
            (item, one)
            for item in held
            for one in settled(
                item.part,
                events.get(item.part.deal_id, ()),
                period,
                lost=item.lost,
                kept_minor=item.kept_minor if _is_pro_rata(rules, item) else None,
            )
        ]
        lines = _judged(_lines(rules, let_go, period), drafts)
        replace_lines_of(session, SETTLING, [(person_id, period) for person_id in person_ids], lines)


Rules = Mapping[tuple[str, str], Rule]
"""The rules of the plans that held something back, by the hash of the plan and the name."""


def _rules(session: Session, held: Iterable[Held]) -> Rules:
    hashes = sorted({item.plan_hash for item in held})
    plans = {plan_hash: plan_from_document(get_document(session, plan_hash)) for plan_hash in hashes}
    return {(plan_hash, rule.id): rule for plan_hash, plan in plans.items() for rule in plan.rules}


def _is_pro_rata(rules: Rules, held: Held) -> bool:
    rule = rules.get((held.plan_hash, held.part.rule))
    return rule is not None and is_pro_rata(rule)


def _drafted(drafts: Iterable[EarningLine], period: Period) -> list[Held]:
    """What drafts add to what is held: corrections up to this month, and what earlier open months let go."""
    return [
        Held(
            line.person_id,
            replace(part, what=PartOf.HELD),
            line.plan_hash,
            part.amount_minor if part.what is PartOf.HELD else 0,
        )
        for line in drafts
        if (line.kind == ADJUSTMENT and line.charge is Charge.HELD and line.period <= period)
        or (line.kind in SETTLING and line.period < period)
        for part in line.parts
    ]


def _held(found: Iterable[Held]) -> list[Held]:
    """What is held back, each part once; what comes to nothing left out."""
    sums: dict[tuple[str, str, LinePart], int] = {}
    kept: dict[tuple[str, str, LinePart], int] = {}
    lost: set[tuple[str, str, LinePart]] = set()
    for item in found:
        key = item.person_id, item.plan_hash, replace(item.part, amount_minor=0)
        sums[key] = sums.get(key, 0) + item.part.amount_minor
        kept[key] = kept.get(key, 0) + item.kept_minor
        lost |= {key} if item.lost else set()
    held = [
        Held(key[0], replace(key[2], amount_minor=amount), key[1], kept[key], key in lost)
        for key, amount in sums.items()
        if amount
    ]
    return sorted(held, key=lambda item: (item.person_id, item.part.month, item.part.rule, item.plan_hash))


def _lines(rules: Rules, let_go: Sequence[tuple[Held, Settled]], period: Period) -> list[EarningLine]:
    """One line for each person, month, rule and plan, for what is released and for what is forfeited."""

    def key(item: tuple[Held, Settled]) -> tuple[str, Period, str, str, PartOf]:
        held, one = item
        return held.person_id, held.part.month, held.part.rule, held.plan_hash, one.part.what

    lines = []
    for position, (group, items) in enumerate(groupby(sorted(let_go, key=key), key=key)):
        person_id, month, name, plan_hash, what = group
        rule = rules.get((plan_hash, name))
        labels = (rule.label, rule.label_bg or rule.label) if rule else (name, name)
        settled_rule = SettledRule(person_id, month, name, plan_hash, what, labels)
        lines.append(settling_line(settled_rule, [one for _, one in items], period, FIRST_POSITION + position))
    return lines


def _judged(lines: Sequence[EarningLine], drafts: Sequence[EarningLine]) -> list[EarningLine]:
    """The lines of a person and month whose net takes from what was released before wait for finance."""
    nets: dict[tuple[str, Period], int] = {}
    posting = {line.period for line in lines}
    corrections = [line for line in drafts if line.kind == ADJUSTMENT and line.period in posting]
    for line in (*lines, *corrections):
        if line.disposition is Disposition.PAYABLE:
            month = line.person_id, line.month_worked
            nets[month] = nets.get(month, 0) + line.amount_minor
    return [
        replace(line, disposition=Disposition.PROPOSED)
        if line.disposition is Disposition.PAYABLE
        and line.amount_minor < 0
        and nets[line.person_id, line.month_worked] < 0
        else line
        for line in lines
    ]
