"""What rules gave in months before: posted in the ledger, or still in draft lines of months that are not closed."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.earning import Disposition
from service.domain.ledger import expense_account
from service.domain.period import Period
from service.store.derived_tables import earning_line
from service.store.periods import CLOSED_STATES
from service.store.tables import ledger_entry, posting
from service.store.tables import period as period_table


def list_paid(session: Session, person_id: str, first: Period, before: Period) -> dict[str, int]:
    """Minor units by rule for a person's months from the first to the one before; a proposed reduction is in them."""
    found: dict[str, int] = {}
    prefix = expense_account("")
    entry, line = ledger_entry.c, earning_line.c
    posted = (
        select(posting.c.account, func.sum(posting.c.amount_minor))
        .join(ledger_entry, entry.entry_id == posting.c.entry_id)
        .where(entry.person_id == person_id, entry.month_worked >= str(first), entry.month_worked < str(before))
        .where(posting.c.account.startswith(prefix))
        .group_by(posting.c.account)
    )
    for account, amount in session.execute(posted):
        found[account.removeprefix(prefix)] = int(amount)
    closed = select(period_table.c.period).where(period_table.c.state.in_(CLOSED_STATES))
    drafted = (
        select(line.rule, func.sum(line.amount_minor))
        .where(line.person_id == person_id, line.month_worked >= str(first), line.month_worked < str(before))
        .where(line.disposition != Disposition.INFORMATION.value, line.period.not_in(closed))
        .group_by(line.rule)
    )
    for rule, amount in session.execute(drafted):
        found[rule] = found.get(rule, 0) + int(amount)
    return found
