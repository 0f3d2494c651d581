"""A closing is written into one file: the same bytes from any database, for its owner alone."""

from __future__ import annotations

import stat
from pathlib import Path
from zipfile import ZipFile, ZipInfo

import pytest

from service.domain.audit import PERIOD_EXPORTED, AuditQuery
from service.domain.bundle import FILES, BundleExistsError
from service.domain.replay import UnknownClosingError
from service.domain.signing import Keyring, new_signing_key, public_key_of
from service.jobs.bundling import export_closing
from service.runtime import Runtime
from service.store.audit import list_audit
from tests.bundles import checked
from tests.deals import OCTOBER, SEPTEMBER
from tests.jobs.conftest import opened
from tests.seasons import Season


def test_a_closing_written_into_a_file_is_checked_without_its_database(season: Season, tmp_path: Path) -> None:
    runtime = season.runtime
    for month, version in ((SEPTEMBER, 1), (OCTOBER, 1), (OCTOBER, None)):
        path = tmp_path / f"{month}-{version}.zip"
        done = export_closing(runtime, month, version, path, "eva")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert done.bytes == path.stat().st_size
        found = checked(path)
        assert (found.replayed.differences, found.is_right, found.replayed.people) == ((), True, 4)
        assert found.signature.trusted
        assert not checked(path, Keyring(trusted_keys=(public_key_of(new_signing_key()),))).signature.trusted
    with runtime.reading() as session:
        noted = list_audit(session, AuditQuery(what=(PERIOD_EXPORTED,)))
        assert [(item.who, item.subject) for item in noted] == [
            ("eva", "2026-10"),
            ("eva", "2026-10"),
            ("eva", "2026-09"),
        ]
    with pytest.raises(BundleExistsError, match="is there already"):
        export_closing(runtime, OCTOBER, None, path, "eva")


def test_both_databases_write_the_same_bytes(season_on_sqlite: str, season_on_postgres: str, tmp_path: Path) -> None:
    for number, url in enumerate((season_on_sqlite, season_on_postgres)):
        with opened(url) as runtime:
            export_closing(runtime, OCTOBER, None, tmp_path / f"{number}.zip", "eva")
    assert (tmp_path / "0.zip").read_bytes() == (tmp_path / "1.zip").read_bytes()


def test_a_bundle_that_was_not_finished_leaves_no_file(runtime: Runtime, tmp_path: Path) -> None:
    with pytest.raises(UnknownClosingError, match="never closed"):
        export_closing(runtime, OCTOBER, None, tmp_path / "october.zip", "eva")
    assert not list(tmp_path.glob("*.zip"))


def test_files_have_no_time_and_no_other_reader(written: Path) -> None:
    with ZipFile(written) as archive:
        entries: list[ZipInfo] = archive.infolist()
    assert [entry.filename for entry in entries] == list(FILES)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o600}
