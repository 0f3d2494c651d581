"""Whoever has the password of the database changes the books: each row is found and named, on both databases."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from service.config import read_settings
from service.domain.approval import Signer
from service.domain.chain import leaf_hash
from service.domain.signing import Keyring, key_id_of, new_signing_key, public_key_of, signature_of
from service.domain.statement import document_hash
from service.flows.approve import approve
from service.flows.withdraw import withdraw
from service.reports.ledger import verify_ledger
from service.reports.periods import signed_period
from service.runtime import Runtime, install, open_runtime
from service.store.chain import adopt, list_links
from service.store.chain_tables import chain_leaf, chain_link, signing_key
from service.store.session import KEYRING
from tests import rooms
from tests.books import SIGNING_KEY, unguard
from tests.company import an_assignment
from tests.deals import AUGUST, JULY, DealCompany, on_day, paid, plan_text, won
from tests.payouts import pay_whole
from tests.teams import team_rules

HOLDBACK = """  kept:
    kind: holdback
    label: Kept until paid in full
    label_bg: Отложено до пълно плащане
    lines: [commission]
    share: 20%
    release: {when: deal.paid_in_full, within: 60d, otherwise: pay}
"""

LAST = 6
"""The number of the season's last document: two closings of July, one withdrawn, its approval, its payment, August."""

TOLD: Mapping[str, Any] = yaml.safe_load(Path(__file__).with_name("tampered.yaml").read_text("utf-8"))
"""What is done to the books, and everything that is found then."""

MORE_OWED = "UPDATE posting SET amount_minor = -4100 WHERE {owed}"

