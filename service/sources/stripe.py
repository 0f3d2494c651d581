"""Stripe: its events, each payment and each refund once whichever of its messages tells of it, and its signature."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from service.domain.change import Change, Verb
from service.domain.event import JsonValue, Quarantine, QuarantineReason
from service.domain.source import SourceKind
from service.sources.adapter import Account, Adapter, Message, Reading, Scheme, masked, unreadable
from service.sources.convert import WITHOUT_CENTS
from service.sources.json_text import read_json
from service.sources.signature import hmac_sha256, is_fresh, same
from service.sources.times import from_epoch
from service.sources.tree import at, branch_at, rows_at, text_at

SECRETS = frozenset({
    "client_secret", "billing_details", "customer_details", "shipping", "shipping_details", "receipt_email", "email",
    "customer_email", "customer_name", "customer_phone", "customer_address", "customer_shipping", "receipt_url",
    "phone", "hosted_invoice_url", "invoice_pdf", "payment_method_details", "fingerprint", "last4",
})  # fmt: skip
"""Fields that are hidden before a body is kept: secrets of payments, and who paid from where with which card."""

WHOLE_UNITS = WITHOUT_CENTS - {"UGX"}
"""Currencies that Stripe counts in whole units. The shilling of Uganda has no cents either, but Stripe counts them."""

IN_THOUSANDTHS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})

PAYMENT, INVOICE = "payment", "invoice"

MAX_SIGNATURES = 10
"""Signatures of one header that are looked at; Stripe sends one for each secret that is active."""


@dataclass(frozen=True, slots=True)
class _Told:
    """The object of an event as it is now, and when the event was made."""

    object: dict[str, JsonValue]
    at: datetime

    def text(self, *path: str) -> str:
        return text_at(self.object, *path)

    def ref(self, name: str) -> str:
        """The id of another object, which may stand there as a whole."""
        return self.text(name) or self.text(name, "id")

    @property
    def payment_id(self) -> str:
        """What a payment is known by: its intent, else its charge, else the object itself."""
        return self.ref("payment_intent") or self.ref("charge") or self.text("id")


def read(message: Message, account: Account) -> Reading:
    """What an event tells: a payment, refunds, an invoice, or nothing that moves money."""
    del account
    document = read_json(message.body)
    name, told = text_at(document, "type"), branch_at(document, "data", "object")
    moment = from_epoch(at(document, "created"))
    if name and text_at(document, "id") and not told:
        return Reading((_without_object(name, text_at(document, "id"), message),))
    if not name or moment is None or not text_at(told, "id"):
        return Reading((unreadable(SourceKind.STRIPE, message, "It is not an event as Stripe documents them."),))
    changes = _READERS[name](_Told(told, moment)) if name in _READERS else []
    if at(document, "livemode") is not True:
        test = Quarantine(QuarantineReason.TEST_EVENT, "It comes from Stripe's test mode; no money moved.")
        changes = [replace(change, refusal=test) for change in changes]
    return Reading(tuple(changes), () if changes else (f"{name}: it moves no money by itself.",))


def _without_object(name: str, event_id: str, message: Message) -> Change:
    detail = "The event does not hold the object it is about. Let Stripe send snapshot events instead of thin ones."
    refusal = Quarantine(QuarantineReason.NEEDS_ENRICHMENT, detail)
    return Change(name, "", event_id, Verb.UPDATED, message.received_at, refusal=refusal, timed=False)


def _paid(told: _Told) -> list[Change]:
    """A payment that has succeeded. Its intent, its charge and its invoice all tell of it, under the same identity."""
    if told.text("object") == "charge" and at(told.object, "captured") is False:
        return []
    amount = next((told.object[name] for name in _AMOUNTS if name in told.object), None)
    if amount == 0:
        return []
    fields: dict[str, JsonValue] = {
        "paid": True,
        "payment_id": told.payment_id,
        "invoice_id": told.text("id") if told.text("object") == INVOICE else told.ref("invoice"),
        "customer_id": told.ref("customer"),
        "metadata": branch_at(told.object, "metadata"),
    }
    known = {name: value for name, value in fields.items() if value}
    return [_money(told, f"payment:{told.payment_id}", amount, lambda money: {**known, **money})]


def _invoice_paid(told: _Told) -> list[Change]:
    changes = _paid(told)
    if told.payment_id != told.text("id") or at(told.object, "paid_out_of_band") is True:
        return changes
    detail = "The invoice does not say by which payment it was paid; payment_intent.succeeded does. Subscribe to that."
    return [replace(change, refusal=Quarantine(QuarantineReason.NEEDS_ENRICHMENT, detail)) for change in changes]


def _refund(told: _Told) -> list[Change]:
    """A refund once it has succeeded, whichever message says so first; one that fails after all is taken back."""
    match told.text("status"):
        case "succeeded":
            return [_given_back(told, "refund", from_epoch(at(told.object, "created")) or told.at)]
        case "failed":
            return [_taken_back(told, "refund_failed", "refund")]
        case _:
            return []


def _charge_refunded(told: _Told) -> list[Change]:
    """The refunds of a charge, as older versions list them; the total alone does not say which refund is new."""
    refunds = [item for item in rows_at(told.object, "refunds", "data") if isinstance(item, dict)]
    if refunds:
        links = {name: told.object.get(name) for name in ("payment_intent", "charge")} | {"charge": told.text("id")}
        return [change for item in refunds for change in _refund(_Told(links | item, told.at))]
    detail = "The charge does not list its refunds. Subscribe to refund.created, refund.updated and refund.failed."
    total = told.text("amount_refunded")
    refusal = Quarantine(QuarantineReason.NEEDS_ENRICHMENT, detail)
    identity = f"charge.refunded:{told.text('id')}:{total}"
    return [Change(PAYMENT, told.payment_id, identity, Verb.UPDATED, told.at, refusal=refusal)]


def _disputed(told: _Told) -> list[Change]:
    return [_given_back(told, "dispute", told.at)]


def _dispute_won(told: _Told) -> list[Change]:
    return [_taken_back(told, "dispute_won", "dispute")]


def _issued(told: _Told) -> list[Change]:
    due_at = from_epoch(at(told.object, "due_date"))
    fields: dict[str, JsonValue] = {
        "invoice_id": told.text("id"),
        "customer_id": told.ref("customer"),
        "metadata": branch_at(told.object, "metadata"),
        "due_at": due_at.isoformat() if due_at else None,
    }
    amount = told.object.get("amount_due")
    change = _money(told, f"invoice.finalized:{told.text('id')}", amount, lambda money: {**fields, **money})
    return [replace(change, kind=INVOICE, object_id=told.text("id"), verb=Verb.CREATED)]


def _given_back(told: _Told, noun: str, moment: datetime) -> Change:
    """Money that went back to the customer: a change of the payment, whose owner and deal are known from before."""
    number = told.text("id")

    def fields(money: dict[str, JsonValue]) -> dict[str, JsonValue]:
        return {"refund": {"id": number, "reason": told.text("reason") or noun, **money}}

    change = _money(told, f"{noun}:{number}", told.object.get("amount"), fields)
    return replace(change, occurred_at=moment)


def _taken_back(told: _Told, word: str, noun: str) -> Change:
    number = told.text("id")
    return Change(PAYMENT, told.payment_id, f"{word}:{number}", Verb.UPDATED, told.at, voids=f"{noun}:{number}")


def _money(
    told: _Told, identity: str, amount: JsonValue, fields: Callable[[dict[str, JsonValue]], dict[str, JsonValue]]
) -> Change:
    """A change of a payment that says an amount; what is no whole number of smallest units waits."""
    currency = told.text("currency").upper()
    change = Change(PAYMENT, told.payment_id, identity, Verb.UPDATED, told.at)
    if isinstance(amount, bool) or not isinstance(amount, int) or amount < 0 or not currency:
        detail = "The amount is no whole number of smallest units of a currency."
        return replace(change, refusal=Quarantine(QuarantineReason.SCHEMA_VIOLATION, detail))
    return replace(change, fields=fields({"amount": from_minor(amount, currency), "currency": currency}))


def from_minor(amount: int, currency: str) -> str:
    """The amount that Stripe's whole number means, as a decimal text of the currency's unit."""
    places = 0 if currency in WHOLE_UNITS else 3 if currency in IN_THOUSANDTHS else 2
    return format(Decimal(amount).scaleb(-places), "f")


def is_signed(message: Message, secret: str, now: datetime) -> bool:
    """`Stripe-Signature: t=SECONDS,v1=HEX`, one of them HMAC-SHA256 over the time, a point and the body."""
    pairs = [part.strip().partition("=") for part in message.header("stripe-signature").split(",", MAX_SIGNATURES)]
    time = next((value for name, _, value in pairs if name == "t"), "")
    if not is_fresh(time, now):
        return False
    wanted = hmac_sha256(secret, time.encode() + b"." + message.body).hex()
    return any(same(value, wanted) for name, _, value in pairs if name == "v1")


def mask(body: bytes) -> bytes:
    """The body without secrets of payments and without who paid."""
    return masked(body, SECRETS)


_AMOUNTS = ("amount_received", "amount_captured", "amount_paid", "amount")
"""Where an intent, a charge and an invoice say what was paid, the surest first."""

_READERS: Mapping[str, Callable[[_Told], list[Change]]] = {
    "payment_intent.succeeded": _paid,
    "charge.succeeded": _paid,
    "charge.captured": _paid,
    "invoice.paid": _invoice_paid,
    "invoice.payment_succeeded": _invoice_paid,
    "invoice.finalized": _issued,
    "charge.refunded": _charge_refunded,
    "refund.created": _refund,
    "refund.updated": _refund,
    "refund.failed": _refund,
    "charge.refund.updated": _refund,
    "charge.dispute.funds_withdrawn": _disputed,
    "charge.dispute.funds_reinstated": _dispute_won,
}

ADAPTER = Adapter(
    SourceKind.STRIPE,
    (Scheme("stripe", 3, "signing secret of the Stripe endpoint, whsec_...", is_signed),),
    read,
    mask,
)
