"""Finding flags: pure rules over the events of a month, the same in whatever order they came."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import TypeVar

from service.domain.correction import Correction, correction_of, withdrawn
from service.domain.event import VOID_TYPE, JsonValue, Operation
from service.domain.fact import text_in
from service.domain.flag import Flag, FlagKind, Seen
from service.domain.metric import number_in
from service.domain.period import Period

_Key = TypeVar("_Key", bound=Hashable)

# The thresholds are for reviewers: whoever is measured learns that there are flags, not how they are found.
BURST_SPAN = timedelta(minutes=10)
BURST_EVENTS = 40
"""More than one event every fifteen seconds for ten minutes is more than a person does by hand."""

SAME_NUMBER_CALLS = 5
"""Calls to one number on one day: a customer is called back two or three times."""

JUST_ABOVE_SHARE = 10
"""A tenth above a minimum is just above it."""

JUST_ABOVE_EVENTS = 10
"""So few on one day are chance."""

SELF_DEALING_SPAN = timedelta(hours=24)
"""A lead that is made and turned into money by one person within a day was hardly a lead."""

MONTH_END_DAYS = 2
"""The last days of a month, in which a deal is told that helps it."""

LOST_WITHIN = timedelta(days=31)
"""A deal lost later than a month after it was won was lost in earnest."""

CREATED_AGAIN_WITHIN = timedelta(days=7)
"""A record that is made again a week after it was deleted is the same one."""

BOUNCES = 3
"""Moves of a lead between the same two people: there, back, and there again."""

EDITS = 3
"""Amounts of one person changed in a month: one or two are corrections of typing."""

EDITED_AFTER = timedelta(hours=1)
"""An amount corrected sooner was not looked at yet."""

LOOK_AROUND = LOST_WITHIN
"""How far before and after a month its flags look."""

EVIDENCE_AT_MOST = 50
"""Receipts kept with a flag: enough for whoever looks."""

MONEY_MADE = frozenset({"deal.won", "contract.signed", "payment.received"})
CREATED = frozenset({"lead.created", "deal.created"})
TYPES_AROUND = MONEY_MADE | CREATED | {"deal.lost", VOID_TYPE}
"""Of the days around a month these matter; most of what happens are calls."""

COUNTERPARTIES = ("customer_id", "number_hash")
NOTHING_ODD = frozenset({"crm.snapshot", "lead.reassigned"})
"""Types that a CRM sends by itself, many at once."""


Minimums = Mapping[str, Sequence[tuple[str, int]]]
"""By type of event the fields that must reach a minimum to count, with the whole number that it is."""


def flags_of(events: Iterable[Seen], period: Period, minimums: Minimums) -> list[Flag]:
    """Every flag of a month, given its events and those of `LOOK_AROUND` before and after it."""
    told = sorted(events, key=lambda one: (one.event.occurred_at, one.event.source_id, one.event.external_id))
    standing = _standing(told)
    within = [one for one in standing if Period.of(one.day) == period]
    found: list[Flag] = []
    for own in _by(within, lambda one: one.person_id).values():
        found += [*_bursts(own, period), *_same_numbers(own, period), *_just_above(own, period, minimums)]
        found += _self_dealing(own, period)
    found += [*_lost_after(standing, period), *_created_again(told, period), *_bounced(within, period)]
    found += _edited(told, period)
    return sorted(found, key=lambda flag: (flag.person_id, flag.kind.value, flag.flag_id))


def _standing(told: Sequence[Seen]) -> list[Seen]:
    corrections: dict[str, list[Correction]] = {}
    for one in told:
        if found := correction_of(one.event):
            corrections.setdefault(one.event.source_id, []).append(found)
    gone = {
        (source_id, name)
        for source_id, own in corrections.items()
        for name in withdrawn([one.event.external_id for one in told if one.event.source_id == source_id], own)
    }
    return [one for one in told if one.event.op is not Operation.VOID and _identity(one) not in gone]


def _bursts(own: Sequence[Seen], period: Period) -> list[Flag]:
    busy = [one for one in own if one.event.type not in NOTHING_ODD]
    found: list[Flag] = []
    begin = 0
    while begin < len(busy):
        end = begin
        while end < len(busy) and busy[end].event.occurred_at - busy[begin].event.occurred_at < BURST_SPAN:
            end += 1
        if end - begin > BURST_EVENTS:
            burst = busy[begin:end]
            at = burst[0].event.occurred_at
            detail = f"{len(burst)} events within ten minutes from {at:%Y-%m-%d %H:%M} UTC."
            found.append(_flag(FlagKind.BURST, period, at.isoformat(), detail, burst))
            begin = end
        else:
            begin += 1
    return found


def _same_numbers(own: Sequence[Seen], period: Period) -> list[Flag]:
    calls = [one for one in own if one.event.type == "call.ended" and text_in(one.event.data.get("number_hash"))]
    found = []
    for (day, number), same in _by(calls, lambda one: (one.day, text_in(one.event.data.get("number_hash")))).items():
        if len(same) >= SAME_NUMBER_CALLS:
            detail = f"{len(same)} calls with the same number on {day}."
            found.append(_flag(FlagKind.SAME_NUMBER, period, f"{day} {number}", detail, same))
    return found


def _just_above(own: Sequence[Seen], period: Period, minimums: Minimums) -> list[Flag]:
    found = []
    for event_type, asked in minimums.items():
        for field, minimum in sorted(set(asked)):
            of_type = [one for one in own if one.event.type == event_type]
            for day, told in _by(of_type, lambda one: one.day).items():
                enough = [one for one in told if _at_least(one.event.data.get(field), minimum)]
                near = [one for one in enough if not _at_least(one.event.data.get(field), _above(minimum))]
                if len(near) >= JUST_ABOVE_EVENTS and 2 * len(near) > len(enough):
                    detail = f"{len(near)} of {len(enough)} on {day} barely reach the least {field} that counts."
                    found.append(_flag(FlagKind.JUST_ABOVE, period, f"{day} {event_type} {field}", detail, near))
    return found


def _above(minimum: int) -> int:
    return minimum + max(minimum // JUST_ABOVE_SHARE, 1)


def _at_least(value: JsonValue, minimum: int) -> bool:
    number = number_in(value)
    return number is not None and number >= minimum


def _self_dealing(own: Sequence[Seen], period: Period) -> list[Flag]:
    found = []
    for lead, told in _by([one for one in own if text_in(one.event.data.get("lead_id"))], _lead).items():
        made = [one for one in told if one.event.type == "lead.created"]
        paid = [
            one
            for one in told
            if one.event.type in MONEY_MADE
            and any(
                timedelta(0) <= one.event.occurred_at - first.event.occurred_at < SELF_DEALING_SPAN for first in made
            )
        ]
        if paid:
            detail = f"Lead {lead} was made and turned into money by the same person within a day."
            found.append(_flag(FlagKind.SELF_DEALING, period, lead, detail, [*made, *paid]))
    return found


def _lost_after(standing: Sequence[Seen], period: Period) -> list[Flag]:
    last = period.last_day - timedelta(days=MONTH_END_DAYS - 1)
    lost = _by([one for one in standing if one.event.type == "deal.lost"], _deal)
    found = []
    for won in standing:
        if won.event.type != "deal.won" or not last <= won.day <= period.last_day or not _deal(won)[1]:
            continue
        after = [
            one
            for one in lost.get(_deal(won), [])
            if one.day > period.last_day and one.event.occurred_at - won.event.occurred_at <= LOST_WITHIN
        ]
        if after:
            detail = f"Deal {_deal(won)[1]} was won on {won.day} and lost on {after[0].day}."
            found.append(_flag(FlagKind.LOST_AFTER, period, _deal(won)[1], detail, [won, *after]))
    return found


def _created_again(told: Sequence[Seen], period: Period) -> list[Flag]:
    voids = {(one.event.source_id, one.event.target): one for one in told if one.event.op is Operation.VOID}
    made = [one for one in told if one.event.type in CREATED and one.event.op is None]
    found = []
    for (person_id, field, whom), same in _by_counterparty(made).items():
        for first, second in pairwise(same):
            gone = voids.get(_identity(first))
            apart = second.event.occurred_at - first.event.occurred_at
            if gone is not None and apart <= CREATED_AGAIN_WITHIN and Period.of(second.day) == period:
                detail = (
                    f"A record of the same {field} was made on {first.day}, deleted, and made again on {second.day}."
                )
                key = f"{person_id} {whom} {second.event.receipt_id}"
                found.append(_flag(FlagKind.CREATED_AGAIN, period, key, detail, [second, first, gone]))
    return found


def _by_counterparty(made: Sequence[Seen]) -> dict[tuple[str, str, str], list[Seen]]:
    found: dict[tuple[str, str, str], list[Seen]] = {}
    for one in made:
        for field in COUNTERPARTIES:
            if whom := text_in(one.event.data.get(field)):
                found.setdefault((one.person_id, field, whom), []).append(one)
    return found


def _bounced(within: Sequence[Seen], period: Period) -> list[Flag]:
    moves = [one for one in within if one.event.type == "lead.reassigned" and text_in(one.event.data.get("to_person"))]
    found = []
    for (_, lead, pair), same in _by(moves, _move).items():
        if len(same) >= BOUNCES and len(set(pair)) > 1:
            detail = f"Lead {lead} went {len(same)} times between the same two people."
            found += [
                _flag(FlagKind.BOUNCED, period, lead, detail, [mine, *(one for one in same if one is not mine)])
                for mine in {one.person_id: one for one in reversed(same)}.values()
            ]
    return found


def _move(one: Seen) -> tuple[str, str, tuple[str, ...]]:
    pair = tuple(sorted((one.event.subject or "", text_in(one.event.data.get("to_person")))))
    return one.event.source_id, text_in(one.event.data.get("lead_id")), pair


def _edited(told: Sequence[Seen], period: Period) -> list[Flag]:
    """Amounts changed after they had counted, and money moved to another month."""
    known = {_identity(one): one for one in told}
    pairs = [
        (known[one.event.source_id, one.event.target], one)
        for one in told
        if one.event.op is Operation.REPLACE and (one.event.source_id, one.event.target) in known
    ]
    found = []
    for before, after in pairs:
        if before.event.type in MONEY_MADE and Period.of(before.day) != Period.of(after.day) == period:
            detail = f"Told of {before.day} first, and later of {after.day}, in another month."
            found.append(_flag(FlagKind.MOVED, period, after.event.receipt_id, detail, [after, before]))
    edits = [(old, new) for old, new in pairs if Period.of(new.day) == period and _was_edited(old, new)]
    for own in _by([new for _, new in edits], lambda one: one.person_id).values():
        if len(own) >= EDITS:
            detail = f"{len(own)} amounts were changed after they had counted."
            found.append(_flag(FlagKind.EDITED, period, "", detail, own))
    return found


def _was_edited(old: Seen, new: Seen) -> bool:
    amounts = [number_in(one.event.data.get("amount")) for one in (old, new)]
    return None not in amounts and amounts[0] != amounts[1] and new.received_at - old.received_at > EDITED_AFTER


def _flag(kind: FlagKind, period: Period, key: str, detail: str, shown: Sequence[Seen]) -> Flag:
    person_id = shown[0].person_id
    name = hashlib.sha256("\0".join((kind.value, person_id, str(period), key)).encode()).hexdigest()[:32]
    receipts = tuple(one.event.receipt_id for one in shown[:EVIDENCE_AT_MOST])
    return Flag(name, person_id, period, kind, detail, receipts)


def _by(events: Iterable[Seen], key: Callable[[Seen], _Key]) -> dict[_Key, list[Seen]]:
    found: dict[_Key, list[Seen]] = {}
    for one in events:
        found.setdefault(key(one), []).append(one)
    return found


def _lead(one: Seen) -> str:
    return text_in(one.event.data.get("lead_id"))


def _deal(one: Seen) -> tuple[str, str]:
    return one.event.source_id, text_in(one.event.data.get("deal_id"))


def _identity(one: Seen) -> tuple[str, str | None]:
    return one.event.source_id, one.event.external_id
