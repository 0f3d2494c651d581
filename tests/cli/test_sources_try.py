"""`stimul sources try`: every message is understood or refused for a stated reason, with no database at hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.domain.event import QuarantineReason
from service.sources.registry import ADAPTERS
from tests.vendors import FIXTURES, recorded

MESSAGES = [(path.parent.name, path) for path in sorted(FIXTURES.glob("*/*"))] + [
    (kind.value, path) for kind in ADAPTERS for path in recorded(f"{kind.value}-*")
]


def tried(kind: str, body: Path, *more: str) -> Result:
    return CliRunner().invoke(main, ["sources", "try", kind, "--body", str(body), "--format", "json", *more])


@pytest.mark.parametrize(("kind", "path"), MESSAGES, ids=lambda item: item.name if isinstance(item, Path) else item)
def test_a_message_is_understood_or_refused_for_a_stated_reason(kind: str, path: Path) -> None:
    result = tried(kind, path)
    assert result.exit_code == 0
    shown = json.loads(result.output)
    assert set(shown) == {"events", "quarantined", "ignored"}
    assert shown["events"] or shown["quarantined"] or shown["ignored"]
    for event in shown["events"]:
        assert set(event) == {"external_id", "type", "subject", "occurred_at", "data"}
    for item in shown["quarantined"]:
        assert item["reason"] in set(QuarantineReason)
        assert item["detail"]
    assert all(item["reason"] for item in shown["ignored"])


@pytest.mark.parametrize("kind", [kind.value for kind in ADAPTERS])
@pytest.mark.parametrize("body", [b"", b"nonsense", b"\xff\x00", b"{", b"<a", b"[[[["])
def test_nonsense_is_refused_for_a_stated_reason(tmp_path: Path, kind: str, body: bytes) -> None:
    path = tmp_path / "body"
    path.write_bytes(body)
    result = tried(kind, path)
    assert result.exit_code == 0
    shown = json.loads(result.output)
    assert shown["events"] == []


def test_headers_a_mapping_and_a_zone_count(tmp_path: Path) -> None:
    parts = FIXTURES / "zadarma" / "NOTIFY_END.multipart.txt"
    headers = tmp_path / "headers.json"
    headers.write_text('{"Content-Type": "multipart/form-data; boundary=real-boundary"}')
    (event,) = json.loads(tried("zadarma", parts, "--headers", str(headers), "--timezone", "UTC").output)["events"]
    assert event["occurred_at"] == "2026-11-23T13:01:35+00:00"
    stages = tmp_path / "own.yaml"
    stages.write_text("schema: source/1\nkind: amocrm\ntables: {stages: {142: signed, 501: offer}}\n")
    won = FIXTURES / "amocrm" / "leads-status-won.form.txt"
    entered = json.loads(tried("amocrm", won, "--mapping", str(stages)).output)["events"][1]
    assert (entered["data"]["from_stage"], entered["data"]["to_stage"]) == ("offer", "signed")
