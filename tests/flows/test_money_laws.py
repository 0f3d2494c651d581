"""Whatever the order, the batches and the duplicates: the same events give the same lines, scores and statements."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.config import read_settings
from service.domain.event import Event
from service.domain.money import parse_minor
from service.jobs.pipeline import rebuild, refresh
from service.reports.derived import derived_marks
from service.reports.ledger import verify_ledger
from service.reports.statement import get_statement
from service.runtime import install, open_runtime
from service.store.statements import find_statement
from tests.books import SIGNING_KEY, list_posted
from tests.company import NOVEMBER, OCTOBER, Company, a_call, a_payment, a_refund, a_void

END_OF_OCTOBER = datetime(2026, 10, 31, 21, tzinfo=UTC)
AFTER_OCTOBER = datetime(2026, 11, 5, 9, tzinfo=UTC)
AFTER_NOVEMBER = datetime(2026, 12, 5, 9, tzinfo=UTC)
PEOPLE = ("ann", "bob")
FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def months_of_work(draw: st.DrawFn) -> list[Event]:
    """Calls, payments, refunds and withdrawals of two people in October."""
    events: list[Event] = []
    for number in range(draw(st.integers(1, 10))):
        name = draw(st.sampled_from(PEOPLE))
        at = datetime(2026, 10, draw(st.integers(1, 31)), 9, number, tzinfo=UTC)
        kind = draw(st.sampled_from(["call", "payment", "refund", "void"]))
        amount = f"{draw(st.integers(1, 10**7)) / 100:.2f}"
        match kind:
            case "call":
                events.append(a_call(name, f"e{number}", at, draw(st.sampled_from([5, 19, 20, 60, 181]))))
            case "payment":
                events.append(a_payment(name, f"e{number}", amount, at))
            case "refund":
                events.append(a_refund(name, f"e{number}", amount, at))
            case _:
                events.append(a_void(f"e{number}", f"e{draw(st.integers(0, number))}", at))
    return events


@st.composite
def deliveries(draw: st.DrawFn, events: Sequence[Event]) -> list[list[Event]]:
    """The same events in any order, some twice, cut into batches anywhere."""
    sent = draw(st.permutations([*events, *draw(st.lists(st.sampled_from(events), max_size=5))]))
    cuts = sorted(draw(st.sets(st.integers(1, len(sent)), max_size=4)))
    return [list(sent[start:end]) for start, end in zip([0, *cuts], [*cuts, len(sent)], strict=True) if start < end]


@pytest.fixture(scope="module")
def founded(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the small company and no events."""
    path = tmp_path_factory.mktemp("founded") / "stimul.db"
    shutil.copy(migrated_file, path)
    with opened(path) as company:
        company.found(PEOPLE)
        company.refresh()
    return path


@contextmanager
def opened(path: Path) -> Iterator[Company]:
    settings = read_settings({"DATABASE_URL": f"sqlite:///{path}", "STIMUL_SIGNING_KEY": SIGNING_KEY})
    runtime = open_runtime(settings, lambda _job: None)
    install(runtime)
    try:
        yield Company(runtime, now=END_OF_OCTOBER)
    finally:
        runtime.engine.dispose()


def lived(path: Path, batches: Sequence[Sequence[Event]], *, refresh_often: bool) -> tuple[list[str], str]:
    """The statements of October after these deliveries, and the mark of its standings."""
    with opened(path) as company:
        for batch in batches:
            company.send(*batch)
            if refresh_often:
                refresh()
        refresh()
        company.now = AFTER_OCTOBER
        company.close()
        with company.runtime.reading() as session:
            rows = [find_statement(session, person, OCTOBER) for person in PEOPLE]
            return [row.document for row in rows if row], derived_marks(session)["standing"]


def fresh(founded: Path, folder: Path, name: str) -> Path:
    path = folder / name
    for leftover in folder.glob(f"{name}*"):
        leftover.unlink()
    shutil.copy(founded, path)
    return path


@FEW
@given(st.data())
def test_any_order_batching_and_duplication_gives_the_same_statements(
    founded: Path, tmp_path: Path, data: st.DataObject
) -> None:
    events = data.draw(months_of_work())
    plain = lived(fresh(founded, tmp_path, "plain.db"), [events], refresh_often=False)
    shuffled = lived(fresh(founded, tmp_path, "shuffled.db"), data.draw(deliveries(events)), refresh_often=True)
    assert plain == shuffled


@FEW
@given(st.data())
def test_a_rebuild_changes_nothing(founded: Path, tmp_path: Path, data: st.DataObject) -> None:
    events = data.draw(months_of_work())
    with opened(fresh(founded, tmp_path, "rebuilt.db")) as company:
        company.send(*events)
        refresh()
        with company.runtime.reading() as session:
            before = derived_marks(session)
        assert rebuild().changed_facts == 0
        refresh()
        with company.runtime.reading() as session:
            assert derived_marks(session) == before


@FEW
@given(st.data())
def test_early_or_late_the_same_is_owed_in_the_end(founded: Path, tmp_path: Path, data: st.DataObject) -> None:
    """What came before the close and what came after it: posted in both months together is the whole entitlement."""
    events = data.draw(months_of_work())
    cut = data.draw(st.integers(0, len(events)))
    with opened(fresh(founded, tmp_path, "late.db")) as company:
        company.send(*events[:cut])
        refresh()
        company.now = AFTER_OCTOBER
        company.close()
        company.now += timedelta(hours=1)
        company.send(*events[cut:])
        refresh()
        company.now = AFTER_NOVEMBER
        company.close(NOVEMBER)
        with company.runtime.reading() as session:
            assert verify_ledger(session).findings == ()
            posted = {person: list_posted(session, person, OCTOBER) for person in PEOPLE}
    with opened(fresh(founded, tmp_path, "early.db")) as company:
        company.send(*events)
        refresh()
        company.now = AFTER_OCTOBER
        company.close()
        with company.runtime.reading() as session:
            assert {person: rest(list_posted(session, person, OCTOBER)) for person in PEOPLE} == {
                person: rest(amounts) for person, amounts in posted.items()
            }


def rest(amounts: dict[str, int]) -> dict[str, int]:
    """Without the rules that came to nothing."""
    return {rule: amount for rule, amount in amounts.items() if amount}


@FEW
@given(st.data())
def test_payable_is_the_sum_of_its_lines_and_every_entry_balances(
    founded: Path, tmp_path: Path, data: st.DataObject
) -> None:
    with opened(fresh(founded, tmp_path, "sums.db")) as company:
        company.send(*data.draw(months_of_work()))
        refresh()
        company.now = AFTER_OCTOBER
        company.close()
        with company.runtime.reading() as session:
            assert verify_ledger(session).findings == ()
            for person in PEOPLE:
                document: Any = get_statement(session, person, OCTOBER).document
                lines = document["lines"]
                assert isinstance(lines, list)
                payable = [parse_minor(line["amount"]) for line in lines if line["disposition"] == "payable"]
                assert parse_minor(str(document["payable"])) == sum(payable)
