"""What is signed, in which order, with which key, and when nothing is signed at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from threading import Barrier

import pytest
from sqlalchemy import delete, select, text

from service.domain.approval import Signer
from service.domain.chain import BEFORE_THE_FIRST, ChainBegunError, UnsignedBooksError, UntrustedTailError
from service.domain.period import Period, PeriodState
from service.domain.signing import NoSigningKeyError, is_signed, key_id_of, new_signing_key, public_key_of
from service.flows.approve import approve
from service.flows.sign_books import sign_books
from service.flows.withdraw import withdraw
from service.reports.ledger import LedgerCheck, verify_ledger
from service.runtime import Runtime, install
from service.store.chain import list_links
from service.store.chain_tables import chain_leaf, chain_link
from service.store.periods import find_closing, find_period
from tests.books import SIGNING_KEY, unguard
from tests.company import EARLY_NOVEMBER, NOVEMBER, OCTOBER, Company, a_call
from tests.payouts import pay_whole

WAIT_S = 60
"""Two threads of one test wait for each other; a document takes a fraction of a second."""

EARLY_DECEMBER = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
FRED, EVA = Signer("fred", None), Signer("eva", None)


@pytest.fixture
def company(runtime: Runtime) -> Company:
    """The small company in early November, with something to close in October."""
    found = Company(runtime)
    found.found()
    found.send(a_call("ann", "c1"))
    found.now = EARLY_NOVEMBER
    return found


def closed_twice(company: Company) -> None:
    """Close October and November, in both of which Ann is owed something."""
    company.close()
    company.send(a_call("ann", "n1", at=datetime(2026, 11, 9, 9, 0, tzinfo=UTC)))
    company.now = EARLY_DECEMBER
    company.close(NOVEMBER)


def approved(company: Company, period: Period, signer: Signer = FRED, above: int | None = None) -> PeriodState:
    with company.runtime.transaction() as session:
        closing = find_closing(session, period)
        assert closing is not None
        limit = {"second_above_minor": above, "now": company.now}
        return approve(session, period, closing.document_hash, signer, **limit).state  # type: ignore[arg-type] # both fit


def paid(company: Company, period: Period) -> None:
    pay_whole(company.runtime, period, "finance", now=company.now)


def checked(runtime: Runtime) -> LedgerCheck:
    with runtime.reading() as session:
        return verify_ledger(session)


def with_keys(company: Company, signing_key: str, *trusted_keys: str) -> Company:
    """The same company, run with other keys."""
    settings = replace(company.runtime.settings, signing_key=signing_key, trusted_keys=trusted_keys)
    runtime = replace(company.runtime, settings=settings)
    install(runtime)
    return Company(runtime, company.now, company.sent)


def without_chain(company: Company) -> None:
    """The books as they are before their chain begins."""
    with company.runtime.transaction() as session:
        unguard(session)
        session.execute(delete(chain_link))
        session.execute(delete(chain_leaf))


def test_every_document_names_the_hash_of_the_one_before_it_and_is_signed(company: Company) -> None:
    company.close()
    approved(company, OCTOBER)
    paid(company, OCTOBER)
    with company.runtime.reading() as session:
        links = list_links(session, OCTOBER)
    told = [json.loads(link.content) for link in links]
    assert [(item["number"], item["document"], item["state"]) for item in told] == [
        (1, "closing", "closed"),
        (2, "approval", "approved"),
        (3, "payment", "paid"),
    ]
    assert [item["previous"] for item in told] == [BEFORE_THE_FIRST, links[0].hash, links[1].hash]
    public_key = public_key_of(SIGNING_KEY)
    assert all(is_signed(public_key, link.signature, link.content) for link in links)
    assert {link.key_id for link in links} == {key_id_of(public_key)}
    assert checked(company.runtime).head == links[-1].hash


@pytest.mark.parametrize("step", ["close", "approve", "withdraw", "pay"])
def test_without_a_key_nothing_is_done_and_nothing_is_changed(company: Company, step: str) -> None:
    if step != "close":
        company.close()
    if step == "pay":
        approved(company, OCTOBER)
    before = state_of(company)
    keyless = with_keys(company, "")
    steps: dict[str, Callable[[], object]] = {
        "close": keyless.close,
        "approve": lambda: approved(keyless, OCTOBER),
        "withdraw": lambda: withdrawn(keyless),
        "pay": lambda: paid(keyless, OCTOBER),
    }
    with pytest.raises(NoSigningKeyError):
        steps[step]()
    assert state_of(company) == before


def withdrawn(company: Company) -> None:
    with company.runtime.transaction() as session:
        withdraw(session, OCTOBER, "too early", "finance", now=company.now)


def state_of(company: Company) -> tuple[object, LedgerCheck]:
    with company.runtime.reading() as session:
        return find_period(session, OCTOBER), verify_ledger(session)


def test_a_new_key_signs_after_an_earlier_one_that_is_trusted(company: Company) -> None:
    company.close()
    later = with_keys(company, new_signing_key())
    with pytest.raises(UntrustedTailError):
        approved(later, OCTOBER)
    trusting = with_keys(company, later.runtime.settings.signing_key, public_key_of(SIGNING_KEY))
    assert checked(trusting.runtime).findings == ()
    approved(trusting, OCTOBER)
    # From then on the new key vouches for what the earlier one signed, which nobody need trust any more.
    assert checked(later.runtime).findings == ()
    paid(later, OCTOBER)
    assert checked(later.runtime).findings == ()


def test_nobody_signs_after_a_document_that_was_altered(company: Company) -> None:
    company.close()
    with company.runtime.transaction() as session:
        unguard(session)
        session.execute(text("UPDATE chain_link SET content = replace(content, 'finance', 'fred')"))
    with pytest.raises(UntrustedTailError):
        approved(company, OCTOBER)


def test_nothing_is_signed_before_older_documents_are_in_the_chain(company: Company) -> None:
    company.close()
    approved(company, OCTOBER, FRED, above=0)
    approved(company, OCTOBER, EVA, above=0)
    paid(company, OCTOBER)
    without_chain(company)
    (finding,) = checked(company.runtime).findings
    assert finding.startswith("The books have 4 documents and no chain: they are older than it")
    company.send(a_call("ann", "n1", at=datetime(2026, 11, 9, 9, 0, tzinfo=UTC)))
    company.now = EARLY_DECEMBER
    with pytest.raises(UnsignedBooksError, match="4 documents"):
        company.close(NOVEMBER)
    with company.runtime.transaction() as session:
        links = sign_books(session, "root", now=company.now)
    assert [str(link.key) for link in links] == [
        "Closing 2026-10 v1",
        "Approval 2026-10 v1 (1)",
        "Approval 2026-10 v1 (2)",
        "Payment 2026-10 v1 (1)",
    ]
    assert [json.loads(link.content)["adopted"] for link in links] == [True] * 4
    assert checked(company.runtime).findings == ()
    company.close(NOVEMBER)
    check = checked(company.runtime)
    assert (check.documents, check.findings) == (5, ())


@pytest.mark.parametrize("approvals", [0, 1])
def test_a_month_that_waits_for_approval_goes_on_after_it_is_put_into_the_chain(
    company: Company, approvals: int
) -> None:
    company.close()
    for signer in [FRED][:approvals]:
        approved(company, OCTOBER, signer, above=0)
    without_chain(company)
    with company.runtime.transaction() as session:
        sign_books(session, "root", now=company.now)
    assert checked(company.runtime).findings == ()
    assert approved(company, OCTOBER, EVA, above=0 if approvals else None) is PeriodState.APPROVED
    assert checked(company.runtime).findings == ()


def test_a_chain_that_has_begun_takes_nothing_older(company: Company) -> None:
    company.close()
    with pytest.raises(ChainBegunError), company.runtime.transaction() as session:
        sign_books(session, "root", now=company.now)


def test_documents_of_different_months_that_are_made_at_once_follow_each_other(company: Company) -> None:
    closed_twice(company)
    months = [OCTOBER, NOVEMBER]
    together = Barrier(len(months), timeout=WAIT_S)

    def signed(period: Period) -> None:
        together.wait()
        approved(company, period)
        together.wait()
        paid(company, period)

    with ThreadPoolExecutor(len(months)) as pool:
        list(pool.map(signed, months))
    with company.runtime.reading() as session:
        numbers = list(session.scalars(select(chain_link.c.number).order_by(chain_link.c.number)))
    assert numbers == [1, 2, 3, 4, 5, 6]
    assert checked(company.runtime).findings == ()
