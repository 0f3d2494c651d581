"""Promises of the books as they are kept: who has the password of the database can add to them and change nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from service.reports.ledger import verify_ledger
from service.runtime import Runtime
from tests.company import EARLY_NOVEMBER, Company, a_call

REFUSED = 'only ever added to|"TRUNCATE": syntax error'
"""What the triggers say; SQLite has no TRUNCATE."""


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE posting SET amount_minor = amount_minor + 1 WHERE account = 'payable:ann'",
        "DELETE FROM posting",
        "TRUNCATE posting",
        "INSERT INTO posting SELECT * FROM posting WHERE 1=1 ON CONFLICT (entry_id, account) DO UPDATE SET account=''",
        "UPDATE ledger_entry SET person_id = 'bob'",
        "DELETE FROM ledger_entry",
        "TRUNCATE ledger_entry CASCADE",
        "UPDATE statement SET document = '{}', document_hash = ''",
        "DELETE FROM statement WHERE person_id = 'ann'",
        "TRUNCATE statement",
        "UPDATE closing SET closed_by = 'somebody else'",
        "DELETE FROM closing",
        "TRUNCATE closing CASCADE",
        "UPDATE chain_link SET content = '{}'",
        "DELETE FROM chain_link",
        "TRUNCATE chain_link",
        "UPDATE chain_leaf SET rows = '[]'",
        "DELETE FROM chain_leaf",
        "TRUNCATE chain_leaf",
        "UPDATE signing_key SET public_key = ''",
        "DELETE FROM signing_key",
        "TRUNCATE signing_key CASCADE",
    ],
)
def test_the_database_refuses_to_change_or_delete_what_was_posted(runtime: Runtime, statement: str) -> None:
    company = closed(runtime)
    with pytest.raises(DBAPIError, match=REFUSED), runtime.engine.begin() as connection:
        connection.execute(text(statement))
    unharmed(company)


@pytest.mark.parametrize(
    "table", ["posting", "ledger_entry", "statement", "closing", "chain_link", "chain_leaf", "signing_key"]
)
def test_a_row_that_stands_is_not_replaced(runtime: Runtime, table: str) -> None:
    company = closed(runtime)
    verb = "INSERT" if runtime.engine.dialect.name == "postgresql" else "INSERT OR REPLACE"
    with pytest.raises(DBAPIError), runtime.engine.begin() as connection:
        connection.execute(text(f"{verb} INTO {table} SELECT * FROM {table}"))  # noqa: S608 - names of this test
    unharmed(company)


def closed(runtime: Runtime) -> Company:
    """A company that has closed a month in which Ann is owed 1.50."""
    company = Company(runtime)
    company.found()
    company.send(a_call("ann", "c1"))
    company.now = EARLY_NOVEMBER
    company.close()
    return company


def unharmed(company: Company) -> None:
    """The books are as they were."""
    with company.runtime.reading() as session:
        check = verify_ledger(session)
    assert (check.entries, check.statements, check.closings, check.findings) == (1, 2, 1, ())
