"""Promises of the audit log as it is kept: who has the password of the database can add to it and change nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from service.domain.audit import AuditEntry, AuditQuery
from service.runtime import Runtime
from service.store.audit import add_new_audit, list_audit
from tests.application import NOON

REFUSED = 'only ever added to|"TRUNCATE": syntax error'
"""What the trigger says; SQLite has no TRUNCATE."""


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET who = 'somebody else'",
        "UPDATE audit SET detail = '{}' WHERE what = 'plan.published'",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE subject = 'closer'",
        "TRUNCATE audit",
        "INSERT INTO audit SELECT * FROM audit WHERE true ON CONFLICT (audit_id) DO UPDATE SET who = 'somebody else'",
    ],
)
def test_the_database_refuses_to_change_or_delete_an_entry(runtime: Runtime, statement: str) -> None:
    entry = AuditEntry(NOON, "finance", "plan.published", "closer", {"hash": "0"})
    with runtime.transaction() as session:
        add_new_audit(session, entry)
    with pytest.raises(DBAPIError, match=REFUSED), runtime.engine.begin() as connection:
        connection.execute(text(statement))
    with runtime.reading() as session:
        (kept,) = list_audit(session, AuditQuery())
    assert (kept.who, kept.detail) == ("finance", {"hash": "0"})
