"""A bundle is checked without its database: whatever was changed is named, and what was made to do harm is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.domain.bundle import CLOSING, EVENTS, FILES, LEAVES, MANIFEST, PLANS, STATEMENTS, InvalidBundleError
from service.domain.event import canonical_json
from service.jobs.verifying import Verified
from service.sources import bundle as reading
from tests.bundles import Change, changed, checked, files_of, rewritten
from tests.deals import OCTOBER


def named(found: Verified, *who: str) -> set[str]:
    return {f"{item.what} {item.name}" for item in found.replayed.differences if item.person_id in who}


def document(record: dict[str, Any], change: Callable[[Any], None]) -> None:
    """Change what the text in a record says."""
    told = json.loads(record["document"])
    change(told)
    record["document"] = canonical_json(told)


def dearer(records: list[Any]) -> None:
    own = next(item for item in records if item["id"] == f"paid-ann-{OCTOBER}-{OCTOBER}-8-ann")
    document(own, lambda told: told["data"].update(amount="49000.05"))


def richer(records: list[Any]) -> None:
    def change(told: Any) -> None:
        next(line for line in told["lines"] if line["rule"] == "commission")["amount"] = "9999.99"

    document(records[0], change)


def raised(records: list[Any]) -> None:
    own = next(item for item in records if item["name"] == "ann")
    own["document"]["tables"]["assignment"][0]["soft_salary_minor"] = 145_000


def forgetful(records: list[Any]) -> None:
    own = next(item for item in records if (item["name"], item["month"]) == ("ann", str(OCTOBER)))
    own["document"]["events"].pop()


def more(records: list[Any]) -> None:
    for item in records:
        if item["plan"] == "closer":
            item["document"] = item["document"].replace('"8%"', '"18%"')


def paid_more(records: list[Any]) -> None:
    own = next(item for item in records if item["person"] == "ann")
    own["rows"] = own["rows"].replace('"payable:ann"', '"payable:bob"')


def cheaper(records: list[Any]) -> None:
    document(records[0], lambda told: told.update(payable="0.01"))


CHANGES: list[tuple[str, Change, str, set[str]]] = [
    (EVENTS, dearer, "ann", {"input metric.collected", "line commission"}),
    (STATEMENTS, richer, "ann", {"statement document_hash", "line commission"}),
    ("people.ndjson", raised, "ann", {"input employee.soft_salary", "line standards_done"}),
    ("months.ndjson", forgetful, "ann", {"statement events.receipts_hash"}),
    (PLANS, more, "ann", {"input hash", "line commission"}),
    (LEAVES, paid_more, "ann", {"signature signed rows", "entry payable:ann"}),
    (CLOSING, cheaper, "", {"closing document_hash", "closing payable"}),
]


@pytest.mark.parametrize(("name", "change", "person", "expected"), CHANGES, ids=[item[0] for item in CHANGES])
def test_whatever_was_changed_in_a_bundle_is_named(
    written: Path, tmp_path: Path, name: str, change: Change, person: str, expected: set[str]
) -> None:
    found = checked(changed(written, tmp_path / "careful.zip", name, change))
    assert not found.is_right
    assert expected <= named(found, person)
    careless = checked(changed(written, tmp_path / "careless.zip", name, change, listed=False))
    assert f"file {name}" in named(careless, "")


def test_a_signature_that_is_not_of_this_closing_is_named(written: Path, tmp_path: Path) -> None:
    def forged(records: list[Any]) -> None:
        told = json.loads(records[0]["link"]["content"])
        records[0]["link"]["content"] = canonical_json(told | {"signed_at": "2020-01-01T00:00:00+00:00"})

    found = checked(changed(written, tmp_path / "forged.zip", CLOSING, forged))
    assert any(item.startswith("signature ") for item in named(found, ""))

    def unsigned(records: list[Any]) -> None:
        records[0]["link"] = None

    found = checked(changed(written, tmp_path / "unsigned.zip", CLOSING, unsigned))
    assert (found.signature.key_id, found.signature.trusted) == ("", False)


def refused(path: Path) -> str:
    with pytest.raises(InvalidBundleError) as error:
        checked(path)
    return error.value.detail


def test_a_file_that_is_no_bundle_is_refused_in_a_sentence(written: Path, tmp_path: Path) -> None:
    path, files = tmp_path / "strange.zip", files_of(written)
    path.write_bytes(b"not a zip at all")
    assert "is no ZIP" in refused(path)
    path.write_bytes(written.read_bytes()[:-500])
    assert "is no ZIP" in refused(path)
    for name in ("../../etc/passwd", "/etc/passwd", "C:\\boot.ini", "events.ndjson/"):
        assert repr(name) in refused(rewritten(path, files | {name: b""}))
    with ZipFile(rewritten(path, files), "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(EVENTS, b"")
    assert repr(EVENTS) in refused(path)
    assert "no closing.json" in refused(rewritten(path, {name: files[name] for name in FILES[1:]}))


def test_a_bundle_that_would_fill_the_machine_is_refused(
    written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, files = tmp_path / "bomb.zip", files_of(written)
    bomb = rewritten(path, files | {EVENTS: b"\0" * 300 * 1024**2})
    assert path.stat().st_size < 1024**2
    assert "would unpack" in refused(bomb)
    # One that lies about its length.
    raw = bytearray(rewritten(path, files | {EVENTS: b" " * 2_000_000}).read_bytes())
    place = raw.index((2_000_000).to_bytes(4, "little"), raw.rindex(b"PK\x01\x02"[:2] + b"\x01\x02") - 4_000)
    raw[place : place + 4] = (10).to_bytes(4, "little")
    path.write_bytes(raw)
    assert "bundle that can be checked" in refused(path)
    monkeypatch.setattr(reading, "MAX_FILE_BYTES", 100)
    assert "are the most" in refused(written)
    monkeypatch.undo()
    monkeypatch.setattr(reading, "MAX_LINE_BYTES", 100)
    assert "is longer than 100 bytes" in refused(written)


RECORD = b'{"conversion":"","document":"{}","id":%b,"received_at":"%b","source":"crm"}\n'

WRONG_LINES = {
    "spaces": b'{"a": 1}\n',
    "nan": b'{"a":NaN}\n',
    "float": b'{"a":1.5}\n',
    "deep": b"[" * 100_000 + b"\n",
    "digits": b'{"a":' + b"9" * 10_000 + b"}\n",
    "bytes": b"\xff\xfe\n",
    "twice": b'{"a":1,"a":1}\n',
    "list": b"[]\n",
    "nothing": b"\n",
    "empty": b"{}\n",
    "types": RECORD % (b"1", b"2026-10-01T00:00:00+00:00"),
    "no event": RECORD % (b'"a"', b"2026-10-01T00:00:00+00:00"),
    "no offset": RECORD % (b'"a"', b"2026-10-01T00:00:00"),
}


@pytest.mark.parametrize("line", WRONG_LINES.values(), ids=WRONG_LINES)
def test_records_that_are_not_ours_are_refused_in_a_sentence(written: Path, tmp_path: Path, line: bytes) -> None:
    files = files_of(written)
    assert "This is no bundle" in refused(rewritten(tmp_path / "wrong.zip", files | {EVENTS: line}))


def test_another_form_or_engine_is_refused(written: Path, tmp_path: Path) -> None:
    for before, after in ((b"stimul-bundle/1", b"stimul-bundle/9"), (b'"engine":1', b'"engine":9')):
        files = files_of(written)
        files[MANIFEST] = files[MANIFEST].replace(before, after)
        assert "manifest.json" in refused(rewritten(tmp_path / "other.zip", files))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_changed_byte_gives_other_amounts_without_a_word(written: Path, tmp_path: Path, data: st.DataObject) -> None:
    raw = bytearray(written.read_bytes())
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    path = tmp_path / "flipped.zip"
    path.write_bytes(raw)
    try:
        found = checked(path)
    except InvalidBundleError:
        return
    # A byte of the archive's own notes, such as a time: everything in it is as it was.
    assert not found.is_right or files_of(path) == files_of(written)
