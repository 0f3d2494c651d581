"""Creating an API key."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.audit import KEY_CREATED, AuditEntry
from service.domain.key import InvalidKeyError, Key
from service.domain.source import SourceRetiredError, UnknownSourceError
from service.store import keys, sources
from service.store.audit import add_new_audit
from service.store.people import get_person


def create_key(session: Session, key: Key, who: str) -> None:
    """Keep a new key; the source it sends for must exist, be in use and have no token of its own."""
    if key.source_id is not None:
        source = sources.find_source(session, key.source_id)
        if source is None:
            raise UnknownSourceError(key.source_id)
        if source.retired_at is not None:
            raise SourceRetiredError(key.source_id)
        if source.kind.has_token:
            raise InvalidKeyError(
                f"Source {key.source_id} sends {source.kind} messages to /v1/hooks/{key.source_id} with its own token; "
                "it needs no key."
            )
    if key.person_id is not None:
        get_person(session, key.person_id)
    keys.add_new_key(session, key)
    detail = {
        "name": key.name,
        "scopes": " ".join(sorted(key.scopes)),
        "source": key.source_id,
        "person": key.person_id,
    }
    add_new_audit(session, AuditEntry(key.created_at, who, KEY_CREATED, key.key_id, detail))
