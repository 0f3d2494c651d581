"""Enrichment against a real server: what a message did not tell is fetched, patiently, from one host and no other."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import select

from service.config import new_secrets_key
from service.domain.change import Change, Verb
from service.domain.event import QuarantineReason
from service.domain.fetch import MOST_TRIES, FetchAddressError, FetchTerms, demand_address, pause, url_of
from service.domain.person import Alias, Person
from service.domain.source import SourceKind, new_source
from service.flows.claim_fetch import claim_fetch
from service.flows.set_fetch import set_fetch
from service.jobs.asking import MAX_ANSWER_BYTES, AskedInVainError, ask, is_inside
from service.jobs.enrichment import enrich_next
from service.runtime import Runtime, install
from service.store.aliases import replace_aliases
from service.store.object_tables import object_change
from service.store.people import replace_people
from service.store.sources import add_new_source
from service.store.tables import event
from service.store.vocabulary import add_new_vocabulary
from tests.application import Clock
from tests.hubspot import ORG, Office
from tests.intake import document

AT = datetime(2026, 10, 14, 7, tzinfo=UTC)
DEAL = {
    "ID": "8",
    "ASSIGNED_BY_ID": "ann",
    "OPPORTUNITY": "1500.00",
    "CURRENCY_ID": "EUR",
    "STAGE_ID": "WON",
    "STAGE_SEMANTIC_ID": "S",
    "COMMENTS": "private",
}


@dataclass
class Vendor:
    """A vendor's server: what it answers next, and what it was asked."""

    answers: list[tuple[int, bytes, dict[str, str]]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    address: str = ""

    def answer(self, status: int, body: object = None, **headers: str) -> None:
        """Answer this once the earlier answers are used up; the last one is repeated."""
        told = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers.append((status, told, headers))


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    """A server on this machine."""
    found = Vendor()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append((self.path, self.headers.get("Authorization", "")))
            status, body, headers = found.answers.pop(0) if len(found.answers) > 1 else found.answers[0]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    found.address = f"http://127.0.0.1:{server.server_address[1]}"
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Portal(Office):
    """A company whose deals are in Bitrix24, which tells ids alone."""

    own: str = "schema: source/1\nkind: bitrix24\n"
    kind: SourceKind = SourceKind.BITRIX24

    def claim(self) -> None:
        """Take the next fetch, and be killed."""
        with self.runtime.transaction() as session:
            assert claim_fetch(session, now=self.runtime.now()) is not None

    def everything(self) -> str:
        """Every change and event as they are kept."""
        with self.runtime.reading() as session:
            rows = [*session.execute(select(object_change.c.document)), *session.execute(select(event.c.document))]
        return " ".join(row.document for row in rows)


@pytest.fixture
def office(runtime: Runtime, vendor: Vendor, clock: Clock) -> Portal:
    """The company, with fetching set up."""
    clock.now = AT + timedelta(days=7)
    sealing = replace(runtime, settings=replace(runtime.settings, secrets_keys=(new_secrets_key(),)))
    install(sealing)
    with sealing.transaction() as session:
        add_new_source(session, new_source("hub", SourceKind.BITRIX24, "x", now=clock.now))
        replace_people(session, [Person("ann", "Ann", date(2025, 1, 1))], [], [])
        replace_aliases(session, [("hub", "ann")], [Alias("hub", "ann", "ann", date(2026, 1, 1))])
        add_new_vocabulary(session, date(2026, 1, 1), document(ORG), clock.now)
        terms = FetchTerms("hub", vendor.address + "/rest/1/{secret}/", sealing.vault.seal("s3cret"), 60, private=True)
        set_fetch(session, terms, "a test", now=clock.now)
    return Portal(sealing)


def thin(number: str = "8", second: int = 0) -> Change:
    identity = f"m:ONCRMDEALUPDATE:{number}:{second}"
    return Change("deal", number, identity, Verb.UPDATED, AT + timedelta(seconds=second), {"ID": number}, thin=True)


def test_a_deal_told_by_its_id_counts_once_it_was_fetched(office: Portal, vendor: Vendor) -> None:
    vendor.answer(200, {"result": DEAL})
    office.send(thin())
    assert office.waiting() == [QuarantineReason.NEEDS_ENRICHMENT]
    assert enrich_next(office.runtime)
    assert not enrich_next(office.runtime)
    assert vendor.asked == [("/rest/1/s3cret/crm.deal.get.json?id=8", "")]
    assert office.facts() == {("ann", "won"): 1, ("ann", "worth"): 150_000, ("ann", "staged"): 1}
    assert office.waiting() == []


def test_what_the_mapping_does_not_name_is_not_kept(office: Portal, vendor: Vendor) -> None:
    vendor.answer(200, {"result": DEAL})
    office.send(thin())
    enrich_next(office.runtime)
    assert "private" not in office.everything()


def test_a_vendor_that_is_down_is_asked_again_with_growing_pauses_and_then_a_person_must_look(
    office: Portal, vendor: Vendor, clock: Clock
) -> None:
    vendor.answer(500, {})
    office.send(thin())
    for tries in range(1, MOST_TRIES + 1):
        assert enrich_next(office.runtime)
        assert not enrich_next(office.runtime)
        clock.now += pause(tries) or timedelta(0)
    assert not enrich_next(office.runtime)
    assert len(vendor.asked) == MOST_TRIES
    assert office.waiting() == [QuarantineReason.ENRICHMENT_FAILED]
    vendor.answers.clear()
    vendor.answer(200, {"result": DEAL})
    office.send(thin(second=9))
    assert enrich_next(office.runtime)
    assert office.waiting() == []
    assert office.facts()["ann", "won"] == 1


def test_a_record_that_is_gone_is_not_asked_for_again(office: Portal, vendor: Vendor) -> None:
    vendor.answer(404, {})
    office.send(thin())
    assert enrich_next(office.runtime)
    assert office.waiting() == [QuarantineReason.ENRICHMENT_FAILED]
    assert not enrich_next(office.runtime)


def test_a_killed_worker_has_the_object_asked_for_once_more(office: Portal, vendor: Vendor, clock: Clock) -> None:
    vendor.answer(200, {"result": DEAL})
    office.send(thin())
    office.claim()
    assert not enrich_next(office.runtime)
    clock.now += timedelta(minutes=6)
    assert enrich_next(office.runtime)
    assert office.facts()["ann", "won"] == 1


def test_the_objects_of_a_source_are_asked_for_at_its_rate(office: Portal, vendor: Vendor, clock: Clock) -> None:
    vendor.answer(200, {"result": {**DEAL, "STAGE_SEMANTIC_ID": "P"}})
    office.send(*(thin(str(number)) for number in range(1, 6)))
    for asked in range(1, 6):
        while enrich_next(office.runtime):
            pass
        assert len(vendor.asked) == asked
        clock.now += timedelta(seconds=1)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"{}", b'{"result": []}', b'{"result": 1}', b"\xff\xfe", b"[" * 9_000]
)
def test_an_answer_that_is_no_record_is_a_failure(office: Portal, vendor: Vendor, body: bytes) -> None:
    vendor.answer(200, body)
    office.send(thin())
    assert enrich_next(office.runtime)
    assert office.waiting() == [QuarantineReason.NEEDS_ENRICHMENT]


