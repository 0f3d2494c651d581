"""Stripe: every payment and every refund counts once, to the cent, whichever of its messages tells of it."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.event import JsonValue, Operation, QuarantineReason
from service.domain.source import SourceKind
from service.sources.stripe import ADAPTER, IN_THOUSANDTHS, WHOLE_UNITS, from_minor, is_signed
from tests.vendors import RECEIVED, derived, fixture, message, reasons, the_event, told_together

KIND = SourceKind.STRIPE
INTENT = fixture(KIND, "payment_intent.succeeded.json")
CHARGE = fixture(KIND, "charge.succeeded.json")
REFUND = fixture(KIND, "refund.created.json")
SECRET = "whsec_a-secret-of-ours"


def changed(body: bytes, top: dict[str, JsonValue] | None = None, **fields: JsonValue) -> bytes:
    document = json.loads(body) | (top or {})
    document["data"]["object"] |= fields
    return json.dumps(document).encode()


def test_a_payment_is_of_whoever_the_metadata_names() -> None:
    event = the_event(derived(KIND, INTENT))
    assert (event.type, event.external_id, event.subject) == ("payment.received", "payment:pi_1", "u17")
    assert (event.data["amount"], event.data["currency"], event.data["deal_id"]) == ("1500.00", "EUR", "8")
    assert event.occurred_at == datetime(2026, 11, 23, 11, 1, 40, tzinfo=UTC)


def test_intent_and_charge_and_invoice_tell_of_one_payment() -> None:
    invoice = changed(CHARGE, {"type": "invoice.paid"}, id="in_1", object="invoice", amount_paid=150000, charge="ch_1")
    for body in (INTENT, CHARGE, invoice):
        assert the_event(derived(KIND, body)).external_id == "payment:pi_1"
    assert len(told_together(KIND, INTENT, CHARGE, invoice)) == 1


def test_a_charge_without_an_intent_is_a_payment_of_its_own() -> None:
    event = the_event(derived(KIND, changed(CHARGE, payment_intent=None)))
    assert (event.external_id, event.data["amount"]) == ("payment:ch_1", "1500.00")


def test_money_that_was_only_reserved_is_none() -> None:
    assert derived(KIND, changed(CHARGE, captured=False)).derived == ()


def test_an_invoice_over_nothing_is_no_payment() -> None:
    assert derived(KIND, changed(INTENT, amount_received=0)).derived == ()


def test_an_invoice_paid_by_hand_is_a_payment() -> None:
    body = changed(
        CHARGE,
        {"type": "invoice.paid"},
        id="in_9",
        object="invoice",
        amount_paid=700,
        payment_intent=None,
        paid_out_of_band=True,
    )
    assert the_event(derived(KIND, body)).external_id == "payment:in_9"
    unclear = changed(body, paid_out_of_band=None)
    assert reasons(derived(KIND, unclear)) == [QuarantineReason.NEEDS_ENRICHMENT]


def test_a_refund_is_a_positive_amount_of_its_payment() -> None:
    event = the_event(derived(KIND, REFUND))
    assert (event.type, event.external_id) == ("payment.refunded", "refund:re_1")
    assert (event.data["amount"], event.data["of_payment_id"]) == ("500.00", "pi_1")


def test_a_refund_is_of_whoever_got_the_payment() -> None:
    made = told_together(KIND, REFUND, INTENT)
    assert [(event.type, event.subject, event.data["amount"]) for event in made] == [
        ("payment.received", "u17", "1500.00"),
        ("payment.refunded", "u17", "500.00"),
    ]


def test_a_refund_told_by_its_charge_is_the_same_event() -> None:
    older = fixture(KIND, "charge.refunded-older.json")
    assert the_event(derived(KIND, older)) == the_event(derived(KIND, REFUND))


def test_a_charge_that_does_not_list_its_refunds_waits() -> None:
    body = changed(fixture(KIND, "charge.refunded-older.json"), refunds=None)
    assert reasons(derived(KIND, body)) == [QuarantineReason.NEEDS_ENRICHMENT]


def test_a_refund_under_way_is_none_yet() -> None:
    assert derived(KIND, changed(REFUND, status="pending")).derived == ()


def test_a_refund_that_failed_is_taken_back() -> None:
    event = the_event(derived(KIND, fixture(KIND, "refund.failed.json")))
    assert (event.op, event.target, event.external_id) == (Operation.VOID, "refund:re_1", "refund_failed:re_1")


def test_a_dispute_takes_the_money_and_winning_it_gives_it_back() -> None:
    lost = fixture(KIND, "charge.dispute.funds_withdrawn.json")
    assert the_event(derived(KIND, lost)).type == "payment.refunded"
    won = the_event(derived(KIND, changed(lost, {"type": "charge.dispute.funds_reinstated"})))
    assert (won.op, won.target) == (Operation.VOID, "dispute:dp_1")


def test_an_invoice_is_issued_when_it_is_final() -> None:
    event = the_event(derived(KIND, fixture(KIND, "invoice.finalized.json")))
    assert (event.type, event.data["amount"], event.data["due_at"]) == ("invoice.issued", "1500.00", "2026-12-23")


def test_nothing_of_the_test_mode_pays() -> None:
    assert reasons(derived(KIND, changed(INTENT, {"livemode": False}))) == [QuarantineReason.TEST_EVENT]


def test_a_thin_event_must_be_fetched() -> None:
    assert reasons(derived(KIND, fixture(KIND, "thin.json"))) == [QuarantineReason.NEEDS_ENRICHMENT]


def test_what_moves_no_money_is_passed_over() -> None:
    assert derived(KIND, fixture(KIND, "customer.created.json")).derived == ()


@pytest.mark.parametrize("amount", [-1, "150000", 1500.5, True, None, 10**30])
def test_an_amount_that_is_no_whole_number_waits(amount: JsonValue | float) -> None:
    body = changed(INTENT, amount_received=amount)  # type: ignore[arg-type] # a float is what must not pass
    assert reasons(derived(KIND, body))[0] in {QuarantineReason.SCHEMA_VIOLATION, QuarantineReason.AMOUNT_OUT_OF_BOUNDS}


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (150000, "EUR", "1500.00"),
        (1500, "JPY", "1500"),
        (1500, "KWD", "1.500"),
        (1500, "UGX", "15.00"),
        (0, "USD", "0.00"),
    ],
)
def test_the_smallest_unit_is_that_of_the_currency(amount: int, currency: str, text: str) -> None:
    assert from_minor(amount, currency) == text


@given(st.integers(0, 10**15), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_no_amount_loses_anything(amount: int, currency: str) -> None:
    units = 1 if currency in WHOLE_UNITS else 1000 if currency in IN_THOUSANDTHS else 100
    assert Decimal(from_minor(amount, currency)) * units == amount


def test_neither_secrets_nor_buyers_are_kept() -> None:
    for body in (INTENT, CHARGE, fixture(KIND, "invoice.finalized.json")):
        kept = ADAPTER.mask(body)
        for secret in (b"never_keep", b"buyer@example.com", b"A Buyer"):
            assert secret not in kept


def signature(body: bytes, at: datetime, secret: str = SECRET) -> str:
    time = str(int(at.timestamp()))
    return f"t={time},v1=" + hmac.new(secret.encode(), f"{time}.".encode() + body, hashlib.sha256).hexdigest()


def is_right(header: str, body: bytes = INTENT) -> bool:
    return is_signed(message(body, {"Stripe-Signature": header}), SECRET, RECEIVED)


def test_a_fresh_signature_over_time_and_body_is_right() -> None:
    good = signature(INTENT, RECEIVED)
    assert is_right(good)
    assert is_right(good + ",v1=0000,v0=abc")
    assert not is_right(good, INTENT + b" ")
    assert not is_right(signature(INTENT, RECEIVED, "another"))
    assert not is_right(signature(INTENT, RECEIVED - timedelta(minutes=6)))
    assert not is_right(signature(INTENT, RECEIVED + timedelta(minutes=6)))
    assert not is_right(good.replace("v1=", "v0="))


@pytest.mark.parametrize("header", ["", "t=", "t=nan,v1=x", "v1=,t=1", "é", "t=1795435200,v1=" + "ff," * 20_000])
def test_garbage_for_a_signature_is_no_signature(header: str) -> None:
    assert not is_right(header)
