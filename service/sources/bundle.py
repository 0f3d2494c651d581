"""Bundles as they come from anybody: every limit is checked before anything of them is believed."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, NoReturn
from zipfile import BadZipFile, ZipFile, ZipInfo

from service.domain.bundle import CLOSING, FILES, FORMAT, MANIFEST, BundledClosing, InvalidBundleError, closing_of
from service.domain.errors import StimulError
from service.domain.event import canonical_json
from service.domain.statement import ENGINE

MAX_FILE_BYTES = 4 * 1024**3
"""A packed bundle: ten years of growth over one of fifty thousand people."""

MAX_BYTES = 32 * 1024**3
"""All of a bundle unpacked; it is read as a stream and never stored unpacked."""

MAX_RATIO = 200
"""How many times longer a bundle may become when it is unpacked: ours grow some twenty times, bombs a thousand."""

MAX_LINE_BYTES = 64 * 1024**2
"""One record: the closing document of fifty thousand people has fifteen million bytes."""

CHUNK = 1024**2

ENCRYPTED = 0x1
"""The flag of an entry that nobody can read without a password."""


class Bundle:
    """A bundle that is open for reading: its files are exactly ours, and within every limit."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._entries = _entries(archive)
        self._hashes = {name: self._measured(name) for name in FILES}
        (manifest,) = self.records(MANIFEST)
        _demand_format(manifest)
        self._listed = manifest["files"]
        try:
            (record,) = self.records(CLOSING)
            self.closing: BundledClosing = closing_of(record)
        except (LookupError, TypeError, ValueError, StimulError) as error:
            _refuse(CLOSING, f"tells of no closing ({error})")

    @property
    def altered(self) -> list[tuple[str, str, str]]:
        """The files that are not the ones of the manifest: name, the hash there, and the hash of the file."""
        return [
            (name, str(listed), hashed)
            for name, hashed in self._hashes.items()
            if name != MANIFEST and (listed := _listed_hash(self._listed, name)) != hashed
        ]

    def records(self, name: str) -> Iterator[Mapping[str, Any]]:
        """The records of a file, one at a time."""
        with self._archive.open(self._entries[name]) as source:
            for number, line in enumerate(_lines(name, source), 1):
                yield _record(f"{name}, line {number},", line)

    def _measured(self, name: str) -> str:
        """The hash of a file; it is read to its end once, so that a wrong length or checksum is found here."""
        hashed, size, entry = hashlib.sha256(), 0, self._entries[name]
        try:
            with self._archive.open(entry) as source:
                while chunk := source.read(CHUNK):
                    size += len(chunk)
                    if size > entry.file_size:
                        _refuse(name, "is longer than it says")
                    hashed.update(chunk)
        except (BadZipFile, OSError, EOFError, RuntimeError, ValueError, zlib.error) as error:
            _refuse(name, f"cannot be unpacked ({error})")
        return hashed.hexdigest()


def open_bundle(path: Path) -> ZipFile:
    """The archive at a path, if it is one and not too large; the caller closes it."""
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            _refuse("The file", f"has {size} bytes; {MAX_FILE_BYTES} are the most")
        return ZipFile(path)
    except (BadZipFile, OSError, ValueError, RuntimeError) as error:
        _refuse("The file", f"is no ZIP that can be read ({error})")


def _entries(archive: ZipFile) -> dict[str, ZipInfo]:
    """The entries by name: exactly the files of a bundle, each once, whatever else the archive may say."""
    entries = archive.infolist()
    names = sorted(entry.filename for entry in entries)
    if names != sorted(FILES):
        strange = [name for name in names if name not in FILES or names.count(name) > 1]
        missing = [name for name in FILES if name not in names]
        _refuse("The archive", f"has {', '.join(map(repr, strange[:3])) or f'no {missing[0]}'}, which is not its form")
    if any(entry.flag_bits & ENCRYPTED for entry in entries):
        _refuse("The archive", "is encrypted")
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > MAX_BYTES or unpacked > MAX_RATIO * packed + CHUNK:
        _refuse("The archive", f"would unpack {packed} bytes to {unpacked}")
    return {entry.filename: entry for entry in entries}


def _lines(name: str, source: IO[bytes]) -> Iterator[bytes]:
    number = 0
    while line := source.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES:
            _refuse(f"{name}, line {number},", f"is longer than {MAX_LINE_BYTES} bytes")
        yield line


def _record(where: str, line: bytes) -> Mapping[str, Any]:
    """The object on a line, written exactly as we write it: then there is one way to read it."""
    try:
        record = json.loads(line, parse_float=_no_number, parse_constant=_no_number)
        if not isinstance(record, dict) or canonical_json(record).encode() + b"\n" != line:
            _refuse(where, "is not JSON as we write it")
    except (ValueError, RecursionError) as error:
        _refuse(where, f"is not JSON ({error})")
    return record


def _demand_format(manifest: Mapping[str, Any]) -> None:
    if manifest.get("format") != FORMAT or not isinstance(manifest.get("files"), dict):
        _refuse(MANIFEST, f"is not of the form {FORMAT}")
    if manifest.get("engine") != ENGINE:
        _refuse(MANIFEST, f"asks for engine {manifest.get('engine')!r}, and this Stimul has {ENGINE}")


def _listed_hash(listed: Mapping[str, Any], name: str) -> object:
    entry = listed.get(name)
    return entry.get("sha256", "") if isinstance(entry, dict) else ""


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text[:20]} is no number of ours")


def _refuse(where: str, what: str) -> NoReturn:
    raise InvalidBundleError(where, what)
