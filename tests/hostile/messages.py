"""Messages to /v1/events as the tests on hostile input write them, and what became of them."""

from __future__ import annotations

from typing import Any

from tests.hostile.conftest import a_moment_ago
from tests.journey.installation import Answer

PAYMENT = {"currency": "EUR", "deal_id": "8"}


def a_payment(external_id: str, amount: object = "1500.00", **changes: Any) -> dict[str, Any]:
    """Money received by Ann."""
    plain = {"id": external_id, "type": "payment.received", "subject": "ann", "time": a_moment_ago()}
    return plain | {"data": {**PAYMENT, "amount": amount}} | changes


def results(answer: Answer) -> list[dict[str, Any]]:
    """What became of each item."""
    found: list[dict[str, Any]] = answer.json["results"]
    return found


def one(answer: Answer) -> tuple[int, str, str]:
    """The status of the answer, and the state and the reason or code of its only item."""
    [item] = results(answer)
    return answer.status, item["status"], item.get("reason") or item.get("error", {}).get("code", "")


def refused(answer: Answer) -> tuple[int, str]:
    """The status and the code of a refusal."""
    return answer.status, answer.json["code"]
