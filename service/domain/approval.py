"""Who signs a closed month: approvals bound to its document, withdrawals before them, the payment after them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from service.domain.errors import BusinessConflictError, ForbiddenError
from service.domain.event import canonical_json
from service.domain.money import format_minor
from service.domain.period import Period, PeriodState


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
    """The payment of an approved month, with the document that names every amount."""

    period: Period
    version: int
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
    """A key that names no person was to approve: nobody could say whether two approvals are of two people."""

    code = "signer_unknown"

    def __init__(self) -> None:
        super().__init__(
            "This key names no person, so it cannot approve. Make one for the person who approves: "
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
    """A month was to be noted as paid that nobody has approved, or that is paid."""

    code = "not_approved"

    def __init__(self, period: Period, state: PeriodState) -> None:
        super().__init__(f"Period {period} is {state}; only an approved month is paid, and once. Nothing was changed.")


def approvals_needed(payable_minor: int, second_above_minor: int | None) -> int:
    """How many people must approve a run of this amount: two above the limit; without a limit one is enough."""
    return 2 if second_above_minor is not None and payable_minor > second_above_minor else 1


def payment_document(
    period: Period,
    version: int,
    closing_hash: str,
    approvals: Sequence[Approval],
    amounts: Sequence[tuple[str, Period, int]],
) -> str:
    """The canonical JSON of a payment: the closing, who approved it, and each amount by person and month worked."""
    return canonical_json(
        {
            "period": str(period),
            "version": version,
            "closing_hash": closing_hash,
            "approved_by": [approval.approved_by for approval in approvals],
            "payouts": [
                {"person": person_id, "month": str(month), "amount": format_minor(amount)}
                for person_id, month, amount in amounts
            ],
            "total": format_minor(sum(amount for _, _, amount in amounts)),
        }
    )