def test_no_redirect_is_followed(vendor: Vendor) -> None:
    vendor.answer(302, b"", Location="http://127.0.0.1:1/elsewhere")
    with pytest.raises(AskedInVainError, match="redirect"):
        ask(vendor.address + "/x", {}, private=True)
    assert len(vendor.asked) == 1


def test_a_long_answer_is_cut_off(vendor: Vendor) -> None:
    vendor.answer(200, b"x" * (MAX_ANSWER_BYTES + 1))
    with pytest.raises(AskedInVainError, match="longer"):
        ask(vendor.address + "/x", {}, private=True)


@pytest.mark.parametrize(("address", "inside"), [
    ("127.0.0.1", True), ("10.0.0.1", True), ("169.254.169.254", True), ("192.168.1.1", True), ("100.64.0.1", True),
    ("::1", True), ("fe80::1%eth0", True), ("fd00::1", True), ("::ffff:10.0.0.1", True), ("224.0.0.1", True),
    ("8.8.8.8", False), ("2001:4860:4860::8888", False),
])  # fmt: skip
def test_an_address_is_inside_or_of_the_open_network(address: str, inside: bool) -> None:  # noqa: FBT001 - a case
    assert is_inside(address) is inside


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_nothing_inside_the_network_is_asked_unless_it_was_allowed(vendor: Vendor, host: str) -> None:
    port = vendor.address.rpartition(":")[2]
    with pytest.raises(AskedInVainError):
        ask(f"http://{host}:{port}/x", {}, private=False)
    assert vendor.asked == []


def test_a_server_that_is_not_there_is_a_failure() -> None:
    with pytest.raises(AskedInVainError, match="could not be asked"):
        ask("http://127.0.0.1:1/x", {}, private=True)


@pytest.mark.parametrize("number", ["8/../../x", "8?y=1", "//evil.example.com/", "8#", "@evil", "8\r\nX: 1"])
def test_an_id_changes_neither_host_nor_path(number: str) -> None:
    terms = FetchTerms("hub", "https://portal.example.com/rest/{secret}/", "")
    url, headers = url_of(terms, "crm.deal.get?id={id}", number, "s")
    assert url.startswith("https://portal.example.com/rest/s/crm.deal.get?id=")
    assert not set("/?#@\r\n") & set(url.removeprefix("https://portal.example.com/rest/s/crm.deal.get?id="))
    assert headers == {}


def test_a_secret_without_a_place_is_a_bearer_token() -> None:
    url, headers = url_of(FetchTerms("hub", "https://api.example.com", ""), "/deals/{id}", "8", "s")
    assert (url, headers) == ("https://api.example.com/deals/8", {"Authorization": "Bearer s"})


@pytest.mark.parametrize(("address", "private"), [
    ("http://portal.example.com/", False),
    ("ftp://portal.example.com/", True),
    ("https://user:word@portal.example.com/", False),
    ("https://{secret}.example.com/", False),
    ("https:///x", False),
    ("https://[broken/", False),
    ("portal.example.com", False),
])  # fmt: skip
def test_an_address_that_could_lead_elsewhere_is_refused(address: str, private: bool) -> None:  # noqa: FBT001 - a case
    with pytest.raises(FetchAddressError):
        demand_address(FetchTerms("hub", address, "", private=private))


def test_pauses_grow_from_ten_seconds_to_an_hour() -> None:
    found = [pause(tries) for tries in range(1, MOST_TRIES + 1)]
    assert found[:3] == [timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=40)]
    assert found[-2:] == [timedelta(hours=1), None]
