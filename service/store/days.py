"""People's days: new events are added to them, and any day can be made again from the events that concern it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.admission import Gate, KnowsType, judge
from service.domain.correction import Correction, correction_of, replaced_by, withdrawn
from service.domain.counting import (
    Counted,
    LeftOut,
    Measures,
    PersonDay,
    RecordedEvent,
    count,
    days_to_make_again,
    doer_of,
    facts_of,
    guarded,
    left_out,
    subjects_of,
)
from service.domain.deal import WON, deal_of
from service.domain.event import Event, Operation, Quarantine
from service.domain.hold import Hold
from service.domain.period import Period
from service.domain.person import Aliases
from service.store.aliases import list_aliases_of_subjects
from service.store.conversions import add_new_conversions
from service.store.corrections import (
    add_new_corrections,
    delete_corrections,
    list_corrections_around,
    list_days_concerned,
)
from service.store.deliveries import find_trusts
from service.store.dialect import hold_alone, hold_shared
from service.store.events import list_deals_of_days, list_events_of_days, list_winners, set_people
from service.store.facts import (
    add_credits,
    add_facts,
    delete_credits,
    list_credits,
    list_facts_of_days,
    lock_days,
    replace_facts,
)
from service.store.holds import find_holds, list_held, list_vouched
from service.store.parts import mark_holders
from service.store.quarantine import add_new_waiting
from service.store.session import follow_up
from service.store.share_claims import add_new_claims
from service.store.stale import mark_stale


def hold_sources(session: Session, events: Collection[Event]) -> None:
    """Keep corrections and what they may correct apart: a source that sends a correction counts alone for a moment.

    Otherwise an event and its void, arriving side by side, would not see each other, and the event would count.
    """
    correcting = {event.source_id for event in events if correction_of(event)}
    for source_id in sorted({event.source_id for event in events}):
        hold = hold_alone if source_id in correcting else hold_shared
        hold(session, f"corrections of {source_id}")


def hold_rebuild(session: Session) -> None:
    """Let two rebuilds take turns."""
    hold_alone(session, "rebuild of the facts")


def find_aliases(session: Session, events: Iterable[Event]) -> Aliases:
    """Who the user ids belong to that these events name."""
    subjects = {(event.source_id, subject) for event in events for subject in subjects_of(event)}
    return Aliases(list_aliases_of_subjects(session, subjects))


def judge_kept(
    session: Session, events: Sequence[RecordedEvent], measures: Measures, knows_type: KnowsType, now: datetime
) -> list[tuple[RecordedEvent, Counted | Quarantine]]:
    """What each kept event is now, with the person its subject is now known as and the money that has a rate now."""
    aliases = find_aliases(session, [item.event for item in events])
    known = [replace(item, person_id=doer_of(item.event, aliases, item.day)) for item in events]
    set_people(session, [new for new, old in zip(known, events, strict=True) if new.person_id != old.person_id])
    converted, rates = add_new_conversions(session, known, measures, now)
    gate = Gate(aliases, measures, knows_type, now, rates)
    if measures.demands_trust:
        trusts = find_trusts(session, {item.delivery_id for item in events})
        gate = replace(gate, trusts=trusts, vouched=list_vouched(session, [item.event_id for item in events]))
    return [(item, judge(item, None, gate)) for item in converted]


def add_released(session: Session, counted: Sequence[Counted], measures: Measures, now: datetime) -> None:
    """Count events that waited; one of them may be held meanwhile, and then its days are made again without it."""
    held = list_held(session, [item.event_id for item in counted])
    again = {day for item in counted if item.event_id in held for day in item.concerns}
    add_counted(session, counted, measures, now, again=again)


def add_counted(
    session: Session,
    counted: Sequence[Counted],
    measures: Measures,
    now: datetime,
    *,
    again: Collection[PersonDay] = frozenset(),
) -> None:
    """Count new events of held sources, once, and ask for the months they touch to be scored again.

    What counts and sums is added; a day with anything else (a correction, a largest or last value, a guard) is made
    again, as are the days in `again`.
    """
    if not counted:
        return
    add_new_corrections(session, [item for item in (correction_of(one.event) for one in counted) if item])
    _add_claims(session, counted, now)
    add_credits(session, [(who, day, item.event_id) for item in counted for who, day in item.concerns])
    corrected = _corrected_days(session, counted)
    again = days_to_make_again(counted, measures) | corrected | set(again)
    touched = again.union(*(item.concerns for item in counted))
    added = facts_of(counted, measures)
    ask_to_score(session, touched, now)
    _ask_holders(session, counted, corrected, measures, now)
    # The days come last: whoever else adds to them waits from here to the end of the transaction.
    lock_days(session, touched)
    add_facts(session, [fact for fact in added if (fact.person_id, fact.day) not in again])
    make_days_again(session, again, measures)


def _ask_holders(
    session: Session, counted: Sequence[Counted], corrected: Collection[PersonDay], measures: Measures, now: datetime
) -> None:
    """Mark whoever has money held back, or to lose, in the deals that something happened to, credited or not."""
    months: dict[str, set[Period]] = {}
    won: set[str] = set()
    for item in counted:
        if deal := deal_of(item.event):
            months.setdefault(deal, set()).add(Period.of(measures.day_of(item.event.occurred_at)))
            won |= {deal} if item.event.type == WON else set()
    for deal, period in list_deals_of_days(session, corrected) if corrected else ():
        months.setdefault(deal, set()).add(period)
        won.add(deal)
    if won:
        # Which of its months a deal is of, and what it is worth there, hangs on all the events by which it was won.
        mark_stale(session, list_winners(session, won), now)
        follow_up(session, "refresh")
    if months and mark_holders(session, months, now):
        follow_up(session, "refresh")


def ask_to_score(session: Session, days: Iterable[PersonDay], now: datetime) -> None:
    """Mark the months of these days; a closed one too: there the difference becomes an adjustment."""
    months = {(person_id, Period.of(day)) for person_id, day in days}
    if months:
        mark_stale(session, months, now)
        follow_up(session, "refresh")


def make_days_again(session: Session, days: Collection[PersonDay], measures: Measures) -> int:
    """Replace the facts of these held days by what their events say now; how many facts were different before."""
    if not days:
        return 0
    events = list_events_of_days(session, days)
    counted = [item for _, item in count_recorded(session, events, measures)]
    facts = [fact for fact in facts_of(counted, measures) if (fact.person_id, fact.day) in days]
    before = list_facts_of_days(session, days)
    replace_facts(session, days, facts)
    return len(set(before) ^ set(facts))


def make_event_again(session: Session, recorded: RecordedEvent, measures: Measures, now: datetime) -> None:
    """Make the days of an event of a held source again, and of every event that corrections tie to it."""
    name, source_id = recorded.event.external_id, recorded.event.source_id
    tied = {name}.union(
        *({item.target, item.external_id} for item in list_corrections_around(session, source_id, [name]))
    )
    days = set(list_days_concerned(session, source_id, tied))
    ask_to_score(session, days, now)
    _ask_holders(session, [], days, measures, now)
    lock_days(session, days)
    make_days_again(session, days, measures)


def judge_again(
    session: Session, events: Sequence[RecordedEvent], measures: Measures, knows_type: KnowsType, now: datetime
) -> set[PersonDay]:
    """Set right whom counted events of held sources concern and what they correct; return the days before and after.

    An event that nobody is known for any more waits again. The facts of the days are left to the caller.
    """
    judged = judge_kept(session, events, measures, knows_type, now)
    waiting = [(item, outcome) for item, outcome in judged if isinstance(outcome, Quarantine)]
    counted = [outcome for _, outcome in judged if isinstance(outcome, Counted)]
    aliases = find_aliases(session, [item.event for item in events])
    tied = _corrected_days(session, [count(item, aliases, measures) for item in events])
    add_new_waiting(session, waiting, now)
    for item, _ in waiting:
        delete_corrections(session, item.event.source_id, [item.event.external_id])
    add_new_corrections(session, [item for item in (correction_of(one.event) for one in counted) if item])
    _add_claims(session, counted, now)
    return tied | _set_credits(session, [item.event_id for item in events], counted)


def _add_claims(session: Session, counted: Sequence[Counted], now: datetime) -> None:
    claiming = [item.event_id for item in counted if item.claims_shares]
    if claiming:
        add_new_claims(session, claiming, now)


def _set_credits(session: Session, event_ids: Sequence[int], counted: Sequence[Counted]) -> set[PersonDay]:
    wanted = {(who, day, item.event_id) for item in counted for who, day in item.concerns}
    found = list_credits(session, event_ids)
    # The days of credits that go need their lock's row, or a rebuild would not come past them.
    lock_days(session, {(who, day) for who, day, _ in wanted ^ found})
    delete_credits(session, found - wanted)
    add_credits(session, wanted - found)
    return {(who, day) for who, day, _ in wanted | found}


def count_recorded(
    session: Session, events: Sequence[RecordedEvent], measures: Measures
) -> list[tuple[RecordedEvent, Counted]]:
    """What recorded events add as known now; those that others took back or replaced, or that are held, are left out.

    Where metrics have guards, all events of the days in question must be among them.
    """
    aliases = find_aliases(session, [item.event for item in events])
    gone = _withdrawn(session, events)
    standing = [item for item in events if item.event_id not in gone]
    return list(zip(standing, guarded([count(item, aliases, measures) for item in standing], measures), strict=True))


def list_left_out(session: Session, events: Sequence[RecordedEvent], measures: Measures) -> list[LeftOut]:
    """What the guards of metrics leave out, given all recorded events of the days in question."""
    if not any(metrics.guarded for _, metrics in measures.versions):
        return []
    aliases = find_aliases(session, [item.event for item in events])
    return left_out([count(item, aliases, measures) for item in list_standing(session, events)], measures)


def list_standing(session: Session, events: Sequence[RecordedEvent]) -> list[RecordedEvent]:
    """Those of recorded events that no other one took back or replaced, that are not held and take nothing back."""
    gone = _withdrawn(session, events)
    return [item for item in events if item.event_id not in gone and item.event.op is not Operation.VOID]


def _corrected_days(session: Session, counted: Sequence[Counted]) -> set[PersonDay]:
    """The days of every event that corrections tie to these, whichever of them came first."""
    days: set[PersonDay] = set()
    for source_id, names in _by_source(item.event for item in counted).items():
        around = list_corrections_around(session, source_id, names)
        if around:
            tied = {name for item in around for name in (item.target, item.external_id)}
            days.update(list_days_concerned(session, source_id, tied))
    return days


def _withdrawn(session: Session, events: Sequence[RecordedEvent]) -> set[int]:
    """The numbers of those events that others took back or replaced, or that are held."""
    dead: set[tuple[str, str]] = set()
    for source_id, names in _by_source(item.event for item in events).items():
        around = list_corrections_around(session, source_id, names)
        gone = withdrawn(names, around) | find_held(session, source_id, names, around).keys()
        dead |= {(source_id, name) for name in gone}
    return {item.event_id for item in events if (item.event.source_id, item.event.external_id) in dead}


def find_held(
    session: Session, source_id: str, names: Collection[str], corrections: Collection[Correction]
) -> dict[str, Hold]:
    """The events of a source that are held or rejected, or stand in the place of one that is, each with the hold."""
    chains = {name: replaced_by(name, corrections) for name in names}
    holds = find_holds(session, source_id, set().union(*chains.values()))
    return {name: holds[min(chain & holds.keys())] for name, chain in chains.items() if chain & holds.keys()}


def _by_source(events: Iterable[Event]) -> dict[str, set[str]]:
    names: dict[str, set[str]] = {}
    for event in events:
        names.setdefault(event.source_id, set()).add(event.external_id)
    return names
