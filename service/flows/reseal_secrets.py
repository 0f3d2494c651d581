"""Sealing every secret again, under the first key of the vault."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.audit import SECRETS_RESEALED, AuditEntry
from service.store.audit import add_new_audit
from service.store.bank_accounts import seal_accounts_again
from service.store.source_keys import list_sealed, replace_sealed
from service.store.vault import Vault


def reseal_secrets(session: Session, vault: Vault, who: str, *, now: datetime) -> int:
    """Encrypt every secret in use with the newest key, so that the older ones can be taken away; how many."""
    found = list_sealed(session)
    for key_id, sealed in found:
        replace_sealed(session, key_id, vault.seal_again(sealed))
    count = len(found) + seal_accounts_again(session, vault)
    add_new_audit(session, AuditEntry(now, who, SECRETS_RESEALED, "source_key", {"secrets": count}))
    return count
