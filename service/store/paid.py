"""What the rules of a plan gave in months before: the lines that were posted, and those still drafted."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.earning import Disposition
from service.domain.period import Period
from service.store.derived_tables import earning_line
from service.store.plan_tables import plan_version


def list_paid(session: Session, person_id: str, plan_id: str, first: Period, before: Period) -> dict[str, int]:
    """Minor units by rule for a person's work under a plan, from the first month to the one before the last.

    Corrections are in them, proposed ones too. Not the accounts of the ledger are asked but the lines behind them: two
    roles may have rules of one name.
    """
    columns = earning_line.c
    rows = session.execute(
        select(columns.rule, func.sum(columns.amount_minor))
        .join(plan_version, plan_version.c.hash == columns.plan_hash)
        .where(columns.person_id == person_id, plan_version.c.plan_id == plan_id)
        .where(columns.month_worked >= str(first), columns.month_worked < str(before))
        .where(columns.disposition != Disposition.INFORMATION.value)
        .group_by(columns.rule)
    )
    return {rule: int(amount) for rule, amount in rows}
