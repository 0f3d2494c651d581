"""Facts that no CRM holds, as a form or a table tells them, to events in our own format."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from service.domain.event import JsonValue
from service.domain.period import Period
from service.sources.event_types import FIELDS, Shape

TYPES = {
    "spend": "campaign.spent",
    "press": "publication.published",
    "media": "media.measured",
    "event": "event.hosted",
    "receivable": "invoice.issued",
    "forecast": "forecast.submitted",
}
"""What can be told, and the type of event it becomes; satisfaction is a field of `event`."""

OWN = ("fact", "person", "name", "day")
"""What every fact has beside the fields of its type."""

COLUMNS = sorted(
    {name for kind in TYPES.values() for name in FIELDS.get(kind, {})}
    | {"currency", "channel", "campaign", "product", "customer_id", "deal_id"}
)
"""Fields that a table may have as columns."""


def manual_event(period: Period, fact: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The event of one fact of a month; what is wrong with it is found when the event is read.

    The id is made of month, fact, person and `name`, so that the same fact entered again is the same event. A fact
    without a day counts on the last day of its month.
    """
    kind, person, name = str(fact.get("fact", "")), str(fact.get("person", "")), str(fact.get("name", ""))
    day = str(fact.get("day") or period.last_day.isoformat())
    return {
        "id": f"manual:{period}:{kind}:{person}:{name}",
        "type": TYPES.get(kind, kind),
        "time": f"{day}T12:00:00Z",
        "subject": person,
        "data": {key: value for key, value in fact.items() if key not in OWN and value not in (None, "")},
    }


def is_past_day_of(period: Period, fact: Mapping[str, JsonValue], today: date) -> bool:
    """Whether a fact counts on a day of the month that is not still to come."""
    try:
        day = date.fromisoformat(str(fact.get("day") or period.last_day.isoformat()))
    except ValueError:
        return False
    return Period.of(day) == period and day <= today


def typed_cells(cells: Mapping[str, str]) -> dict[str, JsonValue]:
    """The cells of a line, whole numbers as numbers where the type of the fact has them."""
    known = FIELDS.get(TYPES.get(cells.get("fact", ""), ""), {})
    return {
        name: int(text) if name in known and known[name].shape is Shape.COUNT and text.isdecimal() else text
        for name, text in cells.items()
        if text
    }
