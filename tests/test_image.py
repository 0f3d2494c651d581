"""The container files are sound as far as one can tell without building them."""

from __future__ import annotations

import importlib
import json
import re
import shlex
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from tests.repository import ROOT

PINNED = re.compile(r"[\w./-]+:\d+\.\d+(\.\d+)?-[\w-]+")


def instructions() -> list[tuple[str, str]]:
    """The lines of the Dockerfile as instruction and rest."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1].strip()) for line in lines]


def copied() -> list[str]:
    """What the Dockerfile copies from the checkout."""
    words = [shlex.split(rest) for name, rest in instructions() if name == "COPY" and not rest.startswith("--from=")]
    return [source for line in words for source in line[:-1]]


def compose() -> dict[str, dict[str, Any]]:
    """The services of the compose file."""
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    assert isinstance(services, dict)
    return services


@pytest.mark.parametrize("source", copied())
def test_what_is_copied_exists_and_is_sent_to_the_builder(source: str) -> None:
    assert (ROOT / source).exists()
    assert f"!{source}" in (ROOT / ".dockerignore").read_text().splitlines()


def test_the_builder_gets_nothing_that_is_not_copied() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert allowed == set(copied())


def test_nothing_is_fetched_past_the_locked_requirements() -> None:
    assert "ADD" not in {name for name, _ in instructions()}
    for _, rest in instructions():
        assert "pip install" not in rest or "--require-hashes" in rest or "--no-deps" in rest


def test_every_image_has_a_fixed_version() -> None:
    bases = [rest.split(" AS ")[0] for name, rest in instructions() if name == "FROM"]
    images = [str(entry["image"]) for entry in compose().values() if "build" not in entry]
    assert bases
    assert images
    assert [image for image in bases + images if not PINNED.fullmatch(image)] == []


def test_the_service_does_not_run_as_root_and_says_that_it_lives() -> None:
    last_stage = instructions()[[name for name, _ in instructions()].index("FROM", 1) :]
    rest = dict(last_stage)
    assert rest["USER"] not in {"root", "0"}
    assert "/healthz" in rest["HEALTHCHECK"]


def test_every_command_the_containers_start_exists() -> None:
    main = importlib.import_module("service.cli").main
    starts = [rest for name, rest in instructions() if name == "CMD"]
    started = [
        json.loads(starts[-1]),
        *(entry["command"] for entry in compose().values() if "build" in entry and "command" in entry),
    ]
    assert [words[:2] for words in started] == [["stimul", "serve"], ["stimul", "init"], ["stimul", "worker"]]
    for words in started:
        assert CliRunner().invoke(main, [*words[1:], "--help"]).exit_code == 0


def test_web_and_worker_get_the_same_settings() -> None:
    services = compose()
    assert services["web"]["environment"] == services["worker"]["environment"]
    assert {"web", "worker", "postgres", "redis"} <= set(services)
