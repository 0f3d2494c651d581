"""Who signs a closed month: approvals bound to its document, withdrawals before them, the payment after them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.domain.due import DueKey
from service.domain.errors import BusinessConflictError, ForbiddenError
from service.domain.event import canonical_json
from service.domain.money import format_minor, parse_minor
from service.domain.period import Period, PeriodState
from service.domain.settling import Settled


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: the name under which it is noted, the person if one is known, and whose hand did it for them."""

    name: str
    person_id: str | None
    hand: str = ""

    def is_also(self, name: str, person_id: str | None) -> bool:
        """Whether somebody noted under this name, or as this person, is the same one."""
        return name in {self.name, self.hand} or (person_id is not None and person_id == self.person_id)


@dataclass(frozen=True, slots=True)
class Approval:
    """One approval of one closing: it holds for the document with this hash and for no other."""

    period: Period
    version: int
    position: int
    approved_at: datetime
    approved_by: str
    person_id: str | None
    document_hash: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A closing taken back before it was approved, and why."""

    period: Period
    version: int
    withdrawn_at: datetime
    withdrawn_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment of an approved month, with the document that names every amount; `position` counts them."""

    period: Period
    version: int
    position: int
    paid_at: datetime
    paid_by: str
    document: str
    document_hash: str


class NotClosedError(BusinessConflictError):
    """A month was to be signed or withdrawn that has no closing."""

    code = "not_closed"

    def __init__(self, period: Period) -> None:
        super().__init__(f"Period {period} is not closed. Close it first: POST /v1/periods/{period}/close.")


class ApprovalFinalError(BusinessConflictError):
    """What is approved is neither approved again nor withdrawn."""

    code = "approval_final"

    def __init__(self, period: Period, state: PeriodState) -> None:
        super().__init__(
            f"Period {period} is {state} and stays so. What is found wrong with it becomes a line of the earliest open "
            "month."
        )


class OtherDocumentError(BusinessConflictError):
    """An approval named a hash that is not the one of the closing that holds."""

    code = "other_document"

    def __init__(self, period: Period, version: int) -> None:
        super().__init__(
            f"This is not the closing document of {period} (version {version}): it was closed again, or the hash is "
            f"mistyped. Read GET /v1/periods/{period} and approve the hash it gives."
        )


class SignerUnknownError(ForbiddenError):
    """A key that names no person was to approve or to note a payment: nobody could say who did it."""

    code = "signer_unknown"

    def __init__(self) -> None:
        super().__init__(
            "This key names no person, so it can neither approve nor note a payment. Make one for the person who does: "
            "stimul keys create --name NAME --scope periods:approve --person PERSON."
        )


class ClosedByYouError(ForbiddenError):
    """Who closed a month was to approve it too."""

    code = "closed_by_you"

    def __init__(self, period: Period) -> None:
        super().__init__(f"You closed {period}. Somebody else approves it.")


class ApprovedByYouError(BusinessConflictError):
    """Who approved first was to give the second approval too."""

    code = "approved_by_you"

    def __init__(self, period: Period) -> None:
        super().__init__(f"You approved {period} already. Its amount needs a second approval, of somebody else.")


class OwnPayError(ForbiddenError):
    """Somebody was to approve a run that pays them."""

    code = "own_pay"

    def __init__(self, period: Period) -> None:
        super().__init__(f"There is money of yours in {period}. Somebody who is not paid by it approves it.")


class LaterClosedError(BusinessConflictError):
    """A closing was to be withdrawn on which a later one rests."""

    code = "later_period_closed"

    def __init__(self, period: Period, later: Period) -> None:
        super().__init__(
            f"Period {later} is closed and rests on {period}. Withdraw {later} first; if it is approved, what is wrong "
            "becomes a line of the earliest open month."
        )


class NotApprovedError(BusinessConflictError):
    """Payments were to be noted of a month that nobody has approved, or of which nothing is open."""

    code = "not_approved"

    def __init__(self, period: Period, state: PeriodState) -> None:
        super().__init__(
            f"Period {period} is {state}; payments are noted of an approved month, until nothing of it is open. "
            "Nothing was changed."
        )


def approvals_needed(payable_minor: int, second_above_minor: int | None) -> int:
    """How many people must approve a run of this amount: two above the limit; without a limit one is enough."""
    return 2 if second_above_minor is not None and payable_minor > second_above_minor else 1


@dataclass(frozen=True, slots=True)
class PaymentContent:
    """What a payment says: which closing it is of, who approved it, what was paid and what differs."""

    period: Period
    version: int
    closing_hash: str
    list_hash: str
    approved_by: Sequence[str]
    settled: Settled
    open_minor: int


def payment_document(content: PaymentContent) -> str:
    """The canonical JSON of a payment: each amount by person, code and month worked, and every difference."""
    paid = content.settled.paid
    return canonical_json(
        {
            "period": str(content.period),
            "version": content.version,
            "closing_hash": content.closing_hash,
            "list_hash": content.list_hash,
            "approved_by": list(content.approved_by),
            "payouts": [
                {
                    "person": due.payout.person_id,
                    "code": due.code,
                    "month": str(due.payout.month_worked),
                    "amount": format_minor(due.amount_minor),
                }
                for due in paid
            ],
            "total": format_minor(sum(due.amount_minor for due in paid)),
            "differences": [difference.as_json() for difference in content.settled.differences],
            "open": format_minor(content.open_minor),
        }
    )


def paid_by_documents(documents: Iterable[str]) -> dict[DueKey, int]:
    """What payments have paid, in minor units."""
    return {
        DueKey(item["person"], Period.parse(item["month"]), item.get("code", "")): parse_minor(item["amount"])
        for document in documents
        for item in json.loads(document)["payouts"]
    }
