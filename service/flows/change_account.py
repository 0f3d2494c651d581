"""Changing what an account may do, or closing it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.account import InvalidAccountError, Role
from service.domain.audit import ACCOUNT_CHANGED, AuditEntry
from service.domain.event import JsonValue
from service.store import accounts
from service.store.audit import add_new_audit


def change_account(
    session: Session, login: str, roles: Collection[Role], by: str, *, is_open: bool, now: datetime
) -> None:
    """Give an account these roles and open or close it; its sessions end, so that the change holds at once."""
    known = accounts.get_account(session, login)
    wanted = frozenset(roles)
    if known.person_id is None and not wanted and is_open:
        raise InvalidAccountError("An open account belongs to a person or has a role. Close it instead.")
    disabled_at = None if is_open else (known.disabled_at or now)
    accounts.set_account(session, login, {"roles": " ".join(sorted(wanted)), "disabled_at": disabled_at})
    accounts.mark_sessions_ended(session, login, now)
    before, after = ([role.value for role in sorted(roles)] for roles in (known.roles, wanted))
    detail: dict[str, JsonValue] = {"roles_before": [*before], "roles": [*after], "open": is_open}
    add_new_audit(session, AuditEntry(now, by, ACCOUNT_CHANGED, login, detail))
