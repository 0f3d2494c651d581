"""Promises of the audit endpoint: chosen, paged, as JSON and CSV, for admins alone."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.domain.audit import AuditEntry
from service.runtime import Runtime
from service.store.audit import add_new_audit
from tests.application import NOON, Keys

WRITTEN = (
    ("plan.published", "closer", "finance"),
    ("plan.published_without_notice", "closer", "=cmd()"),
    ("plan.published", "farmer", "finance"),
)


@pytest.fixture
def admin(keys: Keys) -> dict[str, str]:
    return keys("admin")


@pytest.fixture(autouse=True)
def _written(runtime: Runtime) -> None:
    """Three entries, an hour apart."""
    with runtime.transaction() as session:
        for place, (what, subject, who) in enumerate(WRITTEN):
            at = NOON + timedelta(hours=place)
            add_new_audit(session, AuditEntry(at, who, what, subject, {"reason": "agreed, with all"}))


def asked(client: FlaskClient, key: dict[str, str], query: str) -> Any:
    answer: Any = client.get(f"/v1/audit{query}", headers=key)
    assert answer.status_code == 200, answer.text
    document: Any = answer.json
    return [(entry["what"], entry["subject"]) for entry in document["entries"] if not is_of_key(entry)]


def is_of_key(entry: Any) -> bool:
    """Whether it tells of the key that asks, which is made and used while a test runs."""
    return str(entry["what"]).startswith("key.")


def test_the_newest_entry_comes_first_with_all_that_is_known_of_it(client: FlaskClient, admin: dict[str, str]) -> None:
    answer: Any = client.get("/v1/audit", headers=admin)
    entries = [entry for entry in answer.json["entries"] if not is_of_key(entry)]
    assert [entry["subject"] for entry in entries] == ["farmer", "closer", "closer"]
    assert entries[1] | {"entry": 0} == {
        "entry": 0,
        "at": "2026-11-23T13:00:00+00:00",
        "who": "=cmd()",
        "what": "plan.published_without_notice",
        "subject": "closer",
        "detail": {"reason": "agreed, with all"},
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?what=plan.published", ["farmer", "closer"]),
        ("?what=plan.published,plan.published_without_notice&subject=closer", ["closer", "closer"]),
        ("?subject=nobody", []),
        ("?since=2026-11-23T13:00:00Z", ["farmer", "closer"]),
        ("?since=2026-11-23T15:00:00%2B02:00&until=2026-11-23T14:00:00Z", ["closer"]),
        ("?until=2026-11-23T12:00:00Z", []),
    ],
)
def test_entries_are_chosen_by_kind_subject_and_time(
    client: FlaskClient, admin: dict[str, str], query: str, found: list[str]
) -> None:
    assert [subject for _, subject in asked(client, admin, query)] == found


def test_older_entries_are_reached_by_the_link_and_none_is_shown_twice(
    client: FlaskClient, admin: dict[str, str]
) -> None:
    seen, address = [], "/v1/audit?limit=2&what=plan.published,plan.published_without_notice"
    while address:
        answer: Any = client.get(address, headers=admin)
        seen += [entry["subject"] for entry in answer.get_json()["entries"]]
        link = answer.headers.get("Link", "")
        assert bool(link) == bool(answer.get_json()["next"])
        address = link.partition("<")[2].partition(">")[0]
    assert seen == ["farmer", "closer", "closer"]


@pytest.mark.parametrize("wish", ["?format=csv", ""])
def test_a_spreadsheet_gets_csv_in_which_nothing_runs(client: FlaskClient, admin: dict[str, str], wish: str) -> None:
    answer = client.get(f"/v1/audit{wish}", headers=admin | {"Accept": "text/csv"})
    assert answer.mimetype == "text/csv"
    rows = [row for row in csv.DictReader(io.StringIO(answer.text)) if not is_of_key(row)]
    assert [row["who"] for row in rows] == ["finance", "'=cmd()", "finance"]
    assert {row["detail"] for row in rows} == {'{"reason":"agreed, with all"}'}


@pytest.mark.parametrize(
    "query", ["?limit=0", "?limit=10001", "?before=x", "?since=yesterday", "?since=2026-11-23T13:00:00", "?format=xml"]
)
def test_a_question_that_cannot_be_read_is_refused(client: FlaskClient, admin: dict[str, str], query: str) -> None:
    assert client.get(f"/v1/audit{query}", headers=admin).status_code == 422


def test_only_an_admin_reads_it(client: FlaskClient, keys: Keys) -> None:
    assert client.get("/v1/audit").status_code == 401
    refused = client.get("/v1/audit", headers=keys("plans:write", "plans:read", "people:read"))
    assert (refused.status_code, refused.get_json()["code"]) == (403, "scope_missing")
