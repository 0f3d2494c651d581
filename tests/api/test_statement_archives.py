"""Promises of delivery: all statements of a month as one file, links that expire, and messages without amounts."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import func, select

from service.cli import main
from service.domain.statement_archive import KEPT
from service.jobs import pipeline
from service.runtime import Runtime
from service.store.archive_tables import statement_archive_part
from tests.accounts import site_of, with_login
from tests.application import Clock, Keys
from tests.company import EARLY_NOVEMBER, Company, a_call, a_payment

PEOPLE = ("ann", "bob", "cid")

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def company(runtime: Runtime) -> Company:
    """The small company with October closed."""
    found = Company(runtime)
    found.found(PEOPLE)
    found.send(*(a_call(name, f"c-{name}") for name in PEOPLE), a_payment("ann", "p1", "1000.05"))
    found.refresh()
    found.now = EARLY_NOVEMBER
    found.close()
    return found


@pytest.fixture
def key(keys: Keys) -> dict[str, str]:
    return keys("statements:read")


@pytest.fixture
def client(runtime: Runtime) -> FlaskClient:
    return site_of(with_login(runtime)).test_client()


def told(client: FlaskClient, key: dict[str, str], place: str) -> Any:
    return client.get(place, headers=key).json


def ask(client: FlaskClient, key: dict[str, str], **body: object) -> Any:
    return client.post("/v1/statement-archives", json={"period": "2026-10", **body}, headers=key)


def link(client: FlaskClient, key: dict[str, str], person: str, **body: object) -> str:
    made: Any = client.post(f"/v1/statements/{person}/2026-10/link", json=body, headers=key)
    assert made.status_code == 201
    return str(made.json["url"])


@pytest.mark.parametrize("per_part", [1, 2, 100])
def test_an_archive_holds_every_statement_once_however_it_is_cut(
    client: FlaskClient, key: dict[str, str], per_part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.reports.archives.STATEMENTS_PER_PART", per_part)
    asked = ask(client, key)
    assert (asked.status_code, asked.json["state"], asked.json["total"]) == (202, "waiting", 3)
    place = f"/v1/statement-archives/{asked.json['archive_id']}"
    early: Any = client.get(f"{place}/zip", headers=key)
    assert (early.status_code, early.json["code"]) == (409, "archive_not_ready")
    pipeline.archive_some()
    assert told(client, key, place)["done"] == min(per_part, 3)
    pipeline.archive()
    assert told(client, key, place)["state"] == "done"
    fetched = client.get(f"{place}/zip", headers=key)
    with ZipFile(BytesIO(fetched.data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [f"statement-2026-10-{name}-v1.pdf" for name in PEOPLE]
        single = client.get("/v1/statements/ann/2026-10/pdf", headers=key)
        assert archive.read("statement-2026-10-ann-v1.pdf") == single.data


def test_a_month_that_is_open_has_no_archive_and_an_unknown_one_is_not_there(
    client: FlaskClient, key: dict[str, str]
) -> None:
    assert ask(client, key, period="2026-11").json["code"] == "period_open"
    assert told(client, key, "/v1/statement-archives/none/zip")["code"] == "unknown_archive"


def test_an_archive_is_deleted_after_its_days(
    client: FlaskClient, key: dict[str, str], clock: Clock, runtime: Runtime
) -> None:
    asked = ask(client, key).json
    pipeline.archive()
    clock.now += KEPT - timedelta(minutes=1)
    pipeline.forget()
    assert client.get(f"/v1/statement-archives/{asked['archive_id']}", headers=key).status_code == 200
    clock.now += timedelta(minutes=2)
    pipeline.forget()
    assert client.get(f"/v1/statement-archives/{asked['archive_id']}", headers=key).status_code == 404
    with runtime.reading() as session:
        assert session.execute(select(func.count()).select_from(statement_archive_part)).scalar_one() == 0


def test_a_message_that_a_statement_is_ready_says_no_amount(client: FlaskClient, key: dict[str, str]) -> None:
    ready = told(client, key, "/v1/statements/2026-10")
    assert [item["person_id"] for item in ready] == list(PEOPLE)
    assert sorted(ready[0]) == ["document_hash", "issued_at", "period", "person_id", "version"]
    assert told(client, key, "/v1/statements/2026-11") == []


def test_a_link_opens_one_statement_until_it_expires_and_every_opening_is_noted(
    client: FlaskClient, keys: Keys, clock: Clock
) -> None:
    key = keys("statements:read", "audit:read")
    place = link(client, key, "ann", hours=2, lang="en").removeprefix("http://127.0.0.1:8000")
    opened = client.get(place)
    assert opened.status_code == 200
    assert opened.headers["Referrer-Policy"] == "no-referrer"
    assert opened.headers["Cache-Control"] == "no-store"
    assert "Statement of variable pay" in PdfReader(BytesIO(opened.data)).pages[0].extract_text()
    noted = told(client, key, "/v1/audit?subject=ann")["entries"]
    assert [item["what"] for item in noted if "link" in item["what"]] == [
        "statement.link_opened",
        "statement.link_made",
    ]
    assert place.removeprefix("/s/") not in json.dumps(noted)
    clock.now += timedelta(hours=2)
    assert client.get(place).status_code == 404


def test_a_link_that_was_changed_opens_nothing(client: FlaskClient, key: dict[str, str]) -> None:
    url = link(client, key, "ann")
    token = url.rpartition("/")[2]
    content, _, signature = token.rpartition(".")
    other = link(client, key, "bob").rpartition("/")[2]
    forged = [
        other.rpartition(".")[0] + "." + signature,
        content,
        f"{content}.",
        f"{content}.{signature[:-2]}",
        token + "A" * 2_000,
        "ж.щ",
    ]
    assert [client.get(f"/s/{text}").status_code for text in forged] == [404] * len(forged)


def test_there_is_no_link_to_an_estimate(client: FlaskClient, key: dict[str, str]) -> None:
    assert client.post("/v1/statements/ann/2026-11/link", json={}, headers=key).status_code == 404
    assert client.post("/v1/statements/ann/2026-10/link", json={"hours": 721}, headers=key).status_code == 422


def test_the_commands_write_one_statement_and_all_of_them_for_their_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, company: Company
) -> None:
    monkeypatch.setenv("DATABASE_URL", company.runtime.settings.database_url)
    one, all_of_them = tmp_path / "ann.pdf", tmp_path / "all.zip"
    run = CliRunner()
    said = run.invoke(main, ["statements", "pdf", "ann", "2026-10", "--output", str(one)], catch_exceptions=False)
    assert said.exit_code == 0, said.output
    assert one.read_bytes().startswith(b"%PDF")
    said = run.invoke(main, ["statements", "zip", "2026-10", "--output", str(all_of_them)], catch_exceptions=False)
    assert said.exit_code == 0, said.output
    with ZipFile(all_of_them) as archive:
        assert archive.read("statement-2026-10-ann-v1.pdf") == one.read_bytes()
        assert len(archive.namelist()) == len(PEOPLE)
    assert [path.stat().st_mode & 0o777 for path in (one, all_of_them)] == [0o600, 0o600]


def test_without_a_secret_to_sign_with_no_link_is_made(app: Flask, key: dict[str, str]) -> None:
    made: Any = app.test_client().post("/v1/statements/ann/2026-10/link", json={}, headers=key)
    assert (made.status_code, made.json["code"]) == (409, "links_closed")
