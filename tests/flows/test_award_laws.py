"""Whatever the order, the batches and the duplicates: the same events give the same points, streaks and badges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.config import read_settings
from service.domain.event import Event
from service.jobs.pipeline import rebuild, refresh
from service.reports.derived import derived_marks
from service.runtime import install, open_runtime
from tests.awards import PAID_BY_POINTS
from tests.company import a_call, a_payment, a_void, an_assignment
from tests.flows.test_money_laws import deliveries, fresh
from tests.teams import TeamCompany, on, team_rules

PEOPLE = ("ann", "bob")
FIRST = date(2026, 9, 28)
FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
AWARDS = ("points_day", "streak", "badge", "earning_line", "earning_input")


@st.composite
def weeks_of_work(draw: st.DrawFn) -> list[Event]:
    """Days with calls of two people over six weeks in three months, some payments, and some of it withdrawn."""
    events: list[Event] = []
    for number in range(draw(st.integers(1, 14))):
        name = draw(st.sampled_from(PEOPLE))
        day = FIRST + timedelta(days=draw(st.integers(0, 41)))
        at = datetime(day.year, day.month, day.day, 8, number, tzinfo=UTC)
        match draw(st.sampled_from(["day", "day", "day", "payment", "void"])):
            case "day":
                calls = draw(st.integers(1, 4))
                events += [a_call(name, f"e{number}-{n}", at + timedelta(seconds=n)) for n in range(calls)]
            case "payment":
                events.append(a_payment(name, f"e{number}", str(draw(st.integers(300, 1100))), at))
            case _:
                target = draw(st.integers(0, number))
                events.append(a_void(f"v{number}", draw(st.sampled_from([f"e{target}", f"e{target}-0"])), at))
    return events


@pytest.fixture(scope="module")
def founded(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with two closers who get points, and no events."""
    path = tmp_path_factory.mktemp("founded") / "stimul.db"
    path.write_bytes(migrated_file.read_bytes())
    with opened(path) as company:
        company.found_team([an_assignment(name) for name in PEOPLE], team_rules(closer=PAID_BY_POINTS))
        company.refresh()
    return path


@contextmanager
def opened(path: Path) -> Iterator[TeamCompany]:
    runtime = open_runtime(read_settings({"DATABASE_URL": f"sqlite:///{path}"}), lambda _job: None)
    install(runtime)
    try:
        yield TeamCompany(runtime, now=on(20, month=11))
    finally:
        runtime.engine.dispose()


def marks(company: TeamCompany) -> dict[str, str]:
    with company.runtime.reading() as session:
        found = derived_marks(session)
    return {name: found[name] for name in AWARDS}


def lived(path: Path, batches: Sequence[Sequence[Event]], *, refresh_often: bool) -> dict[str, str]:
    """The marks of all awards after these deliveries."""
    with opened(path) as company:
        for batch in batches:
            company.send(*batch)
            if refresh_often:
                refresh()
        refresh()
        return marks(company)


@FEW
@given(st.data())
def test_any_order_batching_and_duplication_gives_the_same_points(
    founded: Path, tmp_path: Path, data: st.DataObject
) -> None:
    events = data.draw(weeks_of_work())
    plain = lived(fresh(founded, tmp_path, "plain.db"), [events], refresh_often=False)
    shuffled = lived(fresh(founded, tmp_path, "shuffled.db"), data.draw(deliveries(events)), refresh_often=True)
    assert plain == shuffled


@FEW
@given(st.data())
def test_a_rebuild_gives_the_same_points(founded: Path, tmp_path: Path, data: st.DataObject) -> None:
    events = data.draw(weeks_of_work())
    with opened(fresh(founded, tmp_path, "rebuilt.db")) as company:
        company.send(*events)
        refresh()
        before = marks(company)
        rebuild()
        refresh()
        assert marks(company) == before
