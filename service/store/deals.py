"""Deals: the events that belong to one, and what each has in the metrics of a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction

from sqlalchemy.orm import Session

from service.domain.counting import Measures, RecordedEvent, parties_of
from service.domain.days import Days, holds
from service.domain.deal import WON, DealEvent, WonDeal, deal_event, deal_of, won_deal
from service.domain.fact import owner_of
from service.domain.period import Period
from service.store.days import count_recorded, find_aliases, list_standing
from service.store.events import list_events_behind, list_events_of_deals


def list_deal_events(session: Session, deal_ids: Collection[str]) -> dict[str, list[DealEvent]]:
    """The events of these deals as known now, those that were taken back or replaced left out."""
    found: dict[str, list[DealEvent]] = {}
    for recorded in list_standing(session, list_events_of_deals(session, deal_ids)):
        known = deal_event(recorded.event, recorded.day)
        found.setdefault(known.deal_id, []).append(known)
    return found


def list_won_deals(session: Session, person_id: str, period: Period) -> list[WonDeal]:
    """The deals that a person won in a month, by id, as known now.

    A deal is won once, on the day of its first `deal.won`, by whoever owns that one; the last one tells what it is. An
    event without the id of a deal is a deal of its own, under its receipt.
    """
    behind = list_events_behind(session, person_id, period.first_day, period.last_day, {WON})
    named = {deal for item in behind if (deal := deal_of(item.event))}
    told = [item for item in list_events_of_deals(session, named) if item.event.type == WON] if named else []
    told += [item for item in behind if not deal_of(item.event)]
    standing = list_standing(session, told)
    aliases = find_aliases(session, [item.event for item in standing])
    found: dict[str, list[RecordedEvent]] = {}
    for item in sorted(standing, key=lambda item: deal_event(item.event, item.day).order):
        found.setdefault(deal_of(item.event) or item.event.receipt_id, []).append(item)
    return [
        won_deal(deal, person_id, items[0].day, items[-1].event)
        for deal, items in sorted(found.items())
        if Period.of(items[0].day) == period
        and owner_of(parties_of(items[0].event, aliases, items[0].day)) == person_id
    ]


def sum_by_deal(
    session: Session, days_of: Mapping[str, Days], metrics: Collection[str], measures: Measures
) -> dict[str, Fraction]:
    """What each deal added to these metrics of people on their days, in the metrics' natural units."""
    found: dict[str, Fraction] = {}
    for person_id, days in sorted(days_of.items()):
        if not days:
            continue
        first, last = days[0][0], days[-1][1]
        known = measures.in_force(last)
        wanted = {name: known.metrics[name] for name in metrics if known and name in known.metrics}
        types = {name for metric in wanted.values() for name in metric.types}
        behind = list_events_behind(session, person_id, first, last, types)
        for recorded, counted in count_recorded(session, behind, measures):
            deal = deal_of(recorded.event)
            for part in counted.contributions:
                if part.person_id == person_id and part.metric_id in wanted and holds(days, part.day):
                    value = Fraction(wanted[part.metric_id].to_value(part.value))
                    found[deal] = found.get(deal, Fraction(0)) + value
    return found
