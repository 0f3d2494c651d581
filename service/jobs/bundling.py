"""Bundles: everything that a closing rests on, written into one file for whoever checks it on another machine."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from service.domain.bundle import FORMAT, MANIFEST, BundleExistsError
from service.domain.event import JsonValue, canonical_json
from service.domain.period import Period
from service.domain.statement import ENGINE
from service.flows.collect import collect
from service.flows.note_bundle import note_bundle
from service.flows.number_events import number_events
from service.reports.bundle import bundle_files
from service.reports.knowledge import Knowledge
from service.reports.recall_needs import recall_needs
from service.reports.replay import get_closing
from service.runtime import Runtime, open_scratch

LEVEL = 6
"""Of compression, written down so that a new default does not change the bytes."""

NO_TIME = (1980, 1, 1, 0, 0, 0)
"""A file in a bundle has no time of its own, or two bundles of the same closing would differ."""

PRIVATE = 0o600
"""Salaries and pay of everybody: for the one who wrote it alone."""


@dataclass(frozen=True, slots=True)
class Bundled:
    """A bundle that was written."""

    period: Period
    version: int
    path: Path
    files: int
    bytes: int
    sha256: str


def export_closing(runtime: Runtime, period: Period, version: int | None, path: Path, by: str) -> Bundled:
    """Write a closing, withdrawn or not, by default the latest, with all it rests on; who asked for it is noted first.

    The same closing gives the same bytes, whichever database it is in. Raises `UnknownClosingError`, `NotKeptError` or
    `BundleExistsError`.
    """
    with runtime.reading() as session:
        row = get_closing(session, period, version)
        known = Knowledge(session, period, row.version)
        with _new_file(path) as target:
            with runtime.transaction() as noting:
                note_bundle(noting, period, row.version, by, now=runtime.now())
            with open_scratch(runtime.settings, runtime.clock) as scratch:
                _collect(scratch, known)
                with scratch.reading() as collected:
                    written = _write(target, bundle_files(session, collected, row, known.corrected))
            size = target.tell()
            target.seek(0)
            digest = hashlib.file_digest(target, "sha256").hexdigest()  # type: ignore[arg-type] # a file of bytes is one
    return Bundled(period, row.version, path, written, size, digest)


def _collect(scratch: Runtime, known: Knowledge) -> None:
    for records in known.beginning():
        with scratch.transaction() as session:
            collect(session, records)
    with scratch.reading() as session:
        needed = recall_needs(session, known.period, known.corrected)
    for records in known.months(needed):
        with scratch.transaction() as session:
            collect(session, records)
    with scratch.transaction() as session:
        number_events(session)


@contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    """A new file that nobody else can read, and that is gone again unless it was finished."""
    try:
        number = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE)
    except FileExistsError:
        raise BundleExistsError(str(path)) from None
    try:
        with os.fdopen(number, "w+b") as target:
            yield target
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _write(target: IO[bytes], files: Iterable[tuple[str, Iterable[dict[str, JsonValue]]]]) -> int:
    """Write the files and the manifest of them; how many there are."""
    listed: dict[str, JsonValue] = {}
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        for name, records in files:
            listed[name] = _write_file(archive, name, records)
        manifest: dict[str, JsonValue] = {"format": FORMAT, "engine": ENGINE, "files": listed}
        _write_file(archive, MANIFEST, [manifest])
    return len(listed) + 1


def _write_file(archive: ZipFile, name: str, records: Iterable[dict[str, JsonValue]]) -> dict[str, JsonValue]:
    entry = ZipInfo(name, NO_TIME)
    entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, 3, PRIVATE << 16
    hashed, lines, size = hashlib.sha256(), 0, 0
    with archive.open(entry, "w", force_zip64=True) as target:
        for record in records:
            line = canonical_json(record).encode() + b"\n"
            target.write(line)
            hashed.update(line)
            lines, size = lines + 1, size + len(line)
    return {"lines": lines, "bytes": size, "sha256": hashed.hexdigest()}
