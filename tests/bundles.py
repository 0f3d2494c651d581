"""Bundles for tests: read as they are, written with other records, and checked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from service.config import Settings
from service.domain.bundle import MANIFEST
from service.domain.event import canonical_json
from service.domain.signing import Keyring, public_key_of
from service.jobs.verifying import Verified, verify_bundle
from tests.books import SIGNING_KEY

TRUSTING = Keyring(trusted_keys=(public_key_of(SIGNING_KEY),))

Change = Callable[[list[Any]], None]
"""A change of the records of a file."""


def checked(path: Path, keyring: Keyring = TRUSTING) -> Verified:
    return verify_bundle(path, Settings(), keyring)


def files_of(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(path: Path, files: Mapping[str, bytes]) -> Path:
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def changed(written: Path, path: Path, name: str, change: Change, *, listed: bool = True) -> Path:
    """The bundle with other records in a file; with a manifest that fits, as somebody careful would make it."""
    files = files_of(written)
    records = [json.loads(line) for line in files[name].splitlines()]
    change(records)
    files[name] = b"".join(canonical_json(record).encode() + b"\n" for record in records)
    if listed:
        manifest = json.loads(files[MANIFEST])
        entry = manifest["files"][name]
        rewritten(path, files)
        entry["sha256"] = hashlib.sha256(files[name]).hexdigest()
        files[MANIFEST] = canonical_json(manifest).encode() + b"\n"
    return rewritten(path, files)
