"""The sales of the demo proceed in order and their money adds up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from service.cli.demo.company import working_days
from service.cli.demo.message import Message
from service.cli.demo.sales import PLAN_MINOR, sales
from service.domain.money import parse_minor
from tests.cli.demo.companies import CALENDAR, SEED, SPAN, a_company

STAGES = ["deal.created", "proposal.sent", "contract.signed", "deal.won", "invoice.issued", "payment.received"]


def fields(message: Message) -> dict[str, Any]:
    data = message.body["data"]
    assert isinstance(data, dict)
    return data


def all_sales() -> list[Message]:
    company = a_company()
    told: list[Message] = []
    for seller in company.sellers:
        days = working_days(company, seller, SPAN.days, CALENDAR)
        for month in SPAN.months:
            told += sales(SEED, seller, month, days)
    return told


def by_deal(told: Iterable[Message]) -> dict[str, list[Message]]:
    deals: dict[str, list[Message]] = {}
    for message in told:
        deals.setdefault(fields(message)["deal_id"], []).append(message)
    return deals


def test_the_stages_of_a_sale_follow_each_other() -> None:
    for story in by_deal(all_sales()).values():
        told = [message for message in story if message.body["type"] in STAGES]
        ordered = sorted(told, key=lambda message: STAGES.index(str(message.body["type"])))
        days = [message.happened_at.date() for message in ordered if message.body["type"] != "deal.won"]
        assert days == sorted(days)


def test_a_refund_follows_its_payment_and_is_never_larger() -> None:
    refunds = 0
    for story in by_deal(all_sales()).values():
        kinds = {message.body["type"]: message for message in story}
        refund, payment = kinds.get("payment.refunded"), kinds.get("payment.received")
        if refund is None:
            continue
        refunds += 1
        assert 0 < parse_minor(fields(refund)["amount"]) <= parse_minor(fields(story[0])["amount"])
        if payment is not None:
            assert fields(refund)["of_payment_id"] == fields(payment)["payment_id"]
            assert payment.happened_at.date() < refund.happened_at.date()
    assert refunds


def test_a_renewal_is_either_won_or_lost() -> None:
    renewals = [story for story in by_deal(all_sales()).values() if fields(story[0])["product"] == "renewal"]
    ends = [{message.body["type"] for message in story} for story in renewals]
    assert any("subscription.churned" in end for end in ends)
    assert not any({"subscription.churned", "payment.received"} <= end for end in ends)


def test_a_month_brings_money_in_the_order_of_its_plan() -> None:
    company = a_company()
    for seller in company.sellers:
        days = working_days(company, seller, SPAN.days, CALENDAR)
        paid_minor = sum(
            parse_minor(fields(message)["amount"])
            for message in sales(SEED, seller, SPAN.first_month, days)
            if message.body["type"] == "payment.received"
        )
        plan_minor = PLAN_MINOR[seller.role, seller.assignment.grade]
        assert plan_minor * 40 < paid_minor * 100 < plan_minor * 160


def test_a_person_who_did_not_work_in_a_month_sold_nothing_in_it() -> None:
    seller = a_company().sellers[0]
    assert not list(sales(SEED, seller, SPAN.first_month, [date(2026, 5, 4)]))
