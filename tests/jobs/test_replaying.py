"""A closed month is worked out again from what its close knew, to the cent; whatever was changed since is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, delete, func, select
from sqlalchemy.exc import DBAPIError

from service.domain.closing import WorkIsStaleError
from service.domain.replay import Difference, NotKeptError, UnknownClosingError
from service.jobs.replaying import replay_closing
from service.runtime import Runtime
from service.store.columns import METADATA
from service.store.known_tables import known
from service.store.people import replace_people
from service.store.plan_tables import plan_version
from service.store.tables import closing, event, ledger_entry, posting, statement
from tests.books import unguard
from tests.company import an_assignment
from tests.deals import NOVEMBER, OCTOBER, SEPTEMBER, on_day, paid
from tests.seasons import Change, Season, people, saying, tampered
from tests.teams import a_person


def counted(runtime: Runtime) -> dict[str, int]:
    with runtime.reading() as session:
        return {
            table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in METADATA.sorted_tables
        }


def test_every_closing_comes_out_the_same_to_the_byte_and_nothing_is_changed(
    season: Season, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = {line["kind"] for name in ("ann", "bob") for line in season.statement(name, OCTOBER)["lines"]}
    assert {"adjustment", "release", "holdback", "pool"} <= kinds
    assert len(season.statement("cyn", OCTOBER)["plans"]) == 2, "a role changed inside the month"
    before, there = counted(season.runtime), set(tmp_path.iterdir())
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    found = [replay_closing(season.runtime, *asked) for asked in ((SEPTEMBER, 1), (OCTOBER, 1), (OCTOBER, 2))]
    assert [(one.differences, one.is_equal, one.people) for one in found] == [((), True, 4)] * 3
    # The closing that was withdrawn and the one in its place differ in the event that was missing.
    assert found[2].events == found[1].events + 1
    assert found[2].again_hash != found[1].again_hash
    assert replay_closing(season.runtime, OCTOBER) == found[2], "the latest one, unless another is asked for"
    assert counted(season.runtime) == before
    assert set(tmp_path.iterdir()) == there, "the tables of a replay are gone when it ends"


def test_what_comes_after_the_close_is_no_part_of_it(season: Season) -> None:
    season.sent = 1_000
    season.send(paid("ann", f"ann-{OCTOBER}", "5000", OCTOBER, 31))
    season.assign("bob", "collected", "1", OCTOBER)
    raised = [replace(item, fixed_salary_minor=999_900, soft_salary_minor=999_900) for item in people()]
    with season.runtime.transaction() as session:
        replace_people(session, [a_person("bob")], [item for item in raised if item.person_id == "bob"], [])
        replace_people(session, [replace(a_person("cyn"), left_on=date(2026, 10, 2))], [an_assignment("cyn")], [])
    season.refresh()
    for month in (SEPTEMBER, OCTOBER):
        assert replay_closing(season.runtime, month).differences == ()
    # All of it is in the month that is still open.
    assert any(line["kind"] == "adjustment" for line in season.statement("ann", NOVEMBER)["lines"])


def dearer(document: dict[str, Any]) -> None:
    document["data"]["amount"] = "49000.05"


def richer(document: dict[str, Any]) -> None:
    next(line for line in document["lines"] if line["rule"] == "commission")["amount"] = "9999.99"


def edited(before: str, after: str) -> Change:
    def change(row: dict[str, Any]) -> dict[str, object]:
        assert before in row["document"]
        return {"document": row["document"].replace(before, after)}

    return change


def differences(season: Season, table: Table, where: Any, change: Change | None) -> Sequence[Difference]:
    with tampered(season.runtime, table, where, change):
        found = replay_closing(season.runtime, OCTOBER)
    assert not found.is_equal
    return found.differences


def named(found: Sequence[Difference], *who: str) -> set[str]:
    return {f"{item.what} {item.name}" for item in found if item.person_id in who}


def test_an_event_that_was_changed_is_named_with_every_line_that_rests_on_it(season: Season) -> None:
    own = f"paid-ann-{OCTOBER}-{OCTOBER}-8-ann"
    found = differences(season, event, event.c.external_id == own, saying(dearer))
    (line,) = [item for item in found if (item.what, item.name) == ("line", "commission")]
    assert (line.person_id, line.month, line.stored, line.again) == ("ann", str(OCTOBER), "3126.23", "3926.23")
    assert line.because == ("metric.collected",)
    assert {"input metric.collected", "line commission", "line pool:together"} <= named(found, "ann")
    assert {"input team.collected", "line override_pay"} <= named(found, "lea"), "whoever leads is paid on it too"
    assert not {item for item in named(found, "bob") if item.startswith("input")}

    call = event.c.external_id == f"call-bob-{OCTOBER}-3"
    found = differences(season, event, call, None)
    assert [item.again for item in found if item.what == "event"] == ["is not there any more"]
    assert "input metric.conversations" in named(found, "bob")
    found = differences(season, event, call, saying(lambda told: told.update(subject="ann")))
    (moved,) = [item for item in found if item.what == "event"]
    assert (moved.person_id, moved.again) == ("bob", "concerns the person on no day of the month")


def test_a_statement_a_plan_or_a_closing_that_was_edited_is_named(season: Season) -> None:
    issued = (statement.c.person_id == "ann") & (statement.c.period == str(OCTOBER)) & (statement.c.version == 2)
    found = differences(season, statement, issued, saying(richer))
    assert named(found, "ann") == {"statement document_hash", "line commission"}
    assert [item.stored for item in found if item.what == "line"] == ["9999.99"]
    found = differences(season, statement, issued, None)
    assert [(item.stored, item.again) for item in found if item.name == "commission"] == [
        ("", "8.01"),
        ("", "3126.23"),
    ]

    found = differences(season, plan_version, plan_version.c.plan_id == "closer", edited('"8%"', '"18%"'))
    assert {"input hash", "line commission"} <= named(found, "ann")
    assert "plan closer 2026-01" in named(found, "")
    document = closing.c.period == str(OCTOBER)
    found = differences(season, closing, document & (closing.c.version == 2), edited('"EUR"', '"USD"'))
    assert named(found, "") == {"closing document_hash", "closing currency"}


def test_an_entry_and_a_target_that_were_changed_are_named(season: Season) -> None:
    entries = (ledger_entry.c.person_id == "bob") & (ledger_entry.c.month_worked == str(OCTOBER))
    with season.runtime.reading() as session:
        number = session.execute(select(func.max(ledger_entry.c.entry_id)).where(entries)).scalar_one()
    own = (posting.c.entry_id == number) & (posting.c.account == "payable:bob")
    (entry,) = differences(season, posting, own, lambda row: {"amount_minor": row["amount_minor"] - 100})
    assert (entry.person_id, entry.what, entry.name, entry.month) == ("bob", "entry", "payable:bob", str(OCTOBER))

    month = (known.c.kind == "month") & (known.c.name == "bob") & (known.c.month == str(OCTOBER))
    found = differences(season, known, month & (known.c.version == 2), edited("41000.5", "31000.5"))
    assert {"input target.collected", "line commission"} <= named(found, "bob")
    assert "closing people" not in named(found, "")


def test_what_a_close_knew_is_only_ever_added_to(season: Season) -> None:
    def change(asked: Any) -> None:
        with season.runtime.transaction() as session:
            session.execute(asked)

    for asked in (known.update().values(document="{}"), delete(known)):
        with pytest.raises(DBAPIError, match="only ever added to"):
            change(asked)


def test_a_closing_that_never_was_or_that_kept_nothing_is_refused_in_a_sentence(season: Season) -> None:
    with pytest.raises(UnknownClosingError, match="no version 3 of 2026-10"):
        replay_closing(season.runtime, OCTOBER, 3)
    with pytest.raises(UnknownClosingError, match="2026-11 was never closed"):
        replay_closing(season.runtime, NOVEMBER)
    with season.runtime.transaction() as session:
        unguard(session)
        session.execute(delete(known).where(known.c.period == str(SEPTEMBER)))
    with pytest.raises(NotKeptError, match="2026-09 cannot be worked out again"):
        replay_closing(season.runtime, SEPTEMBER)


def test_a_month_is_not_closed_while_a_correction_that_it_is_to_post_is_worked_out(runtime: Runtime) -> None:
    season = Season(runtime)
    season.begin()
    season.close_and_go_on()
    season.refresh()
    season.send(paid("ann", "late", "10", SEPTEMBER, 28))
    season.now = on_day(NOVEMBER, 4)
    with pytest.raises(WorkIsStaleError, match="1 person-months"):
        season.close_as_it_is(OCTOBER)
    season.close(OCTOBER)
    assert replay_closing(runtime, OCTOBER).is_equal
