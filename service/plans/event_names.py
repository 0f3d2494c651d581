"""The event types that metrics may count, by name; a company adds its own under `events:`."""

from __future__ import annotations

EVENT_NAMES = frozenset(
    {
        "call.started",
        "call.ended",
        "meeting.booked",
        "meeting.held",
        "meeting.cancelled",
        "lead.created",
        "lead.qualified",
        "lead.rejected",
        "lead.reassigned",
        "lead.temperature_set",
        "lead.decision_maker",
        "stage.entered",
        "deal.created",
        "deal.won",
        "deal.lost",
        "proposal.sent",
        "contract.signed",
        "invoice.issued",
        "payment.received",
        "payment.refunded",
        "subscription.renewed",
        "subscription.churned",
        "task.completed",
        "crm.snapshot",
        "forecast.submitted",
        "campaign.spent",
        "publication.published",
        "media.measured",
        "event.hosted",
        "hr.joined",
        "hr.left",
        "hr.ramp_finished",
        "hr.absence_set",
    }
)
"""The same names as the table of fields in `sources`, which plans may not import; a test holds the two together."""
