"""Deals: the events that belong to one, and what each has in the metrics of a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction

from sqlalchemy.orm import Session

from service.domain.counting import Measures
from service.domain.days import Days, holds
from service.domain.deal import DealEvent, deal_event, deal_of
from service.store.days import count_recorded, list_standing
from service.store.events import list_events_behind, list_events_of_deals


def list_deal_events(session: Session, deal_ids: Collection[str]) -> dict[str, list[DealEvent]]:
    """The events of these deals as known now, those that were taken back or replaced left out."""
    found: dict[str, list[DealEvent]] = {}
    for recorded in list_standing(session, list_events_of_deals(session, deal_ids)):
        known = deal_event(recorded.event, recorded.day)
        found.setdefault(known.deal_id, []).append(known)
    return found


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
