"""Approvals, withdrawals and payments of closed months: rows are only ever added."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import Select, insert, select
from sqlalchemy.orm import Session

from service.domain.approval import Approval, Payment, Withdrawal
from service.domain.period import Period
from service.store.money_tables import approval, payment, withdrawal


def add_new_approval(session: Session, new: Approval) -> None:
    """Keep an approval of a closing."""
    session.execute(insert(approval).values(asdict(new) | {"period": str(new.period)}))


def list_approvals(session: Session, period: Period, version: int) -> list[Approval]:
    """The approvals of one closing, the first one first."""
    columns = approval.c
    rows = session.execute(
        select(approval).where(columns.period == str(period), columns.version == version).order_by(columns.position)
    )
    return [Approval(**row._asdict() | {"period": period}) for row in rows]


def add_new_withdrawal(session: Session, new: Withdrawal) -> None:
    """Keep that a closing does not hold any more."""
    session.execute(insert(withdrawal).values(asdict(new) | {"period": str(new.period)}))


def list_withdrawals(session: Session, period: Period) -> list[Withdrawal]:
    """The closings of a period that were withdrawn, by version."""
    columns = withdrawal.c
    rows = session.execute(select(withdrawal).where(columns.period == str(period)).order_by(columns.version))
    return [Withdrawal(**row._asdict() | {"period": period}) for row in rows]


def withdrawn() -> Select[tuple[str, int]]:
    """Period and version of every withdrawn closing, for a condition on rows that a closing left behind."""
    return select(withdrawal.c.period, withdrawal.c.version)


def add_new_payment(session: Session, new: Payment) -> None:
    """Keep what was paid of an approved month."""
    session.execute(insert(payment).values(asdict(new) | {"period": str(new.period)}))


def list_payments(session: Session, period: Period) -> list[Payment]:
    """The payments of a period, the first one first."""
    columns = payment.c
    rows = session.execute(select(payment).where(columns.period == str(period)).order_by(columns.position))
    return [Payment(**row._asdict() | {"period": period}) for row in rows]
