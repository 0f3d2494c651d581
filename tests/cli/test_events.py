"""`stimul events import`: files of history at the command line, broken off and taken up again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from service.cli import main
from service.runtime import Runtime, current, install
from service.store.backfill_tables import backfill
from service.store.tables import event
from tests.intake import CRM, Intake

ROWS = 30_000
"""Enough parts that a kill falls between two of them."""


@pytest.fixture
def intake(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> Intake:
    monkeypatch.setenv("DATABASE_URL", runtime.settings.database_url)
    monkeypatch.setenv("REDIS_URL", "")
    install(runtime)
    return Intake(runtime).found()


def imported(file: Path, *words: str) -> Result:
    before = current()
    try:
        return CliRunner().invoke(main, ["events", "import", str(file), "--source", CRM, *words])
    finally:
        # The command made its own runtime that of the process, and closed it.
        install(before)


def history(file: Path, rows: int) -> Path:
    told = {"type": "call.ended", "time": "2026-10-14T09:00:00Z", "subject": "ann", "data": {"talk_s": 60}}
    file.write_text("\n".join(json.dumps({"id": f"h{number}"} | told) for number in range(rows)))
    return file


def stored(intake: Intake) -> int:
    with intake.runtime.reading() as session:
        return session.execute(select(func.count()).select_from(event)).scalar_one()


def test_a_file_is_taken_once_however_often_it_is_imported(intake: Intake, tmp_path: Path) -> None:
    file = history(tmp_path / "calls.ndjson", 1_200)
    first, again = imported(file), imported(file)
    assert first.exit_code == again.exit_code == 0, first.output
    assert "1200 rows, 1200 accepted" in first.output
    assert again.stdout == first.stdout
    assert stored(intake) == 1_200
    intake.assert_rebuild_changes_nothing()


def test_a_file_that_is_no_parquet_is_refused_in_a_sentence(intake: Intake, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow.parquet")
    (tmp_path / "h.parquet").write_bytes(b"PAR1 and no more")
    refused = imported(tmp_path / "h.parquet")
    assert refused.exit_code == 1
    assert "is not Parquet" in refused.output
    assert intake.facts() == {}


def test_a_file_that_breaks_keeps_its_reason_and_goes_on_once_it_can_be_read(intake: Intake, tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    good = "id,type,time,subject\n" + "".join(f"h{n},call.ended,2026-10-14T09:00:00Z,ann\n" for n in range(1_100))
    file.write_text(good + "h1100,call.ended\n")
    refused = imported(file)
    assert refused.exit_code == 1
    assert "Line 1102 has 2 cells and the heading has 4" in refused.output
    [(state, reason, rows)] = intake.rows(backfill, "state", "reason", "rows_read")
    assert (state, rows) == ("broken", 1_000)
    assert reason.startswith("Line 1102 has 2 cells")
    assert "Line 1102" in imported(file).output
    file.write_text(good)
    assert "1100 rows, 100 accepted, 1000 duplicate" in imported(file).output


def test_parquet_becomes_the_same_events(intake: Intake, tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    columns = {
        "id": ["p1", "p2"],
        "type": ["payment.received", "call.ended"],
        "time": ["2026-10-14T09:00:00Z", "2026-10-14T09:00:00Z"],
        "subject": ["ann", "ann"],
        "amount": pyarrow.array([Decimal("10.50"), None], pyarrow.decimal128(12, 2)),
        "currency": ["EUR", None],
        "talk_s": [None, 60],
    }
    parquet.write_table(pyarrow.table(columns), tmp_path / "h.parquet")
    done = imported(tmp_path / "h.parquet")
    assert "2 rows, 2 accepted" in done.output
    (paid,) = [row[0] for row in intake.rows(event, "document") if "payment" in row[0]]
    assert json.loads(paid)["data"] == {"amount": "10.50", "currency": "EUR"}


def test_an_unknown_source_is_named(intake: Intake, tmp_path: Path) -> None:
    del intake
    file = history(tmp_path / "calls.ndjson", 1)
    done = imported(file, "--source", "nobody")
    assert done.exit_code == 1
    assert "nobody" in done.output


def test_an_import_that_was_killed_goes_on_where_it_stopped(intake: Intake, tmp_path: Path) -> None:
    file = history(tmp_path / "calls.ndjson", ROWS)
    command = [str(Path(sys.executable).parent / "stimul"), "events", "import", str(file), "--source", CRM]
    with subprocess.Popen(command, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # noqa: S603 - our own command
        while stored(intake) < 1_000:
            assert process.poll() is None, "it ended before it could be killed"
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    ((rows, parts),) = intake.rows(backfill, "rows_read", "parts_done")
    assert 0 < rows < ROWS, "the kill came too late to say anything"
    assert rows == stored(intake) == parts * 1_000
    done = imported(file)
    assert f"{ROWS} rows, {ROWS} accepted" in done.output
    assert stored(intake) == ROWS
    intake.assert_rebuild_changes_nothing()