NOW = on_day(AUGUST.following, 5)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def season(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    """Books with every kind of document: July closed, withdrawn, closed again, approved and paid; August closed."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            path = tmp_path_factory.mktemp("season") / "stimul.db"
            migrated: Path = request.getfixturevalue("migrated_file")
            shutil.copy(migrated, path)
            url = f"sqlite:///{path}"
        else:
            server = request.getfixturevalue("postgres_server")
            template = request.getfixturevalue("migrated_postgres")
            name = f"stimul_test_{os.getpid()}_season"
            url = stack.enter_context(rooms.database(server, name, template=template))
        settings = read_settings({"DATABASE_URL": url, "STIMUL_SIGNING_KEY": SIGNING_KEY})
        runtime = open_runtime(settings, lambda _job: None)
        stack.callback(runtime.engine.dispose)
        install(runtime)
        _live(runtime)
        yield runtime


def _live(runtime: Runtime) -> None:
    company = DealCompany(runtime, now=on_day(JULY, 1))
    plan = plan_text(HOLDBACK, "kept: -200.00")
    people = [an_assignment("ann"), an_assignment("bob")]
    company.found_team(people, team_rules(closer=plan, group_lead=plan.replace("plan: closer", "plan: group_lead")))
    company.refresh()
    company.send(won("ann", "A", "1500", JULY), paid("ann", "A", "1000", JULY), paid("bob", "B", "300", JULY))
    company.close_month(JULY)
    with runtime.transaction() as session:
        withdraw(session, JULY, "too early", "finance", now=company.now)
    company.close_month(JULY)
    with runtime.reading() as session:
        closing = signed_period(session, JULY, now=company.now).closing
        assert closing is not None
    with runtime.transaction() as session:
        approve(session, JULY, closing.document_hash, Signer("fred", None), second_above_minor=None, now=company.now)
    pay_whole(runtime, JULY, "finance", now=company.now)
    company.send(paid("ann", "A", "500", AUGUST))
    company.close_month(AUGUST)


def tampered(runtime: Runtime, *statements: str, head: str | None = None) -> tuple[str, ...]:
    """What is found after these statements of somebody who drops the triggers first; then it is all taken back."""
    with runtime.trial() as session:
        _let_in(session)
        for statement in statements:
            _change(session, statement)
        return verify_ledger(session, head).findings


def _change(session: Session, statement: str) -> None:
    for name, condition in [*TOLD["where"].items()] * 2:
        statement = statement.replace(f"{{{name}}}", condition)
    assert session.execute(text(statement)).rowcount, f"{statement} changed nothing"  # type: ignore[attr-defined] # of a cursor


def _let_in(session: Session) -> None:
    """No trigger and no foreign key holds any more until the end of the transaction, which is never committed."""
    unguard(session)
    postgresql = session.get_bind().dialect.name == "postgresql"
    session.execute(
        text("SET LOCAL session_replication_role = replica" if postgresql else "PRAGMA defer_foreign_keys=ON")
    )


def test_untouched_books_are_right(season: Runtime) -> None:
    with season.reading() as session:
        check = verify_ledger(session)
    assert (check.documents, check.findings) == (LAST, ())


@pytest.mark.parametrize("case", TOLD["tampered"], ids=lambda case: case["name"])
def test_whatever_is_changed_is_named_and_nothing_else(season: Runtime, case: Mapping[str, Any]) -> None:
    found = tampered(season, *case["sql"])
    assert len(found) == len(case["found"]), found
    for finding, expected in zip(found, case["found"], strict=True):
        assert re.fullmatch(re.escape(expected).replace(r"\*", ".*"), finding), (finding, expected)


OPENED = "UPDATE period SET state = 'open', version = 0 WHERE period = '2026-08'"
FORGOTTEN = "DELETE FROM audit WHERE what = 'period.closed' AND subject = '2026-08'"


def test_the_last_document_cut_off_is_told_by_the_month_and_by_the_audit_log(season: Runtime) -> None:
    assert tampered(season, *TOLD["cut_off"]) == (
        "Period 2026-08 is closed (v1), and the chain left it open (v0).",
        "Closing 2026-08 v1 was deleted: the audit log says that finance made it, and neither books nor chain have it.",
    )


def test_the_last_document_cut_off_with_every_trace_is_found_by_its_hash_alone(season: Runtime) -> None:
    with season.reading() as session:
        head = verify_ledger(session).head
    assert tampered(season, *TOLD["cut_off"], OPENED, FORGOTTEN) == ()
    found = tampered(season, *TOLD["cut_off"], OPENED, FORGOTTEN, head=head)
    assert found == (
        f"The chain has no document with the hash {head}: it was made anew, or documents were cut off its end.",
    )
    with season.reading() as session:
        assert verify_ledger(session, head).findings == ()


def test_an_earlier_head_is_still_there_after_further_documents(season: Runtime) -> None:
    with season.reading() as session:
        earlier = list_links(session, JULY)[-1].hash
        assert verify_ledger(session, earlier).findings == ()


def resigned(season: Runtime, mallory: str) -> tuple[str, ...]:
    """What is found after somebody pays Ann more and makes the whole chain anew with a key of their own."""
    with season.trial() as session:
        _let_in(session)
        _change(session, MORE_OWED)
        for table in (chain_leaf, chain_link, signing_key):
            session.execute(delete(table))
        session.info[KEYRING] = Keyring(mallory)
        adopt(session, NOW)
        session.info[KEYRING] = season.keyring
        return verify_ledger(session).findings


def test_a_chain_made_anew_with_another_key_is_not_believed(season: Runtime) -> None:
    mallory = new_signing_key()
    key_id = key_id_of(public_key_of(mallory))
    first, *others = resigned(season, mallory)
    assert first.startswith(f"Nobody vouches for the chain from document 1 on: its key is {key_id}")
    assert others[0] == "ann 2026-08 v1: the ledger owes 61.00, the statement says 60.00."


def test_a_document_signed_again_with_another_key_does_not_fit_the_next_one(season: Runtime) -> None:
    """The text of an approval is changed, hashed and signed as it should be, with a key that the database knows."""
    mallory = new_signing_key()
    public_key = public_key_of(mallory)
    with season.trial() as session:
        _let_in(session)
        content = session.scalars(text("SELECT content FROM chain_link WHERE number = 4")).one()
        forged = content.replace("fred", "eve").replace(list_links(session, JULY)[0].key_id, key_id_of(public_key))
        row = {
            "content": forged,
            "hash": document_hash(forged),
            "key_id": key_id_of(public_key),
            "signature": signature_of(mallory, forged),
        }
        session.execute(insert(signing_key).values(key_id=row["key_id"], public_key=public_key, first_used_at=NOW))
        session.execute(update(chain_link).where(chain_link.c.number == 4).values(row))
        session.execute(text("UPDATE approval SET approved_by = 'eve'"))
        (found,) = verify_ledger(session).findings
    assert found.startswith("Document 5 of the chain (Payment 2026-07 v2 (1)) does not follow the one before it")


def test_rows_and_their_signed_copy_changed_alike_are_found(season: Runtime) -> None:
    """Somebody changes a posting, the copy of it in the chain, and the copy's hash: the document's hash remains."""
    with season.trial() as session:
        _let_in(session)
        _change(session, MORE_OWED)
        leaf = chain_leaf.c
        own = (leaf.number == LAST) & (leaf.person_id == "ann")
        rows = session.scalars(select(leaf.rows).where(own)).one().replace("-4000", "-4100")
        session.execute(update(chain_leaf).where(own).values(rows=rows, hash=leaf_hash("ann", rows)))
        found = verify_ledger(session).findings
    assert found[0].startswith("Closing 2026-08 v1: what the chain keeps of its signed rows was altered")
    assert found[1] == "ann 2026-08 v1: the ledger owes 61.00, the statement says 60.00."


def test_a_chain_that_was_taken_away_is_missed(season: Runtime) -> None:
    (found,) = tampered(season, "DELETE FROM chain_link", "DELETE FROM chain_leaf")
    assert found.startswith("The books have 6 documents and no chain")


def test_with_another_key_in_the_environment_nobody_vouches_for_the_chain(season: Runtime) -> None:
    other = replace(season, settings=replace(season.settings, signing_key=new_signing_key()))
    with other.reading() as session:
        (found,) = verify_ledger(session).findings
    assert found.startswith("Nobody vouches for the chain from document 1 on")


def test_a_public_key_alone_is_enough_to_check_the_books(season: Runtime) -> None:
    trusted = (public_key_of(SIGNING_KEY),)
    auditor = replace(season, settings=replace(season.settings, signing_key="", trusted_keys=trusted))
    with auditor.reading() as session:
        assert verify_ledger(session).findings == ()
