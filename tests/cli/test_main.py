"""The command line: what an operator types, and what a mistake looks like."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import main

STIMUL = Path(sys.executable).parent / "stimul"


class Runner:
    """Somebody at the command line."""

    def __call__(self, *words: str, typed: str | None = None) -> Result:
        """Type a command."""
        return CliRunner().invoke(main, words, input=typed)

    def json(self, *words: str, typed: str | None = None) -> object:
        """Type a command that prints JSON."""
        result = self(*words, "--format", "json", typed=typed)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Types commands against an empty database."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    return Runner()


def test_the_tables_are_made_once_and_again_without_harm(run: Runner) -> None:
    assert run("init").exit_code == 0
    assert run("sources", "add", "crm", "--kind", "native").exit_code == 0
    assert run("init").exit_code == 0
    assert "crm" in run("sources", "list").output


def test_a_database_without_tables_says_what_to_do(run: Runner) -> None:
    result = run("keys", "list")
    assert result.exit_code == 1
    assert "Run: stimul init" in result.output


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg://stimul:secret@127.0.0.1:9/stimul", "sqlite:////nowhere/at/all/stimul.db"]
)
@pytest.mark.parametrize("words", [["init"], ["people", "list"], ["worker"]])
def test_a_database_that_does_not_answer_is_one_sentence(url: str, words: list[str]) -> None:
    environment = os.environ | {"DATABASE_URL": url, "REDIS_URL": "redis://127.0.0.1:9/0"}
    done = subprocess.run([str(STIMUL), *words], env=environment, check=False, capture_output=True, text=True)  # noqa: S603 - our own command
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: The database does not answer (")
    assert done.stderr.endswith("See that it runs, and that DATABASE_URL is right.\n")
    assert done.stderr.count("\n") == 1
    assert "secret" not in done.stderr


def test_a_command_that_succeeds_says_nothing_beside_its_result(database_url: str) -> None:
    environment = os.environ | {"DATABASE_URL": database_url, "REDIS_URL": ""}
    for words in (["init"], ["keys", "list", "--format", "json"]):
        done = subprocess.run([str(STIMUL), *words], env=environment, check=True, capture_output=True, text=True)  # noqa: S603 - our own command
        assert done.stderr == ""


def test_a_native_source_and_its_key(run: Runner) -> None:
    run("init")
    added = run.json("sources", "add", "crm", "--kind", "native")
    assert added == {"source": "crm", "kind": "native", "send_to": "http://127.0.0.1:8000/v1/events"}
    made = run.json("keys", "create", "--name", "our CRM", "--scope", "events:write", "--source", "crm")
    assert isinstance(made, dict)
    assert made["key"].startswith(f"sk_{made['key_id']}_")
    listed = run("keys", "list").output
    assert made["key_id"] in listed
    assert made["key"] not in listed


def test_a_retired_key_is_shown_as_such(run: Runner) -> None:
    run("init")
    made = run.json("keys", "create", "--name", "x", "--scope", "admin")
    assert isinstance(made, dict)
    assert run("keys", "retire", made["key_id"]).exit_code == 0
    listed = run.json("keys", "list")
    assert isinstance(listed, list)
    assert listed[0]["retired"] is not None


def test_a_bitrix_source_takes_its_token_from_a_file_and_never_shows_it(run: Runner) -> None:
    run("init")
    added = run("sources", "add", "bx", "--kind", "bitrix24", "--token-file", "-", typed="token-one\n")
    assert "http://127.0.0.1:8000/v1/hooks/bx" in added.output
    assert "token-one" not in added.output + run("sources", "list").output


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("sources", "add", "crm", "--kind", "native"), "exists already"),
        (("sources", "add", "CRM main", "--kind", "native"), "small letters"),
        (("sources", "add", "bx", "--kind", "bitrix24"), "--token-file"),
        (("keys", "create", "--name", "x", "--scope", "events:write"), "--source"),
        (("keys", "create", "--name", "x", "--scope", "events:write", "--source", "none"), "stimul sources add"),
        (("keys", "create", "--name", "", "--scope", "admin"), "Name the key"),
        (("keys", "retire", "0000"), "stimul keys list"),
        (("worker",), "REDIS_URL"),
    ],
)
def test_a_mistake_is_one_sentence_that_says_what_to_do(run: Runner, words: tuple[str, ...], part: str) -> None:
    run("init")
    run("sources", "add", "crm", "--kind", "native")
    result = run(*words)
    assert result.exit_code == 1
    assert part in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("words", [("sources", "ad"), ("keys", "create"), ("serve", "--port", "0"), ("nothing",)])
def test_a_wrong_use_ends_with_two(run: Runner, words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2


def test_wrong_settings_are_told_all_at_once(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STIMUL_DEMO", "yes")
    monkeypatch.setenv("STIMUL_LOG_LEVEL", "loud")
    result = run("keys", "list")
    assert result.exit_code == 1
    assert "STIMUL_DEMO" in result.output
    assert "STIMUL_LOG_LEVEL" in result.output
