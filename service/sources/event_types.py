"""The vocabulary as a table: which fields the data of each event type may carry, and of what shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum


class Shape(Enum):
    """What a field holds."""

    TEXT = "a text"
    NAME = "a text or a whole number"
    FLAG = "true or false"
    COUNT = "a whole number, zero or more"
    MONEY = "an amount of money"
    DECIMAL = "a decimal number"
    TIME = "a time with offset"
    DAY = "a date"
    WHEN = "a date, or a time with offset"
    MONTH = "a month such as 2026-10"


@dataclass(frozen=True, slots=True)
class Field:
    """The shape of one field: its words where only some are allowed, its range where it is a number."""

    shape: Shape
    words: tuple[str, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None


TEXT = Field(Shape.TEXT)
NAME = Field(Shape.NAME)
FLAG = Field(Shape.FLAG)
COUNT = Field(Shape.COUNT)
MONEY = Field(Shape.MONEY, minimum=Decimal(0))
PAID = Field(Shape.MONEY, minimum=Decimal("0.01"))
SIGNED_MONEY = Field(Shape.MONEY)
TIME = Field(Shape.TIME)
DAY = Field(Shape.DAY)
WHEN = Field(Shape.WHEN)
MONTH = Field(Shape.MONTH)
RATIO = Field(Shape.DECIMAL, minimum=Decimal(0), maximum=Decimal(1))
TEMPERATURE = Field(Shape.TEXT, words=("hot", "warm", "cold"))

NEEDED: Mapping[str, tuple[str, ...]] = {
    "payment.received": ("amount",),
    "payment.refunded": ("amount",),
}
"""Fields without which an event of the type says nothing; it waits then instead of passing for counted."""

SLICES: Mapping[str, Field] = {
    "channel": TEXT,
    "campaign": TEXT,
    "product": TEXT,
    "territory": TEXT,
    "audience": TEXT,
    "customer_id": NAME,
    "customer_kind": Field(Shape.TEXT, words=("new", "existing")),
    "lead_id": NAME,
    "deal_id": NAME,
    "currency": TEXT,
}
"""Fields that any type may carry."""

_LEAD = {"reason": TEXT, "to_person": NAME, "temperature": TEMPERATURE}
_DEAL = {"amount": MONEY, "margin": SIGNED_MONEY, "term_months": COUNT, "reason": TEXT, "pipeline": TEXT}
_MEETING = {"meeting_id": NAME, "duration_s": COUNT, "accepted": FLAG}
_PAYMENT = {"payment_id": NAME, "invoice_id": NAME, "amount": PAID, "first_payment": FLAG}
_ABSENCE = {"day": DAY, "starts_on": DAY, "ends_on": DAY, "paid": FLAG}
_PUBLICATION = {
    "tier": Field(Shape.COUNT, minimum=Decimal(1), maximum=Decimal(3)),
    "sentiment": Field(Shape.DECIMAL, minimum=Decimal(-1), maximum=Decimal(1)),
    "reach": COUNT,
    "visits": COUNT,
    "share_of_voice": RATIO,
}

TYPES: Mapping[str, Mapping[str, Field]] = {
    "call.started": {"started_at": TIME, "direction": Field(Shape.TEXT, words=("in", "out"))},
    "call.ended": {
        "direction": Field(Shape.TEXT, words=("in", "out")),
        "answered": FLAG,
        "started_at": TIME,
        "ring_s": COUNT,
        "talk_s": COUNT,
        "line": Field(Shape.COUNT, minimum=Decimal(1), maximum=Decimal(2)),
        "escalated": FLAG,
        "number_hash": TEXT,
    },
    "meeting.booked": _MEETING,
    "meeting.held": _MEETING,
    "meeting.cancelled": _MEETING,
    "lead.created": {"temperature": TEMPERATURE, "cost": MONEY},
    "lead.qualified": _LEAD,
    "lead.rejected": _LEAD,
    "lead.reassigned": _LEAD,
    "lead.temperature_set": _LEAD,
    "lead.decision_maker": {"amount": MONEY},
    "stage.entered": {
        "object": Field(Shape.TEXT, words=("lead", "deal")),
        "object_id": NAME,
        "pipeline": TEXT,
        "from_stage": TEXT,
        "to_stage": TEXT,
    },
    "deal.created": _DEAL,
    "deal.won": _DEAL,
    "deal.lost": _DEAL,
    "proposal.sent": {"amount": MONEY},
    "contract.signed": {"amount": MONEY},
    "invoice.issued": {"invoice_id": NAME, "amount": MONEY, "due_at": WHEN},
    "payment.received": _PAYMENT,
    "payment.refunded": _PAYMENT | {"of_payment_id": NAME},
    "subscription.renewed": {"amount": MONEY},
    "subscription.churned": {"amount": MONEY},
    "task.completed": {},
    "crm.snapshot": {
        "overdue_tasks": COUNT,
        "stalled_deals": COUNT,
        "open_leads": COUNT,
        "required_fields": COUNT,
        "filled_fields": COUNT,
    },
    "forecast.submitted": {"month": MONTH, "amount": MONEY},
    "campaign.spent": {"amount": MONEY},
    "publication.published": _PUBLICATION,
    "media.measured": _PUBLICATION,
    "event.hosted": {
        "partner": TEXT,
        "attendees": COUNT,
        "planned": COUNT,
        "budget": MONEY,
        "spent": MONEY,
        "leads": COUNT,
        "satisfaction": Field(Shape.DECIMAL, minimum=Decimal(0), maximum=Decimal(100)),
    },
    "hr.joined": {"day": DAY},
    "hr.left": {"day": DAY},
    "hr.ramp_finished": {"day": DAY},
    "hr.absence_set": _ABSENCE,
}
"""Every type that we know, with the fields of its data; fields that are not named here are kept as they are."""


FIELDS: Mapping[str, Mapping[str, Field]] = {name: {**SLICES, **own} for name, own in TYPES.items()}
"""The same with the fields that any type may carry."""
