"""`stimul sources`: senders are set up, mapped and tried out from the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.config import new_secrets_key
from tests.vendors import recorded

STIMUL = Path(sys.executable).parent / "stimul"
STAGES = "schema: source/1\nkind: pipedrive\ntables: {stages: {2: demo}}\n"
DEAL = {"id": 8, "owner_id": 12, "value": 100, "currency": "EUR", "status": "open", "stage_id": 2}
MESSAGE = {
    "data": DEAL,
    "previous": {"stage_id": 1},
    "meta": {"action": "change", "entity": "deal", "entity_id": "8", "id": "m-1", "timestamp": "2026-11-20T10:00:00Z"},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files an operator has at hand."""
    (tmp_path / "secret").write_text("user:word\n")
    (tmp_path / "own.yaml").write_text(STAGES)
    (tmp_path / "message.json").write_text(json.dumps(MESSAGE))
    return tmp_path


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Types commands against a new database."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("STIMUL_SECRETS_KEY", new_secrets_key())

    def typed(*words: str) -> Result:
        return CliRunner().invoke(main, ["sources", *words])

    assert CliRunner().invoke(main, ["init"]).exit_code == 0
    return typed


def tried(*words: str) -> Any:
    result = CliRunner().invoke(main, ["sources", "try", *words, "--format", "json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_message_is_tried_without_a_database(folder: Path) -> None:
    body = str(folder / "message.json")
    plain = tried("pipedrive", "--body", body)
    assert [item["reason"] for item in plain["quarantined"]] == ["unmapped_stage"]
    own = tried("pipedrive", "--body", body, "--mapping", str(folder / "own.yaml"))
    (event,) = own["events"]
    assert event.keys() == {"external_id", "type", "subject", "occurred_at", "data"}
    assert (event["external_id"], event["type"], event["subject"]) == ("m-1", "stage.entered", "12")
    assert event["occurred_at"] == "2026-11-20T10:00:00+00:00"
    assert event["data"]["to_stage"] == "demo"
    assert own["quarantined"] == own["ignored"] == []


@pytest.mark.parametrize(("kind", "body", "told"), [
    ("bitrix24", b"event=ONCRMDEALADD&data[FIELDS][ID]=8&ts=1795431700", ("quarantined", "needs_enrichment")),
    ("hubspot", b"not json", ("quarantined", "adapter_error")),
    ("pipedrive", b'{"meta": {"action": "login"}}', ("ignored", 'Pipedrive says "login", which changes no record.')),
    ("bitrix24", b"", ("quarantined", "adapter_error")),
])  # fmt: skip
def test_what_is_refused_is_refused_for_a_stated_reason(
    tmp_path: Path, kind: str, body: bytes, told: tuple[str, str]
) -> None:
    file = tmp_path / "body"
    file.write_bytes(body)
    assert [item["reason"] for item in tried(kind, "--body", str(file))[told[0]]] == [told[1]]


def test_headers_may_stand_beside_the_body_or_in_the_same_file(tmp_path: Path) -> None:
    (tmp_path / "whole").write_bytes(b"POST /v1/hooks/x HTTP/1.1\r\nContent-Type: application/json\r\n\r\n[]")
    (tmp_path / "headers").write_text('{"Content-Type": "application/json"}')
    (tmp_path / "body").write_bytes(b"[]")
    nothing: dict[str, list[object]] = {"events": [], "quarantined": [], "ignored": []}
    assert tried("hubspot", "--body", str(tmp_path / "whole")) == nothing
    assert tried("hubspot", "--body", str(tmp_path / "body"), "--headers", str(tmp_path / "headers")) == nothing


def test_trying_starts_without_the_database_and_the_web(folder: Path) -> None:
    words = ["sources", "try", "pipedrive", "--body", str(folder / "message.json")]
    environment = os.environ | {"DATABASE_URL": "postgresql://nowhere/none"}
    began = time.monotonic()
    done = subprocess.run([str(STIMUL), *words], env=environment, check=True, capture_output=True, text=True)  # noqa: S603 - our own command
    # 0.35 s were measured on an idle machine.
    assert time.monotonic() - began < 5
    assert "unmapped_stage" in done.stdout


@pytest.mark.parametrize("path", recorded("*-*.*") or [None])
def test_every_recorded_message_is_understood_or_refused_for_a_reason(path: Path | None) -> None:
    if path is None:
        pytest.skip("the recorded messages are not here")
    kind = path.name.partition("-")[0]
    if "NotificationResponse" in path.name or path.name.endswith("headers.json"):
        pytest.skip("no message")
    told = tried(kind, "--body", str(path))
    assert told["events"] or told["quarantined"] or told["ignored"]


def test_a_source_is_added_with_what_its_kind_needs(run: Any, folder: Path) -> None:
    secret = str(folder / "secret")
    added = run("add", "pipe", "--kind", "pipedrive", "--token-file", secret, "--account", "acme", "--format", "json")
    assert json.loads(added.stdout)["send_to"].endswith("/v1/hooks/pipe")
    path = run("add", "path", "--kind", "pipedrive", "--token-file", secret, "--scheme", "path-secret")
    assert "/v1/hooks/path/SECRET" in path.output
    assert run("add", "hub", "--kind", "hubspot", "--token-file", secret).exit_code == 0
    assert [row["state"] for row in json.loads(run("keys", "list", "hub", "--format", "json").stdout)] == ["active"]
    assert "hubspot-v3" in run("list").output


def test_a_password_without_its_user_is_refused_because_no_message_could_prove_itself(run: Any, folder: Path) -> None:
    (folder / "secret").write_text("word-alone-and-long-enough\n")
    result = run("add", "pipe", "--kind", "pipedrive", "--token-file", str(folder / "secret"))
    assert result.exit_code == 1
    assert "user:password" in result.output


@pytest.mark.parametrize(("words", "told"), [
    (("--scheme", "mind-reading"), "basic or path-secret"),
    (("--timezone", "Mars/Olympus"), "no time zone"),
    (("--record-url", "ftp://x/{id}"), "https://"),
])  # fmt: skip
def test_a_source_that_could_not_work_is_refused(run: Any, folder: Path, words: tuple[str, ...], told: str) -> None:
    result = run("add", "pipe", "--kind", "pipedrive", "--token-file", str(folder / "secret"), *words)
    assert result.exit_code == 1
    assert told in result.output


def test_a_source_is_mapped_anew_and_back(run: Any, folder: Path) -> None:
    run("add", "pipe", "--kind", "pipedrive", "--token-file", str(folder / "secret"))
    assert "mapped anew" in run("map", "pipe", str(folder / "own.yaml")).output
    assert "like this already" in run("map", "pipe", str(folder / "own.yaml")).output
    assert run("map", "pipe", "--show").output.strip() == STAGES.strip()
    assert "mapped anew" in run("map", "pipe").output
    (folder / "wrong.yaml").write_text("schema: source/1\nkind: hubspot\nkinds: 3\n")
    wrong = run("map", "pipe", str(folder / "wrong.yaml"))
    assert (wrong.exit_code, "kinds" in wrong.output) == (1, True)
    (folder / "other.yaml").write_text("schema: source/1\nkind: hubspot\n")
    assert run("map", "pipe", str(folder / "other.yaml")).exit_code == 1


def test_an_object_that_nobody_told_of_is_named(run: Any, folder: Path) -> None:
    run("add", "pipe", "--kind", "pipedrive", "--token-file", str(folder / "secret"))
    result = run("object", "pipe", "deal", "8")
    assert (result.exit_code, "never told of deal 8" in result.output) == (1, True)


def test_fetching_is_set_up_from_an_address_of_one_host(run: Any, folder: Path) -> None:
    secret = str(folder / "secret")
    run("add", "bitrix", "--kind", "bitrix24", "--token-file", secret)
    good = run("fetch", "bitrix", "--address", "https://acme.bitrix24.bg/rest/1/{secret}/", "--secret-file", secret)
    assert good.exit_code == 0
    bad = run("fetch", "bitrix", "--address", "http://acme.bitrix24.bg/", "--secret-file", secret)
    assert (bad.exit_code, "--private" in bad.output) == (1, True)


def test_a_mapping_named_like_the_source_is_taken_when_it_is_added(
    run: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "rules" / "sources").mkdir(parents=True)
    (folder / "rules" / "sources" / "pipe.yaml").write_text(STAGES)
    monkeypatch.setenv("STIMUL_RULES_DIR", str(folder / "rules"))
    run("add", "pipe", "--kind", "pipedrive", "--token-file", str(folder / "secret"))
    assert run("map", "pipe", "--show").output.strip() == STAGES.strip()
    assert "like this already" in run("map", "pipe").output
