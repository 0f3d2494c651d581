"""Pruning: what has been kept for its term is deleted, a batch at a time."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.audit import DATA_PRUNED, AuditEntry
from service.domain.bank_account import KEPT_AFTER
from service.domain.privacy import Terms, last_unkept, raw_before
from service.store import retention
from service.store.audit import add_new_audit
from service.store.bank_accounts import delete_unneeded
from service.store.known import delete_known

PRUNED_AT_ONCE = 1_000
"""Rows of a kind deleted in one transaction: it holds up nobody for more than moments."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many rows of each kind a step deleted; none at all: nothing more is over its term."""

    deliveries: int
    events: int
    statements: int
    bank_accounts: int = 0
    known: int = 0
    """What closes knew, which goes with their statements."""

    @property
    def total(self) -> int:
        """All of them."""
        return self.deliveries + self.events + self.statements + self.bank_accounts + self.known


def prune(session: Session, terms: Terms, by: str, *, now: datetime) -> Pruned:
    """Delete up to `PRUNED_AT_ONCE` rows of each kind whose term is over; done again, it goes on where it was.

    Ledger entries and closings stay for ever, and so do identities of events; they name nobody.
    """
    events_of = retention.last_paid_by(session, last_unkept(now, terms.event_years), now.year - terms.event_years - 1)
    statements_of = retention.last_paid_by(
        session, last_unkept(now, terms.statement_years), now.year - terms.statement_years - 1
    )
    # Before the first row goes: from then on no rebuild may count a month of which a part is missing.
    retention.set_pruned(session, retention.EVENTS, events_of)
    retention.set_pruned(session, retention.STATEMENTS, statements_of)
    done = Pruned(
        retention.delete_raw(session, raw_before(now, terms.raw_months), PRUNED_AT_ONCE),
        retention.delete_events(session, events_of, PRUNED_AT_ONCE),
        retention.delete_statements(session, statements_of, PRUNED_AT_ONCE),
        delete_unneeded(session, now.date() - KEPT_AFTER),
        delete_known(session, statements_of, PRUNED_AT_ONCE),
    )
    if done.total:
        add_new_audit(session, AuditEntry(now, by, DATA_PRUNED, "retention", asdict(done)))
    return done
